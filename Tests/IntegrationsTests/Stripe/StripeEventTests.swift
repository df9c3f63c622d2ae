import Foundation
import Testing

@testable import Integrations

@Suite("Events of Stripe")
struct StripeEventTests {
    private func event(_ name: String) throws -> StripeEvent {
        try StripeEvent.parse(Payload.data("stripe/events/\(name).json"))
    }

    private static let metadata = ["conversation_id": "c1", "lead_id": "l1", "offer_id": "o1"]

    @Test("each type that we enable has a fixture, and each fixture is read as its kind")
    func everyType() throws {
        let names = try Payload.names(in: "stripe/events")
        var seen: Set<String> = []
        for name in names {
            let event = try event(String(name.dropLast(".json".count)))
            #expect(name.hasPrefix(event.type))
            #expect(kind(event.object) == event.type.split(separator: ".").dropLast().joined(separator: "."))
            seen.insert(event.type)
        }
        #expect(seen.isSuperset(of: StripeEvent.types))
        #expect(StripeEvent.types.count <= 20)
    }

    private func kind(_ object: StripeObject) -> String {
        switch object {
        case .session: "checkout.session"
        case .charge: "charge"
        case .refund: "refund"
        case .dispute: "charge.dispute"
        case .paymentIntent: "payment_intent"
        case .paymentLink: "payment_link"
        case .other(let type, _): type
        }
    }

    @Test("a completed session is read whole")
    func session() throws {
        let event = try event("checkout.session.completed")
        #expect(event.id == "evt_1")
        #expect(event.createdSeconds == 1_790_000_000)
        #expect(event.apiVersion == "2026-10-28.endive")
        #expect(!event.livemode)
        #expect(
            event.object
                == .session(
                    StripeSession(
                        id: "cs_test_1",
                        mode: "payment",
                        status: .complete,
                        paymentStatus: .paid,
                        amountTotal: 2500,
                        currency: "eur",
                        paymentLink: "plink_1",
                        paymentIntent: "pi_1",
                        clientReferenceID: "order_42",
                        metadata: Self.metadata,
                        customerEmail: "ana@example.pt",
                        customerName: "Ana",
                        livemode: false
                    )
                )
        )
    }

    @Test("a Multibanco session completes unpaid")
    func multibanco() throws {
        guard case .session(let session) = try event("checkout.session.completed-multibanco").object else {
            Issue.record("not a session")
            return
        }
        #expect(session.status == .complete)
        #expect(session.paymentStatus == .unpaid)
    }

    @Test("expanded objects give their ids, nulls are absent, new words are kept")
    func expanded() throws {
        guard case .session(let session) = try event("checkout.session.completed-expanded").object else {
            Issue.record("not a session")
            return
        }
        #expect(session.paymentIntent == "pi_1")
        #expect(session.paymentLink == "plink_1")
        #expect(session.metadata.isEmpty)
        #expect(session.customerEmail == "ana@example.pt")
        #expect(session.customerName == nil)
        #expect(session.paymentStatus == "paid_in_kind")
    }

    @Test("money that goes back or fails is read")
    func others() throws {
        #expect(
            try event("charge.refunded-partial").object
                == .charge(
                    StripeCharge(
                        id: "ch_1",
                        amount: 2500,
                        amountRefunded: 1000,
                        refunded: false,
                        paymentIntent: "pi_1",
                        metadata: Self.metadata,
                        currency: "eur"
                    )
                )
        )
        #expect(
            try event("refund.failed").object
                == .refund(
                    StripeRefund(
                        id: "re_1",
                        amount: 1000,
                        currency: "eur",
                        charge: "ch_1",
                        paymentIntent: "pi_1",
                        reason: "requested_by_customer",
                        status: "failed",
                        failureReason: "expired_or_canceled_card",
                        metadata: [:]
                    )
                )
        )
        #expect(
            try event("charge.dispute.created").object
                == .dispute(
                    StripeDispute(
                        id: "du_1",
                        amount: 2500,
                        currency: "eur",
                        charge: "ch_1",
                        paymentIntent: "pi_1",
                        reason: "fraudulent",
                        status: "needs_response",
                        evidenceDueSeconds: 1_791_000_000,
                        metadata: [:]
                    )
                )
        )
        #expect(
            try event("payment_intent.payment_failed").object
                == .paymentIntent(
                    StripePaymentIntent(
                        id: "pi_1",
                        amount: 2500,
                        currency: "eur",
                        status: "requires_payment_method",
                        lastErrorCode: "insufficient_funds",
                        metadata: Self.metadata
                    )
                )
        )
        #expect(try event("customer.created").object == .other(type: "customer", id: "cus_1"))
    }

    @Test(
        "what is no event is refused with the place",
        arguments: [
            ("", StripePayloadTrouble.notJSON(.malformed(offset: 0))), ("[]", .missing("event.object")),
            (#"{"object":"v2.core.event","id":"evt_1"}"#, .missing("event.object")),
            (#"{"object":"event","id":"evt_1","data":{}}"#, .missing("event.data.object")),
            (#"{"object":"event","type":"x","data":{"object":{}}}"#, .missing("event.id")),
            (
                #"{"object":"event","id":"e","type":"x","created":1,"livemode":true,"#
                    + #""data":{"object":{"object":"charge","id":"ch"}}}"#,
                .missing("charge.amount")
            ),
            (String(repeating: #"{"a":"#, count: 5_000), .notJSON(.tooDeep)),
        ]
    )
    func refused(body: String, trouble: StripePayloadTrouble) {
        #expect(throws: trouble) { try StripeEvent.parse(Data(body.utf8)) }
    }
}
