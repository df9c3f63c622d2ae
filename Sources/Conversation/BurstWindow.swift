/// How long to wait for more, after a message: people send one thought in several messages, and want no answer to its
/// first half. Short after what ends like a question or an answer, long after what looks like the beginning of
/// something, in between where nothing tells.
///
/// A pure reading of one message, so that it is done where the message comes in; what was said before counts only by
/// whether the bot had just asked something.
public struct BurstWindow: Sendable, Equatable {
    /// The wait where nothing tells. 0: each message is answered at once.
    public var baseMilliseconds: Int64
    /// The longest wait after the first message that has no answer.
    public var limitMilliseconds: Int64

    public init(baseMilliseconds: Int64, limitMilliseconds: Int64) {
        self.baseMilliseconds = baseMilliseconds
        self.limitMilliseconds = limitMilliseconds
    }

    /// About 1, 2 and 3 s at the default.
    enum Length: Sendable, Equatable { case short, usual, long }

    /// The wait after a message.
    public struct Quiet: Sendable, Equatable {
        public var milliseconds: Int64
        /// The same, when it is the first since the bot asked something: "ana" is the whole answer to "What's your
        /// name?", and the beginning of something otherwise.
        public var afterQuestionMilliseconds: Int64
    }

    public func quiet(after message: CustomerMessage, arrivedAt now: Timestamp) -> Quiet {
        let lengths = Self.lengths(after: message.content)
        return Quiet(
            milliseconds: milliseconds(lengths.usual, message.at, now),
            afterQuestionMilliseconds: milliseconds(lengths.afterQuestion, message.at, now)
        )
    }

    private func milliseconds(_ length: Length, _ writtenAt: Timestamp, _ now: Timestamp) -> Int64 {
        let quiet =
            switch length {
            case .short: baseMilliseconds / 2
            case .usual: baseMilliseconds
            case .long: baseMilliseconds + baseMilliseconds / 2
            }
        // It was quiet on the way, too. WhatsApp's time is in whole seconds, and clocks differ: half the wait stays.
        let onTheWay = now.milliseconds - writtenAt.milliseconds - 1_000
        return quiet - min(max(onTheWay, 0), quiet / 2)
    }

    typealias Lengths = (usual: Length, afterQuestion: Length)

    static func lengths(after content: CustomerMessage.Content) -> Lengths {
        switch content {
        case .choice: (.short, .short)
        case .text(let text), .edited(let text): lengths(after: text)
        // Words follow a picture, and more pictures of its album.
        case .media(_, _, nil): (.long, .long)
        case .media(_, _, let caption?): caption.isEmpty ? (.long, .long) : lengths(after: caption)
        case .voice, .location, .contact, .reaction, .deleted, .unreadable: (.usual, .usual)
        }
    }

    // MARK: Words

    /// Of a longer text only the end is read.
    private static let bytesReadMax = 240

    static func lengths(after text: String) -> Lengths {
        let isLong = text.utf8.count > bytesReadMax
        let folded = FoldedText(isLong ? String(text.suffix(bytesReadMax / 2)) : text)
        let words = folded.words.map(\.text)
        let said = withoutTail(folded.bytes)
        // Signs alone, such as a thumb, are an answer or a nod.
        guard let last = said.last, let lastWord = words.last else { return (.usual, .short) }
        if !isLong, SmallTalk.isAllGreeting(folded) {
            return last == Ascii.question ? (.usual, .usual) : (.long, .long)
        }
        switch last {
        case Ascii.comma, UInt8(ascii: ";"), Ascii.colon, Ascii.dash, UInt8(ascii: "&"),
            UInt8(ascii: "+"), Ascii.slash, UInt8(ascii: "("):
            return (.long, .long)
        case Ascii.dot where said.dropLast().last == Ascii.dot: return (.long, .long)
        case Ascii.dot, Ascii.question, UInt8(ascii: "!"): return (.short, .short)
        default: break
        }
        if isLong { return (.usual, .usual) }
        // "No" is a verdict, though in Portuguese it may also be the beginning of something; "y" alone is none.
        if lastWord.utf8.count > 1, SmallTalk.isVerdict(words) { return (.short, .short) }
        if openWords.contains(lastWord) { return (.long, .long) }
        if endsWithAddress(said) || SmallTalk.isBare(words) { return (.short, .short) }
        if words.count <= 4, words.suffix(2).contains(where: hasDigit) { return (.short, .short) }
        return lengths(ofUnended: words, isLower: text.first(where: \.isLetter)?.isLowercase ?? false)
    }

    /// Words without any mark at their end, as most people write.
    private static func lengths(ofUnended words: [String], isLower: Bool) -> Lengths {
        if words.count <= 3 { return (isLower ? .long : .usual, .short) }
        let isQuestion = words.prefix(2).contains(where: questionWords.contains)
        return (isLower && !isQuestion && words.count <= 6 ? .long : .usual, .usual)
    }

    /// Without the emoji, brackets and smileys behind the last word or mark.
    private static func withoutTail(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        var rest = bytes[...]
        while let last = rest.last {
            if last == UInt8(ascii: ")"), let eyes = rest.dropLast().last,
                eyes == Ascii.colon || eyes == UInt8(ascii: ";")
            {
                rest.removeLast(2)
            } else if tail.contains(last) {
                rest.removeLast()
            } else {
                break
            }
        }
        return rest
    }

    private static let tail: Set<UInt8> = [
        Ascii.space, Ascii.newline, Folding.sign, Folding.thumbUp, Folding.thumbDown, UInt8(ascii: "\""),
        UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "~"),
    ]

    private static func hasDigit(_ word: String) -> Bool {
        word.utf8.contains { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// An e-mail or web address is a whole answer.
    private static func endsWithAddress(_ said: ArraySlice<UInt8>) -> Bool {
        guard let token = said.split(whereSeparator: { $0 == Ascii.space || $0 == Ascii.newline }).last else {
            return false
        }
        return token.contains(Ascii.at) || token.starts(with: "www.".utf8) || token.starts(with: "http".utf8)
    }

    /// Something follows these, in Portuguese, English or Spanish.
    private static let openWords: Set<String> = words(
        """
        e ou mas que porque pois para pra com sem de do da dos das em no na nos nas o a os as um uma uns umas por se
        entao tambem quando como sobre meu minha isto ah oh hum hmm
        and or but because with without to the an of in on at for from if so then also when about my is are well i
        y pero porque con sin del al el la los las un una unos unas por si cuando sobre mi bueno entonces ademas es
        """
    )

    private static let questionWords: Set<String> = words(
        """
        quanto quantos quanta quantas qual quais quando onde como quem porque
        what when where who which how why can could do does is are
        cuanto cuantos cuanta cuantas cual cuales cuando donde quien
        """
    )

    private static func words(_ list: String) -> Set<String> {
        Set(list.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init))
    }
}
