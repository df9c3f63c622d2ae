import Testing

@testable import Conversation

@Suite("A link that comes while the bot has to be silent")
struct LateLinkTests {
    private static let now = Timestamp(milliseconds: 1_795_392_000_000)
    private static let offer = Offer(
        id: "c1-1",
        product: "site",
        productName: "Business website",
        price: Money(minorUnits: 49_000, currency: "EUR"),
        stripePrice: nil,
        madeAt: now
    )
    private static let link = PaymentLink(id: "plink_1", url: "https://buy.example/1")

    private func links(_ effects: [Effect]) -> Int {
        effects.count { if case .send(let message) = $0, case .link = message.content { true } else { false } }
    }

    @Test("goes out once: on release, or before it if the customer asked for it")
    func once() throws {
        let playbook = try Sample.playbook()
        var state = ConversationState(id: ConversationID("c1"), language: .en)
        state.stage = .optedOut(at: Self.now, before: .offered(Offered(offer: Self.offer, words: nil)))
        func happens(_ event: Event) -> [Effect] {
            let effects: [Effect]
            (state, effects) = advance(state, event, at: Self.now, by: playbook)
            return effects
        }
        #expect(links(happens(.linkCreated("c1-1", Self.link))) == 0)
        #expect(links(happens(.staff(.release(by: "Rita")))) == 0)
        let asked = CustomerMessage(id: "m1", at: Self.now, content: .text("I want to buy the website"))
        _ = happens(.messages([asked]))
        #expect(links(happens(.modelUnavailable(reason: "test"))) == 1)
        _ = happens(.staff(.takeOver(by: "Rita")))
        #expect(links(happens(.staff(.release(by: "Rita")))) == 0)
    }
}
