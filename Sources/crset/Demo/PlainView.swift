/// The dialogue without a terminal: one line a message, `14:02 customer │ …`.
struct PlainView {
    var business: String
    var words: DemoWords

    private var columns: Int { max(DisplayWidth.of(business), DisplayWidth.of(words.customer)) }

    func lines(of line: Chat.Line) -> [String] {
        switch line {
        case .notice(let text):
            SafeText.plain(text).split(separator: "\n", omittingEmptySubsequences: false).map { "      · \($0)" }
        case .message(let message): lines(of: message)
        }
    }

    private func lines(of message: Chat.Message) -> [String] {
        let name = message.author == .customer ? words.customer : SafeText.line(business)
        let pad = String(repeating: " ", count: max(0, columns - DisplayWidth.of(name)))
        let lead = "\(message.time) \(name)\(pad) │ "
        let blank = String(repeating: " ", count: DisplayWidth.of(message.time) + columns + 2) + "│ "
        var texts = SafeText.plain(message.text).split(separator: "\n", omittingEmptySubsequences: false).map(
            String.init
        )
        texts += message.choices.enumerated().map { "[\($0 + 1)] \(SafeText.line($1.title))" }
        if let link = message.link {
            texts.append("[\(message.choices.count + 1)] \(SafeText.line(link.label)): \(SafeText.line(link.url))")
        }
        return texts.enumerated().map { ($0 == 0 ? lead : blank) + $1 }
    }
}
