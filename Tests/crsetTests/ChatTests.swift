import Testing

@testable import crset

@Suite("The chat of the demo")
struct ChatTests {
    static let sample: Chat = {
        var chat = Chat()
        chat.append(.message(.init(id: "c1", author: .customer, text: "Olá! Preciso de um site 🙂", time: "14:02")))
        chat.markRead("c1")
        chat.append(
            .message(
                .init(
                    id: "b1",
                    author: .business,
                    text: "Pelo que me contou, sugiro *Site profissional*, por 490 €.\n\nQuer avançar?",
                    time: "14:03",
                    choices: [
                        .init(id: "buy:site", title: "Quero avançar"), .init(id: "others", title: "Ver outras opções"),
                    ]
                )
            )
        )
        chat.append(.message(.init(id: "c2", author: .customer, text: "Quero avançar", time: "14:03")))
        chat.mark("c2", .delivered)
        chat.append(
            .message(
                .init(
                    id: "b2",
                    author: .business,
                    text: "Pode pagar aqui.",
                    time: "14:04",
                    link: .init(label: "Pagar agora", url: "http://127.0.0.1:40000/pay/plink_1abcdefghijklmnop")
                )
            )
        )
        chat.append(.notice("Serviço de volta."))
        return chat
    }()

    static let narrow = """
                  ╭────────────────────────────╮
                  │ Olá! Preciso de um site 🙂 │
                  │              14:02 ✓✓ lida │
                  ╰────────────────────────────╯
        ╭────────────────────────────╮
        │ Pelo que me contou, sugiro │
        │ *Site profissional*, por   │
        │ 490 €.                     │
        │                            │
        │ Quer avançar?              │
        │                      14:03 │
        ╰────────────────────────────╯
          [1] Quero avançar
          [2] Ver outras opções
                               ╭───────────────╮
                               │ Quero avançar │
                               │      14:03 ✓✓ │
                               ╰───────────────╯
        ╭──────────────────╮
        │ Pode pagar aqui. │
        │            14:04 │
        ╰──────────────────╯
          [1] Pagar agora
              http://127.0.0.1:40000/pay/plink_1
              abcdefghijklmnop
          Serviço de volta.
        """

    static func drawn(_ width: Int, isOn: Bool = false) -> [String] {
        ChatView(width: width, paint: Paint(isOn: isOn), words: .ptPT).lines(of: sample)
    }

    @Test("Forty columns: own bubbles right, the business's left, options by number")
    func fortyColumns() {
        let lines = Self.drawn(40)
        #expect(lines.joined(separator: "\n") == Self.narrow)
    }

    @Test("Own bubbles end at the right edge and nothing is wider than the window", arguments: [40, 57, 80, 120])
    func edges(_ width: Int) {
        let lines = Self.drawn(width)
        #expect(lines.allSatisfy { DisplayWidth.of($0) <= width })
        #expect(DisplayWidth.of(lines[0]) == width)
        #expect(lines[0].hasSuffix("╮"))
        #expect(lines.contains { $0.hasPrefix("╭") })
    }

    @Test("Eighty columns: a bubble is as wide as its longest line", arguments: [80, 120])
    func wide(_ width: Int) {
        let lines = Self.drawn(width)
        let longest = "│ Pelo que me contou, sugiro *Site profissional*, por 490 €."
        #expect(lines.contains { $0.hasPrefix(longest) } == (width == 120))
        #expect(lines.contains(String(repeating: " ", count: width - 30) + "╭────────────────────────────╮"))
    }

    @Test("Windows narrower than 40 and wider than 120 columns count as these")
    func limits() {
        #expect(Self.drawn(10) == Self.drawn(40))
        #expect(Self.drawn(500) == Self.drawn(120))
    }

    @Test("Colours are escape codes around the same text, and without colours there is none")
    func colours() {
        let plain = Self.drawn(80).joined(separator: "\n")
        let coloured = Self.drawn(80, isOn: true).joined(separator: "\n")
        #expect(!plain.contains("\u{1B}"))
        #expect(coloured.contains("\u{1B}[94m✓✓\u{1B}[0m"))
        #expect(coloured.contains("\u{1B}[1mSite profissional\u{1B}[22m"))
        #expect(!SafeText.plain(coloured).contains("*"))
    }

    @Test("A message can't draw outside its bubble")
    func hostile() {
        var chat = Chat()
        let text = "\u{1B}[2J\u{1B}[1;1Hmine \u{202E}evil\u{7}" + String(repeating: "漢", count: 90)
        chat.append(.message(.init(id: "b", author: .business, text: text, time: "14:00")))
        let lines = ChatView(width: 40, paint: Paint(isOn: false), words: .en).lines(of: chat)
        #expect(lines.dropFirst().dropLast().allSatisfy { $0.hasPrefix("│ ") && $0.hasSuffix(" │") })
        #expect(Set(lines.map { DisplayWidth.of($0) }).count == 1)
        #expect(!lines.joined().unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
    }

    @Test("Without a terminal each message is a line with time and name")
    func plain() {
        let view = PlainView(business: "CRSET", words: .ptPT)
        let lines = Self.sample.lines.flatMap(view.lines)
        #expect(
            lines == [
                "14:02 cliente │ Olá! Preciso de um site 🙂",
                "14:03 CRSET   │ Pelo que me contou, sugiro *Site profissional*, por 490 €.",
                "              │ ",
                "              │ Quer avançar?",
                "              │ [1] Quero avançar",
                "              │ [2] Ver outras opções",
                "14:03 cliente │ Quero avançar",
                "14:04 CRSET   │ Pode pagar aqui.",
                "              │ [1] Pagar agora: http://127.0.0.1:40000/pay/plink_1abcdefghijklmnop",
                "      · Serviço de volta.",
            ]
        )
    }

    @Test("A number taps what the newest message of the business offers")
    func tapping() {
        var chat = Chat()
        #expect(chat.tap("1") == nil)
        let choices = [Chat.Choice(id: "a", title: "A"), Chat.Choice(id: "b", title: "B", isRow: true)]
        let link = Chat.Link(label: "Pay", url: "http://x")
        chat.append(.message(.init(id: "m", author: .business, text: "?", time: "", choices: choices, link: link)))
        #expect(chat.tap("1") == .choice(choices[0], of: "m"))
        #expect(chat.tap("2") == .choice(choices[1], of: "m"))
        #expect(chat.tap("3") == .link(link))
        for text in ["0", "4", "-1", "01", "1.", "um", "", "99999999999999999999"] { #expect(chat.tap(text) == nil) }
        chat.append(.message(.init(id: "c", author: .customer, text: "hm", time: "")))
        #expect(chat.tap("1") == .choice(choices[0], of: "m"))
        chat.append(.message(.init(id: "n", author: .business, text: "How many people?", time: "")))
        #expect(chat.tap("1") == nil)
        #expect(chat.newestLink == link)
        chat.leave()
        #expect(chat.newestLink == nil)
        #expect(chat.newestFromBusiness == nil)
    }

    @Test("Ticks only go forward, and reading a message reads those before it")
    func ticks() {
        var chat = Chat()
        for id in ["1", "2", "3"] { chat.append(.message(.init(id: id, author: .customer, text: id, time: ""))) }
        chat.markRead("2")
        chat.mark("2", .delivered)
        chat.mark("3", .sent)
        #expect(chat.lines.compactMap { $0.message?.delivery } == [.read, .read, .sent])
    }

    @Test("A chat that never ends keeps its newest lines")
    func bounded() {
        var chat = Chat()
        for number in 0..<5_000 { chat.append(.notice(String(number))) }
        #expect(chat.lines.count <= Chat.linesMax)
        #expect(chat.count == 5_000)
        #expect(chat.lines(from: 4_998) == [.notice("4998"), .notice("4999")])
        #expect(chat.lines(from: 5_000).isEmpty)
    }
}
