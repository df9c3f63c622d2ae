import Conversation
import Foundation
import Storage

/// What `--json` prints: stable names, ISO 8601 times in UTC, money in minor units.
enum JSON {
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func time(_ moment: Timestamp) -> String {
        Date(timeIntervalSince1970: Double(moment.milliseconds) / 1_000)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}

struct MoneyDocument: Encodable {
    var amount: Int
    var currency: String

    init(_ money: Money) {
        amount = money.minorUnits
        currency = money.currency
    }
}

struct LeadDocument: Encodable {
    var id: String
    var name: String?
    var phone: String?
    var user_id: String?
    var language: String
    var stage: String
    var score: Int
    var fields: [String: String]
    var offer: OfferDocument?
    var payments: [PaymentDocument]
    var alerts: [AlertDocument]
    var created_at: String
    var updated_at: String
    var last_customer_message_at: String?

    struct OfferDocument: Encodable {
        var id: String
        var product: String
        var price: MoneyDocument
        var url: String?
    }

    struct PaymentDocument: Encodable {
        var offer_id: String
        var product: String
        var price: MoneyDocument
        var session_id: String
        var paid_at: String
    }

    struct AlertDocument: Encodable {
        var kind: String
        var detail: String
        var at: String
    }

    init(_ record: LeadRecord) {
        let state = record.state
        id = state.id.rawValue
        name = LeadCard.name(record)
        phone = record.address.waID.map { "+" + $0 }
        user_id = record.address.userID
        language = state.language.rawValue
        stage = state.stage.name.rawValue
        score = state.score
        fields = state.fields.mapValues(\.plainText)
        switch state.stage.standing {
        case .offered(let offered): offer = Self.document(offered.offer, nil)
        case .awaitingPayment(let current, let link, _): offer = Self.document(current, link.url)
        default: offer = nil
        }
        payments = state.payments.map {
            PaymentDocument(
                offer_id: $0.offer.id,
                product: $0.offer.product,
                price: MoneyDocument($0.offer.price),
                session_id: $0.sessionID,
                paid_at: JSON.time($0.at)
            )
        }
        alerts = record.openAlerts.map {
            AlertDocument(kind: $0.alert.kind.rawValue, detail: $0.alert.detail, at: JSON.time($0.at))
        }
        created_at = JSON.time(record.createdAt)
        updated_at = JSON.time(record.updatedAt)
        last_customer_message_at = state.lastCustomerMessageAt.map(JSON.time)
    }

    private static func document(_ offer: Offer, _ url: String?) -> OfferDocument {
        OfferDocument(id: offer.id, product: offer.product, price: MoneyDocument(offer.price), url: url)
    }
}

struct TranscriptDocument: Encodable {
    var lead: LeadDocument
    var entries: [Entry]

    struct Entry: Encodable {
        var seq: Int64
        var at: String
        /// `customer`, `bot`, `staff`, `note` or `event`
        var author: String
        var kind: String
        var text: String
        var message_id: String?
        var outbox_id: String?
        var send_state: String?
        var delivery: String?
        var error: String?
        var explanation: Explanation?
    }

    init(_ record: LeadRecord, _ entries: [TranscriptEntry]) {
        lead = LeadDocument(record)
        self.entries = entries.flatMap(Self.documents)
    }

    private static func documents(_ line: TranscriptEntry) -> [Entry] {
        TranscriptLine.lines(of: line).map { part in
            Entry(
                seq: line.entry.seq,
                at: JSON.time(line.entry.at),
                author: part.author.rawValue,
                kind: part.kind,
                text: part.text,
                message_id: part.messageID,
                outbox_id: line.outboxID,
                send_state: line.sendState?.rawValue,
                delivery: line.delivery?.rawValue,
                error: line.error,
                explanation: line.explanation
            )
        }
    }
}
