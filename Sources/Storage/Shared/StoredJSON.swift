import Conversation

import struct Foundation.Data
import class Foundation.JSONDecoder
import class Foundation.JSONEncoder

/// How values stand in a column. Encoding and decoding is done outside of transactions, which all writers share.
enum StoredJSON {
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        return encoder
    }()

    private static let decoder: JSONDecoder = {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        return decoder
    }()

    static func encode(_ value: some Encodable) throws -> String {
        String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func decode<T: Decodable>(_ type: T.Type, _ text: String) throws -> T {
        try decoder.decode(type, from: Data(text.utf8))
    }

    static func decode<T: Decodable>(text: String) throws -> T { try decode(T.self, text) }

    /// An object from kind to milliseconds.
    static func encode(timers: [TimerKind: Timestamp]) throws -> String {
        if timers.isEmpty { return "{}" }
        return try encode(
            Dictionary(uniqueKeysWithValues: timers.map { ($0.key.rawValue, $0.value.milliseconds) })
        )
    }

    static func decodeTimers(_ text: String) throws -> [TimerKind: Timestamp] {
        if text == "{}" { return [:] }
        var timers: [TimerKind: Timestamp] = [:]
        for (name, milliseconds) in try decode([String: Int64].self, text) {
            // A kind that a newer version made is no use to this one.
            guard let kind = TimerKind(rawValue: name) else { continue }
            timers[kind] = Timestamp(milliseconds: milliseconds)
        }
        return timers
    }
}

/// One line of an outbox row's history.
struct OutboxTrouble: Codable, Sendable, Equatable {
    var at: Timestamp
    var attempt: Int
    var code: String
    var reason: String
    /// Of the message that failed after WhatsApp had taken it.
    var messageID: MessageID?
    /// No answer came, so it may have happened.
    var isUncertain: Bool?

    /// WhatsApp's code for a message outside the 24-hour window (reference/whatsapp.md §9).
    static let windowCode = "131047"

    /// When WhatsApp last refused it for the window.
    static func windowRefusedAt(_ troubles: [OutboxTrouble]) -> Timestamp? {
        troubles.last { $0.code == windowCode }?.at
    }

    static func list(_ history: String) throws -> [OutboxTrouble] {
        history == "[]" ? [] : try StoredJSON.decode([OutboxTrouble].self, history)
    }

    enum CodingKeys: String, CodingKey {
        case at, attempt, code, reason
        case messageID = "message_id"
        case isUncertain = "uncertain"
    }
}
