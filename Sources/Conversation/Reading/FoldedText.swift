/// A text made comparable: lower case, no accents, look-alike letters as the Latin ones, one byte for each character.
///
/// It is made in one pass over a bounded beginning of the text, and everything that reads customers' words or checks
/// replies works on it.
public struct FoldedText: Sendable {
    /// A run of letters and digits, without apostrophes: `don't` is `dont`.
    public struct Word: Sendable, Equatable {
        public var text: String
        /// Where it stands in ``FoldedText/bytes``.
        public var range: Range<Int>
    }

    /// Characters beyond these are not read. WhatsApp allows 4,096 in a text message; a reply to a bot has far fewer.
    public static let charactersMax = 2_000

    /// ASCII, and beyond it the bytes of ``Folding``.
    public let bytes: [UInt8]
    public let words: [Word]
    /// For each byte, whether it stood there as it is (but for its case).
    let isAltered: [Bool]
    /// For each byte, its offset in the UTF-8 of the original.
    let origins: [Int]
    private let original: String
    /// The words between single spaces, with one space before and behind.
    private let joined: [UInt8]

    public init(_ text: String, charactersMax: Int = Self.charactersMax) {
        var bytes: [UInt8] = []
        var isAltered: [Bool] = []
        var origins: [Int] = []
        var offset = 0
        var droppedBefore = false
        bytes.reserveCapacity(min(charactersMax, text.utf8.count) + 1)
        // Scalars that vanish count too, or a text of joiners would be read to its end.
        for scalar in text.unicodeScalars.prefix(charactersMax) {
            let (first, second) = Folding.fold(scalar)
            if first == 0 {
                droppedBefore = true
            } else {
                let isSame = scalar.isASCII && !droppedBefore
                bytes.append(first)
                isAltered.append(!isSame)
                origins.append(offset)
                if second != 0 {
                    bytes.append(second)
                    isAltered.append(true)
                    origins.append(offset)
                }
                droppedBefore = false
            }
            offset += UTF8.width(scalar)
        }
        origins.append(offset)
        self.bytes = bytes
        self.isAltered = isAltered
        self.origins = origins
        original = text
        words = Self.split(bytes)
        var joined: [UInt8] = [Ascii.space]
        joined.reserveCapacity(bytes.count + 2)
        for word in words {
            joined.append(contentsOf: word.text.utf8)
            joined.append(Ascii.space)
        }
        self.joined = joined
    }

    private static func split(_ bytes: [UInt8]) -> [Word] {
        var words: [Word] = []
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == Folding.thumbUp || byte == Folding.thumbDown {
                words.append(Word(text: byte == Folding.thumbUp ? "👍" : "👎", range: index..<index + 1))
                index += 1
            } else if byte.isWordByte {
                let start = index
                var letters: [UInt8] = []
                while index < bytes.count {
                    if bytes[index].isWordByte {
                        letters.append(bytes[index])
                    } else if !(bytes[index] == Ascii.apostrophe && index + 1 < bytes.count
                        && bytes[index + 1].isLetter)
                    {
                        break
                    }
                    index += 1
                }
                words.append(Word(text: String(decoding: letters, as: UTF8.self), range: start..<index))
            } else {
                index += 1
            }
        }
        return words
    }

    /// All words between single spaces.
    public var sentence: String { words.map(\.text).joined(separator: " ") }

    /// Whether the words of a phrase (folded, single spaces) stand in it, one after the other.
    public func has(_ phrase: String) -> Bool {
        !phrase.isEmpty && position(of: phrase) != nil
    }

    public func hasAny(_ phrases: some Sequence<String>) -> Bool { phrases.contains { has($0) } }

    /// The indices of the words that make up a phrase, at its first place.
    public func wordRange(of phrase: String) -> Range<Int>? {
        guard let position = position(of: phrase) else { return nil }
        let before = joined[1..<max(1, position)].reduce(0) { $0 + ($1 == Ascii.space ? 1 : 0) }
        let first = position == 0 ? 0 : before + 1
        return first..<first + 1 + phrase.utf8.reduce(0) { $0 + ($1 == Ascii.space ? 1 : 0) }
    }

    private func position(of phrase: String) -> Int? {
        let needle = phrase.utf8
        let count = needle.count
        guard count > 0, joined.count >= count + 2, let head = needle.first else { return nil }
        return joined.withUnsafeBufferPointer { hay in
            var start = 0
            while start + count + 1 < hay.count {
                if hay[start] == Ascii.space, hay[start + 1] == head, hay[start + 1 + count] == Ascii.space {
                    var at = start + 1
                    var isSame = true
                    for byte in needle {
                        if hay[at] != byte {
                            isSame = false
                            break
                        }
                        at += 1
                    }
                    if isSame { return start }
                }
                start += 1
            }
            return nil
        }
    }

    /// The original characters behind a range of bytes.
    func original(_ range: Range<Int>) -> String {
        let utf8 = original.utf8
        guard range.lowerBound >= 0, range.upperBound < origins.count, !range.isEmpty else { return "" }
        let start = utf8.index(utf8.startIndex, offsetBy: origins[range.lowerBound])
        let end = utf8.index(utf8.startIndex, offsetBy: origins[range.upperBound])
        return String(original[start..<end])
    }

    func folded(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}

/// Bytes with a name.
enum Ascii {
    static let space = UInt8(ascii: " ")
    static let apostrophe = UInt8(ascii: "'")
    static let dot = UInt8(ascii: ".")
    static let comma = UInt8(ascii: ",")
    static let dash = UInt8(ascii: "-")
    static let slash = UInt8(ascii: "/")
    static let at = UInt8(ascii: "@")
    static let colon = UInt8(ascii: ":")
    static let question = UInt8(ascii: "?")
    static let newline = UInt8(ascii: "\n")
}

extension UInt8 {
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    /// A folded letter, or one of another script.
    var isLetter: Bool { (self >= 0x61 && self <= 0x7A) || self == Folding.otherLetter }
    var isWordByte: Bool { isDigit || isLetter }
    var isBlank: Bool { self == Ascii.space || self == Ascii.newline }
}
