public import Conversation
import Crypto
public import Integrations
public import Storage

extension Translate {
    /// A Stripe event for the conversation that its metadata names; without one it is kept unmatched.
    public func arrival(of event: StripeEvent, at now: Timestamp, raw: String) -> Arrival {
        guard let (news, metadata) = news(of: event) else {
            return Arrival(
                outsideID: "stripe:\(event.id)",
                receivedAt: now,
                content: .unmatched(reason: "a Stripe event of no conversation here: \(event.type)")
            )
        }
        // Two events may describe one fact, so the fact is the key.
        let id = "stripe:\(event.type):\(news.sessionID)\(isRepeatable(news.kind) ? ":\(event.id)" : "")"
        guard let conversation = metadata["conversation_id"], !conversation.isEmpty else {
            return Arrival(
                outsideID: id,
                receivedAt: now,
                content: .unmatched(reason: "a payment of another link"),
                raw: raw
            )
        }
        return Arrival(
            outsideID: id,
            receivedAt: now,
            content: .event(.payment(news), of: ConversationID(conversation)),
            raw: raw
        )
    }

    /// A charge can be refunded in parts: each is a fact of its own.
    private func isRepeatable(_ kind: PaymentNews.Kind) -> Bool { kind == .refunded }

    private func news(of event: StripeEvent) -> (PaymentNews, [String: String])? {
        switch event.object {
        case .session(let session):
            guard let kind = kind(of: event.type, session) else { return nil }
            let amount = session.amountTotal.flatMap { total in
                session.currency.map { Money(minorUnits: total, currency: $0) }
            }
            let news = PaymentNews(
                kind: kind,
                offerID: session.metadata["offer_id"],
                sessionID: session.id,
                linkID: session.paymentLink,
                amount: amount,
                mode: session.mode,
                isLive: event.livemode
            )
            return (news, session.metadata)
        case .charge(let charge) where event.type == "charge.refunded":
            let news = PaymentNews(
                kind: .refunded,
                offerID: charge.metadata["offer_id"],
                sessionID: charge.paymentIntent ?? charge.id,
                linkID: nil,
                amount: Money(minorUnits: charge.amountRefunded, currency: charge.currency),
                mode: "payment",
                isLive: event.livemode
            )
            return (news, charge.metadata)
        default:
            return nil
        }
    }

    private func kind(of type: String, _ session: StripeSession) -> PaymentNews.Kind? {
        switch type {
        case "checkout.session.completed": session.paymentStatus == .unpaid ? .completedUnpaid : .completedPaid
        case "checkout.session.async_payment_succeeded": .laterPaid
        case "checkout.session.async_payment_failed": .laterFailed
        case "checkout.session.expired": .sessionExpired
        default: nil
        }
    }
}

/// A short name for a raw item, so that a redelivery is known.
func fingerprint(_ raw: String) -> String {
    SHA256.hash(data: Array(raw.utf8)).prefix(12).map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }.joined()
}
