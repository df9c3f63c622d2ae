import Testing

@testable import Conversation

@Suite("How long to wait for more")
struct BurstWindowTests {
    @Test(
        "What ends like a question or a whole answer is answered soon",
        arguments: [
            "Quanto custa um site?", "how much is it ?", "¿Cuánto cuesta?", "Quero um site para a minha pastelaria.",
            "ana@pastelaria.pt", "o meu é ana@pastelaria.pt", "800 euros", "1500€", "12", "somos 5", "we are 12 people",
            "sim", "não", "yes please", "ok", "claro que sí", "no", "obrigada!", "Yes! 😊", "Quanto custa? 🙏",
            "Perfeito!",
            "I need a website.", "e quanto custa?", "acho que sim :)",
        ]
    )
    func soon(_ text: String) {
        #expect(BurstWindow.lengths(after: text) == (.short, .short))
    }

    @Test(
        "What looks like a beginning waits for more, also after a question",
        arguments: [
            "Olá", "olá!", "Bom dia", "Hello there", "hi 👋", "Hola, buenas tardes", "Quero um site,",
            "I need a website and",
            "queria saber...", "queria saber…", "é para a minha loja e", "quero saber quanto custa o", "preciso de:",
            "then I want to", "Tengo una peluquería y", "so", "hmm", "bueno", "também -",
        ]
    )
    func later(_ text: String) {
        #expect(BurstWindow.lengths(after: text) == (.long, .long))
    }

    @Test("A few words are the whole answer to a question, and a fragment without one")
    func answers() {
        for text in ["ana", "pastelaria", "um site", "la peluquería carmen"] {
            #expect(BurstWindow.lengths(after: text) == (.long, .short), "\(text)")
        }
        for text in ["Ana Silva", "Site", "Business website"] {
            #expect(BurstWindow.lengths(after: text) == (.usual, .short), "\(text)")
        }
        for text in ["tenho uma pastelaria no porto", "i run a bakery in leeds"] {
            #expect(BurstWindow.lengths(after: text) == (.long, .usual), "\(text)")
        }
        #expect(BurstWindow.lengths(after: "👍") == (.usual, .short))
    }

    @Test(
        "Where nothing tells, the wait is the usual one",
        arguments: [
            "Tenho uma pastelaria no Porto", "quanto custa um site", "how much is a website", "Olá, tudo bem?",
            "queria saber se fazem também sites em inglês para pastelarias",
            String(repeating: "Quero um site novo com muitas páginas ", count: 30),
        ]
    )
    func usual(_ text: String) {
        #expect(BurstWindow.lengths(after: text) == (.usual, .usual))
    }

    @Test("A long text is read at its end")
    func long() {
        let words = String(repeating: "Quero um site novo com muitas páginas ", count: 100)
        #expect(BurstWindow.lengths(after: words + "quanto custa?") == (.short, .short))
        #expect(BurstWindow.lengths(after: words + "e ainda,") == (.long, .long))
    }

    @Test("A tap is a whole thought; a picture without words isn't")
    func kinds() {
        #expect(BurstWindow.lengths(after: .choice(id: "buy:site", title: "Sim")) == (.short, .short))
        #expect(BurstWindow.lengths(after: .media(kind: "image", mediaID: "1", caption: nil)) == (.long, .long))
        #expect(BurstWindow.lengths(after: .media(kind: "image", mediaID: "1", caption: "")) == (.long, .long))
        #expect(
            BurstWindow.lengths(after: .media(kind: "image", mediaID: "1", caption: "Faz um destes?"))
                == (.short, .short)
        )
        #expect(BurstWindow.lengths(after: .voice(mediaID: "1", mimeType: "audio/ogg")) == (.usual, .usual))
    }

    @Test("Odd texts are read without harm", arguments: ["", " ", "?", "...", "\u{200B}", "))))", ":)", "¿", "\n\n"])
    func odd(_ text: String) {
        _ = BurstWindow.lengths(after: text)
    }

    @Test("The time on the way counts, up to half the wait, whatever the clocks say")
    func onTheWay() {
        let window = BurstWindow(baseMilliseconds: 2_000, limitMilliseconds: 8_000)
        let written = Timestamp(milliseconds: 1_790_000_000_000)
        func quiet(_ text: String, after milliseconds: Int64) -> Int64 {
            window.quiet(
                after: CustomerMessage(id: "1", at: written, content: .text(text)),
                arrivedAt: written.adding(milliseconds: milliseconds)
            ).milliseconds
        }
        #expect(quiet("Quanto custa?", after: 900) == 1_000)
        #expect(quiet("Olá", after: 0) == 3_000)
        #expect(quiet("Olá", after: -50_000) == 3_000)
        #expect(quiet("Olá", after: 1_500) == 2_500)
        #expect(quiet("Olá", after: 3_600_000) == 1_500)
        #expect(quiet("Tenho uma pastelaria no Porto", after: 500) == 2_000)
    }
}
