import Foundation

/// Words as they are found: lower case, without accents, in any script. The same on every engine, so that both find the
/// same.
public enum SearchWords {
    public struct Word: Sendable, Equatable {
        public var folded: String
        /// Where it stands in the text.
        public var range: Range<String.Index>
    }

    /// Words beyond these are not found.
    static let wordsMax = 2_000
    static let scalarsPerWordMax = 64

    public static func words(in text: String) -> [Word] {
        var words: [Word] = []
        var start: String.Index?
        let scalars = text.unicodeScalars
        var index = scalars.startIndex
        while index < scalars.endIndex, words.count < wordsMax {
            let isPart = isPart(scalars[index], continues: start != nil)
            if isPart, start == nil { start = index }
            if !isPart, let from = start {
                add(from..<index, of: text, to: &words)
                start = nil
            }
            index = scalars.index(after: index)
        }
        if let from = start, words.count < wordsMax { add(from..<scalars.endIndex, of: text, to: &words) }
        return words
    }

    private static func add(_ range: Range<String.Index>, of text: String, to words: inout [Word]) {
        let folded = fold(text[range])
        if !folded.isEmpty { words.append(Word(folded: folded, range: range)) }
    }

    private static func isPart(_ scalar: Unicode.Scalar, continues: Bool) -> Bool {
        if scalar.isASCII {
            return (0x30...0x39).contains(scalar.value) || (0x41...0x5A).contains(scalar.value)
                || (0x61...0x7A).contains(scalar.value)
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            return true
        case .nonspacingMark, .spacingMark: return continues
        default: return false
        }
    }

    private static func fold(_ word: Substring) -> String {
        if word.utf8.allSatisfy({ $0 < 0x80 }) { return String(word.prefix(scalarsPerWordMax)).lowercased() }
        // Compatibility forms too: ﬁ is fi, ² is 2.
        let plain = String(word).decomposedStringWithCompatibilityMapping.lowercased()
        var folded = String.UnicodeScalarView()
        for scalar in plain.unicodeScalars where folded.count < scalarsPerWordMax {
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .spacingMark, .enclosingMark: continue
            // ½ is 1⁄2, whose stroke would part the word again.
            default: if isPart(scalar, continues: true) { folded.append(contentsOf: others[scalar] ?? [scalar]) }
            }
        }
        return String(folded)
    }

    /// Letters with a stroke and ligatures have no accent to take off.
    private static let others: [Unicode.Scalar: [Unicode.Scalar]] = [
        "ø": ["o"], "đ": ["d"], "ł": ["l"], "ß": ["s", "s"], "æ": ["a", "e"], "œ": ["o", "e"], "ı": ["i"], "ħ": ["h"],
    ]
}

/// What somebody looks for: all of these, and none of those.
public struct SearchTerms: Sendable, Equatable {
    /// Words that follow each other; of the last one the beginning is enough where it is a prefix.
    public struct Phrase: Sendable, Equatable {
        public var words: [String]
        public var isPrefix: Bool
    }

    public var wanted: [Phrase] = []
    public var unwanted: [Phrase] = []

    static let phrasesMax = 20

    /// `"phrase"`, `prefix*`, `-without`, else words.
    public init(_ text: String) {
        for piece in Self.pieces(text.prefix(1_000)).prefix(Self.phrasesMax) {
            var rest = piece[...]
            let isUnwanted = rest.first == "-" && rest.count > 1
            if isUnwanted { rest = rest.dropFirst() }
            let isPrefix = rest.last == "*"
            let words = SearchWords.words(in: String(rest)).map(\.folded)
            if words.isEmpty { continue }
            let phrase = Phrase(words: words, isPrefix: isPrefix)
            if isUnwanted { unwanted.append(phrase) } else { wanted.append(phrase) }
        }
    }

    /// Split at spaces outside of quotes.
    private static func pieces(_ text: Substring) -> [String] {
        var pieces: [String] = []
        var piece = ""
        var isQuoted = false
        var isAfterQuote = false
        for character in text {
            // The beginning of a phrase: "loja onl"*
            if character == "*", isAfterQuote, !pieces.isEmpty { pieces[pieces.count - 1] += "*" }
            isAfterQuote = "\"“”„«»".contains(character) && isQuoted
            if "\"“”„«»".contains(character) {
                if isQuoted || !(piece.isEmpty || piece == "-") {
                    pieces.append(piece)
                    piece = ""
                }
                isQuoted.toggle()
            } else if character.isWhitespace, !isQuoted {
                if !piece.isEmpty { pieces.append(piece) }
                piece = ""
            } else {
                piece.append(character)
            }
        }
        if !piece.isEmpty { pieces.append(piece) }
        return pieces
    }

    /// For `MATCH` of FTS5. Words are letters and digits, so nothing has to be escaped.
    var sqlite: String {
        let terms = { (phrase: Phrase) in
            "\"" + phrase.words.joined(separator: " ") + "\"" + (phrase.isPrefix ? " *" : "")
        }
        let all = wanted.map(terms).joined(separator: " AND ")
        return unwanted.reduce("(\(all))") { $0 + " NOT " + terms($1) }
    }

    /// For the type `tsquery`.
    var postgres: String {
        let terms = { (phrase: Phrase) in
            phrase.words.enumerated().map { index, word in
                "'\(word)'" + (phrase.isPrefix && index == phrase.words.count - 1 ? ":*" : "")
            }.joined(separator: " <-> ")
        }
        return (wanted.map { "(\(terms($0)))" } + unwanted.map { "!(\(terms($0)))" }).joined(separator: " & ")
    }

    /// For the type `tsquery`: lines in which all words stand that are wanted, be it not as they are wanted.
    var postgresWords: String {
        wanted.flatMap { phrase in
            phrase.words.enumerated().map { index, word in
                "'\(word)'" + (phrase.isPrefix && index == phrase.words.count - 1 ? ":*" : "")
            }
        }.joined(separator: " & ")
    }

    /// Where it is found in a text.
    public func matches(in words: [SearchWords.Word]) -> [Range<String.Index>] {
        var found: [Range<String.Index>] = []
        for phrase in wanted {
            var index = 0
            while index + phrase.words.count <= words.count {
                let fits = phrase.words.enumerated().allSatisfy { offset, word in
                    let isLast = phrase.isPrefix && offset == phrase.words.count - 1
                    let other = words[index + offset].folded
                    return isLast ? other.hasPrefix(word) : other == word
                }
                if fits {
                    found.append(words[index].range.lowerBound..<words[index + phrase.words.count - 1].range.upperBound)
                }
                index += 1
            }
        }
        return found.sorted { $0.lowerBound < $1.lowerBound }
    }
}
