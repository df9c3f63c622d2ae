/// Finds links and e-mail addresses, hidden ones too.
struct LinkScan {
    let text: FoldedText
    let hosts: Set<String>
    let emails: Set<String>
    /// Names at other services that may be said, such as `@crset`.
    var handles: Set<String> = []

    func findings() -> [Guard.Finding] { tokens() + spelled() + spaced() + dangling() }

    // MARK: Tokens

    private func tokens() -> [Guard.Finding] {
        var findings: [Guard.Finding] = []
        let bytes = text.bytes
        var index = 0
        while index < bytes.count {
            guard !isBreak(bytes[index]) else {
                index += 1
                continue
            }
            let start = index
            var isSuspect = false
            while index < bytes.count, !isBreak(bytes[index]) {
                let byte = bytes[index]
                isSuspect = isSuspect || byte == Ascii.dot || byte == Ascii.at || byte == Ascii.colon
                index += 1
            }
            if isSuspect, let finding = token(trimmed(start..<index)) { findings.append(finding) }
        }
        return findings
    }

    private func isBreak(_ byte: UInt8) -> Bool {
        switch byte {
        case Ascii.space, Ascii.newline, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "("),
            UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"),
            UInt8(ascii: "*"), UInt8(ascii: "|"), Ascii.comma, UInt8(ascii: ";"), Folding.sign, Folding.thumbUp:
            true
        default: false
        }
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var range = range
        func isEdge(_ byte: UInt8) -> Bool {
            !byte.isWordByte && byte != Ascii.slash && byte != Ascii.at
        }
        while let last = range.last, isEdge(text.bytes[last]) { range = range.lowerBound..<last }
        while let first = range.first, isEdge(text.bytes[first]) { range = first + 1..<range.upperBound }
        return range
    }

    private func token(_ range: Range<Int>) -> Guard.Finding? {
        guard range.count >= 4 else { return nil }
        let bytes = text.bytes
        if let scheme = firstIndex(of: "://", in: range) ?? firstIndex(of: ":\\\\", in: range) {
            return link(range, authorityFrom: scheme + 3)
        }
        if starts("http:", range) || starts("https:", range) || starts("hxxp", range) {
            return .link(text.folded(range))
        }
        if starts("tel:", range) || starts("mailto:", range) || starts("bitcoin:", range)
            || starts("javascript:", range)
        {
            let rest = range.lowerBound + (starts("tel:", range) ? 4 : 7)
            if starts("mailto:", range), rest < range.upperBound { return email(rest..<range.upperBound) }
            return starts("tel:", range) ? nil : .link(text.folded(range))
        }
        if let handle = Self.handle(in: text, range) { return handles.contains(handle) ? nil : .link(handle) }
        if let at = range.first(where: { bytes[$0] == Ascii.at }) {
            let hasPath = range.contains { bytes[$0] == Ascii.slash && $0 < at }
            if !hasPath, at > range.lowerBound { return email(range) }
        }
        return bare(range)
    }

    private func starts(_ prefix: String, _ range: Range<Int>) -> Bool {
        range.count >= prefix.utf8.count && text.bytes[range].prefix(prefix.utf8.count).elementsEqual(prefix.utf8)
    }

    private func firstIndex(of needle: String, in range: Range<Int>) -> Int? {
        let needle = Array(needle.utf8)
        guard range.count >= needle.count else { return nil }
        return (range.lowerBound...(range.upperBound - needle.count)).first { start in
            text.bytes[start..<start + needle.count].elementsEqual(needle)
        }
    }

    /// A link with a scheme. Only `http` and `https` to an own host, without user, port or odd letters.
    private func link(_ range: Range<Int>, authorityFrom start: Int) -> Guard.Finding? {
        let end = (start..<range.upperBound).first { "/?#\\".utf8.contains(text.bytes[$0]) } ?? range.upperBound
        var authority = start..<max(start, end)
        while let last = authority.last, text.bytes[last] == Ascii.dot { authority = authority.lowerBound..<last }
        let scheme = text.folded(range.lowerBound..<max(range.lowerBound, start - 3))
        let isWeb = scheme == "http" || scheme == "https"
        let isOwn = isWeb && isPlain(range) && hosts.contains(text.folded(authority))
        // Another link in the path or the query is what a redirect needs.
        let carriesLink = firstIndex(of: "//", in: max(start, end)..<range.upperBound) != nil
        let hasUser = (start..<range.upperBound).contains { text.bytes[$0] == Ascii.at }
        let hasBackslash = range.contains { text.bytes[$0] == UInt8(ascii: "\\") }
        return isOwn && !carriesLink && !hasUser && !hasBackslash ? nil : .link(text.folded(range))
    }

    private func isPlain(_ range: Range<Int>) -> Bool { !range.contains { text.isAltered[$0] } }

    private func email(_ range: Range<Int>) -> Guard.Finding? {
        let folded = text.folded(range)
        if emails.contains(folded), isPlain(range) { return nil }
        if ContactReader.isEmail(folded) { return .email(folded) }
        guard folded.contains("@"), folded.drop(while: { $0 != "@" }).contains(".") else { return nil }
        // `https-like@host/path`, or an address with odd letters.
        return .email(folded)
    }

    /// `@name`: an account that somebody can be written to at, wherever that is.
    private static func handle(in text: FoldedText, _ range: Range<Int>) -> String? {
        let name = text.bytes[range].dropFirst()
        guard text.bytes[range].first == Ascii.at, name.count >= 3, name.first?.isWordByte == true,
            name.contains(where: \.isLetter),
            name.allSatisfy({ $0.isWordByte || $0 == UInt8(ascii: "_") || $0 == Ascii.dot || $0 == Ascii.dash })
        else { return nil }
        return text.folded(range)
    }

    /// All that a text names.
    static func handles(in text: FoldedText) -> Set<String> {
        let scan = LinkScan(text: text, hosts: [], emails: [])
        var found: Set<String> = []
        for start in text.bytes.indices where text.bytes[start] == Ascii.at {
            guard start == 0 || scan.isBreak(text.bytes[start - 1]) else { continue }
            let end = text.bytes[start...].firstIndex { scan.isBreak($0) } ?? text.bytes.count
            if let name = handle(in: text, scan.trimmed(start..<end)) { found.insert(name) }
        }
        return found
    }

    // MARK: Bare hosts

    /// `exemplo.com`, `exemplo.com/pagar`, `192.168.0.1/x`, without a scheme.
    private func bare(_ range: Range<Int>) -> Guard.Finding? {
        let bytes = text.bytes
        var end = range.lowerBound
        while end < range.upperBound, bytes[end].isWordByte || bytes[end] == Ascii.dot || bytes[end] == Ascii.dash {
            end += 1
        }
        var hostEnd = end
        while hostEnd > range.lowerBound, bytes[hostEnd - 1] == Ascii.dot || bytes[hostEnd - 1] == Ascii.dash {
            hostEnd -= 1
        }
        let host = range.lowerBound..<hostEnd
        let hasPath = end == hostEnd && end < range.upperBound && isPath(end, range)
        if let finding = named(host, whole: range, hasPath: hasPath) { return finding }
        // `veja/exemplo.com`: what follows a sign may be a host too.
        guard end < range.upperBound else { return nil }
        let next = (end..<range.upperBound).first { bytes[$0].isWordByte } ?? range.upperBound
        return next < range.upperBound && !isOwn(host) ? bare(next..<range.upperBound) : nil
    }

    private func isPath(_ index: Int, _ range: Range<Int>) -> Bool {
        let byte = text.bytes[index]
        let next = index + 1 < range.upperBound ? text.bytes[index + 1] : 0
        return (byte == Ascii.slash && next.isWordByte) || (byte == Ascii.colon && next.isDigit)
    }

    private func isOwn(_ host: Range<Int>) -> Bool { hosts.contains(text.folded(host)) && isPlain(host) }

    private func named(_ host: Range<Int>, whole: Range<Int>, hasPath: Bool) -> Guard.Finding? {
        let labels = text.bytes[host].split(separator: Ascii.dot, omittingEmptySubsequences: false)
        guard labels.count >= 2, let last = labels.last, labels.allSatisfy({ !$0.isEmpty }) else { return nil }
        if isOwn(host) {
            return text.bytes[whole].contains(Ascii.at) || firstIndex(of: "//", in: whole) != nil
                ? .link(text.folded(whole)) : nil
        }
        let name = String(decoding: last, as: UTF8.self)
        if labels.count == 4, labels.allSatisfy({ $0.count <= 3 && $0.allSatisfy(\.isDigit) }) {
            return .link(text.folded(whole))
        }
        if TopLevelDomains.fileEndings.contains(name), labels.count == 2 { return nil }
        // `.com.br` alone is an ending that is spoken of, not a host.
        if labels.dropLast().allSatisfy({ TopLevelDomains.secondLevel.contains(String(decoding: $0, as: UTF8.self)) }) {
            return nil
        }
        // `examp1e` is read as a name, `2.0h` is not.
        let hasLetters = last.count >= 2 && last.first?.isLetter == true && last.allSatisfy(\.isWordByte)
        let isForeign = last.contains(Folding.otherLetter) && hasPath
        let isKnown = TopLevelDomains.contains(name) || name.hasPrefix("xn--") || labels[0].elementsEqual("www".utf8)
        guard isKnown || (hasPath && hasLetters && last.count <= 12) || isForeign else { return nil }
        // `1.º`, `B.Sc`: a single letter before a short ending is an abbreviation, but for hosts such as `t.me/x`.
        if labels.count == 2, labels[0].count == 1, !hasPath { return nil }
        return .link(text.folded(whole))
    }

    // MARK: Spelled out

    /// `exemplo ponto com`, `exemplo [.] com`, `exemplo . com`, `ana arroba exemplo ponto com`.
    private func spelled() -> [Guard.Finding] {
        var findings: [Guard.Finding] = []
        let words = text.words
        for index in words.indices {
            if index > 0, index + 1 < words.count, isAtWord(index), hasDotSoon(index + 1) {
                findings.append(
                    .email(text.folded(words[index - 1].range.lowerBound..<words[index + 1].range.upperBound))
                )
            }
            if let end = spelledDot(after: index) {
                findings.append(.link(text.folded(words[index].range.lowerBound..<words[end].range.upperBound)))
            }
        }
        return findings
    }

    private func isAtWord(_ index: Int) -> Bool {
        let word = text.words[index]
        if word.text == "arroba" { return true }
        guard word.text == "at" else { return false }
        let before = word.range.lowerBound > 0 ? text.bytes[word.range.lowerBound - 1] : 0
        return before == UInt8(ascii: "(") || before == UInt8(ascii: "[") || before == UInt8(ascii: "{")
            || text.has("dot com") || text.has("dot net") || text.has("dot pt") || text.has("dot org")
    }

    private func hasDotSoon(_ index: Int) -> Bool {
        let words = text.words
        for at in index..<min(index + 4, words.count) {
            if ["ponto", "punto", "dot"].contains(words[at].text) { return true }
            let end = words[at].range.upperBound
            if end + 1 < text.bytes.count, text.bytes[end] == Ascii.dot, text.bytes[end + 1].isLetter { return true }
        }
        return text.words[index - 1].text == "arroba"
    }

    /// The index of the ending's word, if a dot in disguise and a common ending follow a word.
    private func spelledDot(after index: Int) -> Int? {
        let words = text.words
        guard index + 1 < words.count else { return nil }
        let next = words[index + 1]
        if ["dot", "ponto", "punto"].contains(next.text), index + 2 < words.count {
            let ending = words[index + 2]
            guard TopLevelDomains.common.contains(ending.text) else { return nil }
            // "um ponto com muita procura": in Portuguese `com` is "with".
            if next.text == "ponto", ending.text == "com" || ending.text == "me" || ending.text == "online" {
                guard endsClause(index + 2) else { return nil }
            }
            return index + 2
        }
        guard TopLevelDomains.common.contains(next.text) else { return nil }
        let gap = text.bytes[words[index].range.upperBound..<next.range.lowerBound]
        guard gap.count > 1, gap.count <= 6, gap.contains(Ascii.dot), gap.filter({ $0 == Ascii.dot }).count == 1,
            !gap.contains(Ascii.newline), !isShouted(next)
        else { return nil }
        let isBracketed = gap.contains { "([{".utf8.contains($0) }
        if isBracketed { return gap.allSatisfy { "()[]{}. ".utf8.contains($0) } ? index + 1 : nil }
        guard gap.allSatisfy({ $0 == Ascii.dot || $0 == Ascii.space }) else { return nil }
        if gap.first == Ascii.space, gap.last == Ascii.space { return index + 1 }
        if gap.first == Ascii.space { return Self.endingsTalk.contains(words[index].text) ? nil : index + 1 }
        return endsClause(index + 1) && !Self.abbreviations.contains(words[index].text) ? index + 1 : nil
    }

    /// A new sentence begins with a capital.
    private func isShouted(_ word: FoldedText.Word) -> Bool {
        text.original(word.range).first?.isUppercase ?? false
    }

    private func endsClause(_ index: Int) -> Bool {
        let end = text.words[index].range.upperBound
        guard end < text.bytes.count else { return true }
        if index + 1 < text.words.count, ["barra", "ponto", "slash"].contains(text.words[index + 1].text) {
            return true
        }
        let byte = text.bytes[end]
        return !byte.isBlank && byte != Ascii.dash
            || text.bytes[end...].allSatisfy { $0.isBlank || $0 == Folding.sign }
    }

    /// Before `.pt` in talk of domains.
    private static let endingsTalk: Set<String> = [
        "dominio", "dominios", "domain", "domains", "extensao", "extension", "um", "uma", "o", "os", "a", "e", "ou",
        "or", "and", "y", "un", "el", "in", "em", "de", "do", "the", "with", "com", "con", "your", "tu", "seu", "teu",
        "termina", "ending", "en", "ends", "como", "for", "para", "es", "pt", "net", "org", "eu",
    ]

    private static let abbreviations: Set<String> = [
        "etc", "ex", "p", "sr", "sra", "dr", "dra", "av", "aprox", "min", "max", "tel", "no", "art", "vs", "ref", "lda",
    ]
}
