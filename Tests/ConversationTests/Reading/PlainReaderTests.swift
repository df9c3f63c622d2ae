import Conversation
import Testing

private typealias Book = ReadingPlaybook

@Suite("A turn without a model")
struct PlainReaderTests {
    private func understand(
        _ contents: [CustomerMessage.Content],
        asked: FieldID? = nil,
        known: [FieldID: FieldValue] = [:]
    )
        -> PlainReading
    {
        var state = ConversationState(id: ConversationID("c"), language: .ptPT)
        state.fields = known
        let messages = contents.enumerated().map { index, content in
            CustomerMessage(id: "m\(index)", at: Book.now.adding(milliseconds: Int64(index)), content: content)
        }
        return PlainReader.understand(messages, state: state, asked: asked, playbook: Book.playbook)
    }

    private func understand(_ texts: String..., asked: FieldID? = nil) -> PlainReading {
        understand(texts.map { .text($0) }, asked: asked)
    }

    @Test("takes several answers from one message")
    func volunteers() {
        let reading = understand(
            "Olá, sou a Ana, tenho um restaurante e queria um site, orçamento 1500€",
            asked: "name"
        )
        #expect(
            reading.understanding.fields == [
                "name": .text("Ana"), "business": .choice("restaurant"),
                "budget": .money(Money(minorUnits: 150_000, currency: "EUR")),
            ]
        )
        #expect(reading.understanding.intent == .answer)
        #expect(reading.understanding.language == .ptPT)
        #expect(!reading.askedWasUnreadable)
    }

    @Test("handles taps by their ids")
    func taps() {
        let buy = understand([.choice(id: "buy:shop", title: "Avançar")])
        #expect(buy.understanding.intent == .buy && buy.understanding.product == "shop")
        let product = understand([.choice(id: "product:starter", title: "Site Essencial")])
        #expect(product.understanding.intent == .answer && product.understanding.product == "starter")
        let human = understand([.choice(id: "human", title: "Falar")])
        #expect(human.understanding.intent == .human)
        let others = understand([.choice(id: "products", title: "Ver outros")])
        #expect(others.wantsProducts && others.understanding.intent == .question)
        let field = understand([.choice(id: "field:business:online_shop", title: "Loja online")], asked: "business")
        #expect(field.understanding.fields == ["business": .choice("online_shop")])
        #expect(field.understanding.intent == .answer && !field.askedWasUnreadable)
        let yes = understand([.choice(id: "field:has_site:no", title: "Não")], asked: "has_site")
        #expect(yes.understanding.fields == ["has_site": .yes(false)])
        #expect(yes.understanding.intent == .answer)
    }

    @Test("reads a tap with an unknown id by its title")
    func unknownTaps() {
        let reading = understand([.choice(id: "field:business:castle", title: "Restaurante")], asked: "business")
        #expect(reading.understanding.fields == ["business": .choice("restaurant")])
        #expect(understand([.choice(id: "buy:castle", title: "x")]).understanding.product == nil)
    }

    @Test("a bare answer fits the field that was asked")
    func bareAnswers() {
        #expect(understand("Ana Silva", asked: "name").understanding.fields == ["name": .text("Ana Silva")])
        #expect(understand("não", asked: "has_site").understanding.fields == ["has_site": .yes(false)])
        #expect(understand("não", asked: "has_site").understanding.intent == .answer)
        #expect(understand("amanhã", asked: "start").understanding.fields == ["start": .date("2026-11-24")])
        #expect(understand("chamo-me", "Ana", asked: "name").understanding.fields == ["name": .text("Ana")])
    }

    @Test("says when an answer made no sense, and only then")
    func unreadable() {
        #expect(understand("xpto blá blá 77 xpto asdf", asked: "name").askedWasUnreadable)
        #expect(understand("sim", asked: "budget").askedWasUnreadable)
        #expect(!understand("quanto tempo demora?", asked: "name").askedWasUnreadable)
        #expect(!understand("Olá!", asked: "name").askedWasUnreadable)
        #expect(understand("Olá!", asked: "name").isGreetingOnly)
        #expect(!understand("STOP", asked: "name").askedWasUnreadable)
        #expect(!understand([.voice(mediaID: "1", mimeType: "audio/ogg")], asked: "name").askedWasUnreadable)
        #expect(!understand("xpto").askedWasUnreadable)
    }

    @Test("stop outweighs everything and fills no field")
    func stop() {
        let reading = understand("Ana", "stop", asked: "name")
        #expect(reading.understanding.intent == .optOut)
        #expect(understand("Stop", asked: "name").understanding.fields.isEmpty)
    }

    @Test("finds the configured answer to a question")
    func answers() {
        #expect(understand("quanto tempo demora o site?").answer?.text == Phrase("Duas semanas."))
        #expect(understand("aceitam mbway").answer?.text == Phrase("Sim, com Multibanco."))
        #expect(understand("o prazo").answer?.text == Phrase("Duas semanas."))
        #expect(understand("How long does it take to build my website?").answer?.text == Phrase("Two weeks."))
        #expect(understand("o meu site tem de ter um bom prazo e outras coisas mais que direi").answer == nil)
        #expect(understand("amanhã").answer == nil)
    }

    @Test("recognises products by name")
    func products() {
        #expect(understand("quero comprar a loja completa").understanding.product == "shop")
        #expect(understand("quero comprar a loja completa").understanding.intent == .buy)
        #expect(understand("I want to buy the starter website").understanding.product == "starter")
        #expect(understand("olá").understanding.product == nil)
    }

    @Test("changes a known choice only when asked")
    func known() {
        let reading = understand([.text("o meu restaurante é em Lisboa")], known: ["business": .choice("shop")])
        #expect(reading.understanding.fields["business"] == nil)
        let budget = understand(
            [.text("afinal tenho 2000€")],
            known: ["budget": .money(Money(minorUnits: 1, currency: "EUR"))]
        )
        #expect(budget.understanding.fields["budget"] == .money(Money(minorUnits: 200_000, currency: "EUR")))
    }

    @Test("reads nothing out of nothing")
    func nothing() {
        let reading = understand([.reaction(emoji: nil), .deleted, .unreadable(kind: "poll")], asked: "name")
        #expect(reading == PlainReading())
    }
}
