public import Conversation
import Crypto
public import Integrations
public import Storage

import struct Foundation.Date

extension Translate {
    /// A Stripe event for the conversation that its metadata name, or else its payment intent.
    ///
    /// Nil for what concerns nobody here: kinds of no use, and payments of other links of the same Stripe account.
    public func arrival(of event: StripeEvent, at now: Timestamp, raw: String) -> Arrival? {
        guard let (news, metadata) = news(of: event) else { return nil }
        let content: Arrival.Content
        if let conversation = metadata["conversation_id"], !conversation.isEmpty {
            content = .event(.payment(news), of: ConversationID(conversation))
        } else if let intent = news.paymentIntent, news.kind.goesBack {
            content = .payment(news, intent: intent)
        } else {
            return nil
        }
        // Two events may describe one fact, so the fact is the key.
        let id = "stripe:\(event.type):\(news.sessionID)\(news.kind.isRepeatable ? ":\(event.id)" : "")"
        return Arrival(outsideID: id, receivedAt: now, content: content, raw: raw)
    }

    private func news(of event: StripeEvent) -> (PaymentNews, [String: String])? {
        switch event.object {
        case .session(let session):
            PaymentNews(session, event).map { ($0, session.metadata) }
        case .charge(let charge) where event.type == "charge.refunded":
            (PaymentNews(charge, event), charge.metadata)
        case .refund(let refund) where event.type == "refund.failed":
            (PaymentNews(refund, event), refund.metadata)
        case .dispute(let dispute):
            PaymentNews(dispute, event).map { ($0, dispute.metadata) }
        default:
            nil
        }
    }
}

extension PaymentNews.Kind {
    /// Of money that was paid before.
    fileprivate var goesBack: Bool {
        switch self {
        case .refunded, .refundFailed, .disputed, .disputeChanged, .disputeClosed: true
        case .completedPaid, .completedUnpaid, .laterPaid, .laterFailed, .sessionExpired: false
        }
    }

    /// A charge can be refunded in parts and a dispute change often: each time is a fact of its own.
    fileprivate var isRepeatable: Bool { self == .refunded || self == .disputeChanged }
}

extension PaymentNews {
    fileprivate init?(_ session: StripeSession, _ event: StripeEvent) {
        let kind: Kind
        switch event.type {
        case "checkout.session.completed": kind = session.paymentStatus == .unpaid ? .completedUnpaid : .completedPaid
        case "checkout.session.async_payment_succeeded": kind = .laterPaid
        case "checkout.session.async_payment_failed": kind = .laterFailed
        case "checkout.session.expired": kind = .sessionExpired
        default: return nil
        }
        self.init(
            kind: kind,
            offerID: session.metadata["offer_id"],
            sessionID: session.id,
            paymentIntent: session.paymentIntent,
            linkID: session.paymentLink,
            amount: session.amountTotal.flatMap { total in
                session.currency.map { Money(minorUnits: total, currency: $0) }
            },
            mode: session.mode,
            isLive: event.livemode
        )
    }

    /// `amountRefunded` grows with each part that is paid back.
    fileprivate init(_ charge: StripeCharge, _ event: StripeEvent) {
        self.init(
            kind: .refunded,
            offerID: charge.metadata["offer_id"],
            sessionID: charge.paymentIntent ?? charge.id,
            paymentIntent: charge.paymentIntent,
            linkID: nil,
            amount: Money(minorUnits: charge.amountRefunded, currency: charge.currency),
            mode: "payment",
            isLive: event.livemode,
            detail: charge.refunded ? "in full" : "in part so far"
        )
    }

    fileprivate init(_ refund: StripeRefund, _ event: StripeEvent) {
        self.init(
            kind: .refundFailed,
            offerID: refund.metadata["offer_id"],
            sessionID: refund.id,
            paymentIntent: refund.paymentIntent,
            linkID: nil,
            amount: Money(minorUnits: refund.amount, currency: refund.currency),
            mode: "payment",
            isLive: event.livemode,
            detail: refund.failureReason.map(Self.words)
        )
    }

    fileprivate init?(_ dispute: StripeDispute, _ event: StripeEvent) {
        let kind: Kind
        var words = [dispute.reason.map(Self.words), "status \(Self.words(dispute.status))"].compactMap(\.self)
        switch event.type {
        case "charge.dispute.created":
            kind = .disputed
            if let due = dispute.evidenceDueSeconds {
                let day = Date(timeIntervalSince1970: Double(due)).formatted(.iso8601).prefix(10)
                words.append("evidence is taken until \(day)")
            }
        case "charge.dispute.closed": kind = .disputeClosed
        case "charge.dispute.updated": kind = .disputeChanged
        case "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated":
            kind = .disputeChanged
            words.append(Self.words(String(event.type.dropFirst("charge.dispute.".count))))
        default: return nil
        }
        self.init(
            kind: kind,
            offerID: dispute.metadata["offer_id"],
            sessionID: dispute.id,
            paymentIntent: dispute.paymentIntent,
            linkID: nil,
            amount: Money(minorUnits: dispute.amount, currency: dispute.currency),
            mode: "payment",
            isLive: event.livemode,
            detail: words.joined(separator: ", ")
        )
    }

    /// `needs_response` as staff reads it.
    private static func words(_ term: String) -> String {
        String(term.map { $0 == "_" ? " " : $0 })
    }
}

/// A short name for a raw item, so that a redelivery is known.
func fingerprint(_ raw: String) -> String {
    SHA256.hash(data: Array(raw.utf8)).prefix(12).map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }.joined()
}
