/// The line being typed, fed with the bytes of a terminal in raw mode.
struct LineEditor: Equatable, Sendable {
    enum Action: Equatable, Sendable {
        case submit(String)
        /// Positive: towards older messages.
        case scroll(pages: Int)
        /// Ctrl-C, or Ctrl-D on an empty line.
        case quit
        case redraw
    }

    static let charactersMax = 4_096

    private(set) var text: [Character] = []
    private(set) var cursor = 0
    private var history: [[Character]] = []
    private var recalled: Int?
    /// Bytes of a character or an escape sequence that isn't whole yet.
    private var pending: [UInt8] = []
    private var isPasting = false

    var line: String { String(text) }

    mutating func feed(_ bytes: some Sequence<UInt8>) -> [Action] {
        var actions: [Action] = []
        for byte in bytes {
            pending.append(byte)
            if let action = digest() { actions.append(action) }
        }
        return actions
    }

    private mutating func digest() -> Action? {
        guard let first = pending.first else { return nil }
        if first == 0x1B { return escape() }
        if first >= 0x80 { return letter(first) }
        pending = []
        switch first {
        case 0x0D, 0x0A: return isPasting ? insert(" ") : submit()
        case 0x03: return .quit
        case 0x04: return text.isEmpty ? .quit : delete(at: cursor)
        case 0x7F, 0x08: return delete(at: cursor - 1)
        case 0x01: return move(to: 0)
        case 0x05: return move(to: text.count)
        case 0x0B: return keep(text.prefix(cursor), cursor: cursor)
        case 0x15: return keep(text.dropFirst(cursor), cursor: 0)
        case 0x17: return deleteWord()
        case 0x09: return insert(" ")
        case 0x20...0x7E: return insert(Character(Unicode.Scalar(first)))
        default: return nil
        }
    }

    /// A character of two to four bytes, or nothing when they are none.
    private mutating func letter(_ first: UInt8) -> Action? {
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
        guard pending.count >= length else { return nil }
        defer { pending = [] }
        let decoded = SafeText.plain(String(decoding: pending, as: UTF8.self))
        guard !decoded.isEmpty, !decoded.contains("\u{FFFD}") else { return nil }
        // A combining mark or a joiner may melt into the character before it.
        if cursor > 0, let melted = Optional(String(text[cursor - 1]) + decoded), melted.count == 1 {
            text[cursor - 1] = Character(melted)
            return .redraw
        }
        return decoded.reduce(nil) { insert($1) ?? $0 }
    }

    private mutating func escape() -> Action? {
        guard pending.count >= 2 else { return nil }
        guard pending[1] == UInt8(ascii: "[") || pending[1] == UInt8(ascii: "O") else {
            pending = []
            return nil
        }
        guard pending.count >= 3, let last = pending.last, (0x40...0x7E).contains(last) else {
            if pending.count > 16 { pending = [] }
            return nil
        }
        let sequence = String(decoding: pending.dropFirst(2), as: UTF8.self)
        pending = []
        switch sequence {
        case "A": return recall(-1)
        case "B": return recall(1)
        case "C": return move(to: cursor + 1)
        case "D": return move(to: cursor - 1)
        case "H", "1~": return move(to: 0)
        case "F", "4~": return move(to: text.count)
        case "3~": return delete(at: cursor)
        case "5~": return .scroll(pages: 1)
        case "6~": return .scroll(pages: -1)
        case "200~": isPasting = true
        case "201~": isPasting = false
        default: break
        }
        return nil
    }

    private mutating func insert(_ character: Character) -> Action? {
        guard text.count < Self.charactersMax else { return nil }
        text.insert(character, at: cursor)
        cursor += 1
        return .redraw
    }

    private mutating func submit() -> Action? {
        let line = self.line
        guard line.contains(where: { !$0.isWhitespace }) else { return nil }
        if history.last != text { history.append(text) }
        if history.count > 100 { history.removeFirst() }
        (text, cursor, recalled) = ([], 0, nil)
        return .submit(line)
    }

    private mutating func move(to place: Int) -> Action? {
        cursor = min(max(place, 0), text.count)
        return .redraw
    }

    private mutating func delete(at place: Int) -> Action? {
        guard text.indices.contains(place) else { return nil }
        text.remove(at: place)
        cursor = place
        return .redraw
    }

    private mutating func deleteWord() -> Action? {
        let head = text.prefix(cursor)
        let word = head.reversed().drop { $0 == " " }.drop { $0 != " " }
        let kept = Array(word.reversed())
        return keep(kept + text.dropFirst(cursor), cursor: kept.count)
    }

    private mutating func keep(_ rest: some Sequence<Character>, cursor: Int) -> Action? {
        text = Array(rest)
        self.cursor = cursor
        return .redraw
    }

    private mutating func recall(_ step: Int) -> Action? {
        let place = (recalled ?? history.count) + step
        guard place >= 0, !history.isEmpty else { return nil }
        recalled = place < history.count ? place : nil
        text = place < history.count ? history[place] : []
        cursor = text.count
        return .redraw
    }
}
