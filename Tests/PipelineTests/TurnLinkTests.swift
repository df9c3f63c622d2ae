import Conversation
import Foundation
import Storage
import Testing

@testable import Pipeline

@Suite("A payment link in a turn")
struct TurnLinkTests {
    @Test("Stripe and the model share the turn's time: a link that isn't made in it is announced, and asked for again")
    func stripeHangs() async throws {
        try await TurnRig.with(adjust: { $1.takesPayments = true }) { (rig) async throws in
            rig.outside.model(otherwise: .hang)
            try await rig.write(.text("queria um site"), .choice(id: "buy:site", title: "Comprar"))
            let start = rig.clock.now
            #expect(try await rig.answer()?.contains("link") == true)
            #expect(start.milliseconds(until: rig.clock.now) <= 15_000)
            #expect(rig.outside.links > 0)
            #expect(try await rig.store.lead(TurnRig.lead)?.state.stage.name == .offered)
        }
    }

    @Test("A link that was made before the customer wrote again is the one that is sent, whatever Stripe does then")
    func linkIsKept() async throws {
        try await TurnRig.with(adjust: { $1.takesPayments = true }) { (rig) async throws in
            rig.outside.stripe(
                .status(
                    200,
                    #"{"id":"plink_1","object":"payment_link","active":true,"livemode":false,"url":"https://buy.stripe.com/1","metadata":{}}"#
                )
            )
            let buys = FakeOutside.good.replacing(#""answer""#, with: #""buy""#)
                .replacing(#""product":null"#, with: #""product":"site""#)
            rig.outside.model(otherwise: .content(buys))
            rig.outside.whileThinking { try? await rig.write(.text("rápido, por favor")) }
            #expect(try await rig.ask("quero comprar o site")?.isEmpty == false)
            #expect(rig.outside.links == 1)
            #expect(rig.outside.models.count == 2)
            #expect(try await rig.store.lead(TurnRig.lead)?.state.stage.name == .awaitingPayment)
        }
    }

    @Test("A link that an earlier try had made is looked up once, however often the customer writes meanwhile")
    func foundLinkIsKept() async throws {
        try await TurnRig.with(adjust: { $1.takesPayments = true }) { (rig) async throws in
            rig.outside.stripe(.status(500, "{}"))
            try await rig.write(.choice(id: "buy:site", title: "Comprar"))
            #expect(try await rig.answer()?.contains("link") == true)
            let state = try #require(try await rig.store.lead(TurnRig.lead)?.state)
            guard case .offered(let tries) = state.stage else { throw Missed("nothing is offered") }
            rig.outside.stripe(
                .status(
                    200,
                    """
                    {"object":"list","has_more":false,"data":[{"id":"plink_1","object":"payment_link","active":true,\
                    "livemode":false,"url":"https://buy.stripe.com/1",\
                    "metadata":{"offer_terms":"\(Effects.terms(tries.offer))"}}]}
                    """
                )
            )
            rig.clock.advance(by: 600_000)
            rig.outside.whileThinking { try? await rig.write(.text("rápido, por favor")) }
            #expect(try await rig.ask("então?")?.isEmpty == false)
            #expect(rig.outside.links == 2)
            #expect(rig.outside.models.count == 2)
            #expect(try await rig.store.lead(TurnRig.lead)?.state.stage.name == .awaitingPayment)
        }
    }

    @Test("A link that a timer asks for in vain costs the customer who writes meanwhile neither time nor the model")
    func timersLinkFails() async throws {
        try await TurnRig.with(adjust: { $1.takesPayments = true }) { (rig) async throws in
            rig.outside.stripe(.status(500, "{}"))
            try await rig.write(.choice(id: "buy:site", title: "Comprar"))
            #expect(try await rig.answer()?.contains("link") == true)
            let retry = try #require(try await rig.store.nextWake().turns)
            rig.clock.advance(by: Int64(rig.clock.now.milliseconds(until: retry)))
            let (earlier, written) = (rig.outside.links, rig.clock.now)
            // It hangs from now on.
            rig.outside.whileLinking { [weak rig] in try? await rig?.write(.text("também queria um logótipo")) }
            #expect(try await rig.answer() == "Olá! Qual é o seu nome?")
            #expect(rig.outside.models.count == 1)
            // The first look for it is all that was asked, whatever was begun anew.
            #expect(rig.outside.links == earlier + 1)
            #expect(written.milliseconds(until: rig.clock.now) <= 15_000)
            guard case .offered(let tries)? = try await rig.store.lead(TurnRig.lead)?.state.stage else {
                throw Missed("nothing is offered any more")
            }
            #expect(tries.failures == 2)
        }
    }
}
