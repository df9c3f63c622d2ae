/// What is different in one file of two versions.
struct FileChange: Equatable {
    enum Line: Equatable {
        case same(String), removed(String), added(String)
        /// Lines in between that are the same.
        case skipped(Int)
    }

    var name: String
    var body: [Line]

    var added: Int { body.count { if case .added = $0 { true } else { false } } }
    var removed: Int { body.count { if case .removed = $0 { true } else { false } } }

    /// Lines around a change that are shown with it.
    static let context = 2

    static func between(_ before: [String: String], _ after: [String: String]) -> [FileChange] {
        Set(before.keys).union(after.keys).sorted().compactMap { name in
            let (old, new) = (before[name] ?? "", after[name] ?? "")
            guard old != new else { return nil }
            return FileChange(name: name, body: shortened(compare(split(old), split(new))))
        }
    }

    private static func split(_ text: String) -> [String] {
        text.isEmpty ? [] : text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// Beginning and end that are the same are set aside; in between the shortest way from one to the other.
    private static func compare(_ old: [String], _ new: [String]) -> [Line] {
        let head = zip(old, new).prefix { $0 == $1 }.count
        let tail = zip(old.dropFirst(head).reversed(), new.dropFirst(head).reversed()).prefix { $0 == $1 }.count
        let (left, right) = (Array(old[head..<old.count - tail]), Array(new[head..<new.count - tail]))
        var lines = old[..<head].map(Line.same)
        // The time grows with the product of length and difference: whole rewrites are shown as such.
        if left.count + right.count > 6_000 {
            lines += left.map(Line.removed) + right.map(Line.added)
        } else {
            lines += merged(left, right)
        }
        return lines + old[(old.count - tail)...].map(Line.same)
    }

    private static func merged(_ left: [String], _ right: [String]) -> [Line] {
        var removed: Set<Int> = []
        var added: Set<Int> = []
        for change in right.difference(from: left) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var lines: [Line] = []
        var (from, to) = (0, 0)
        while from < left.count || to < right.count {
            if removed.contains(from) {
                lines.append(.removed(left[from]))
                from += 1
            } else if added.contains(to) {
                lines.append(.added(right[to]))
                to += 1
            } else {
                lines.append(.same(left[from]))
                from += 1
                to += 1
            }
        }
        return lines
    }

    private static func shortened(_ lines: [Line]) -> [Line] {
        let changes = lines.indices.filter { if case .same = lines[$0] { false } else { true } }
        var isShown = Array(repeating: false, count: lines.count)
        for index in changes {
            for near in max(0, index - context)...min(lines.count - 1, index + context) { isShown[near] = true }
        }
        var shown: [Line] = []
        var skipped = 0
        for (index, line) in lines.enumerated() {
            guard isShown[index] else {
                skipped += 1
                continue
            }
            if skipped > 0 { shown.append(.skipped(skipped)) }
            skipped = 0
            shown.append(line)
        }
        return skipped > 0 ? shown + [.skipped(skipped)] : shown
    }

    func lines(_ paint: Paint) -> [String] {
        [paint("--- \(name)", .bold)]
            + body.map { line in
                switch line {
                case .same(let text): "  " + Terminal.printable(text)
                case .removed(let text): paint("- " + Terminal.printable(text), .red)
                case .added(let text): paint("+ " + Terminal.printable(text), .green)
                case .skipped(let count): paint("  … \(count) lines", .dim)
                }
            }
    }
}
