public import Conversation
public import Foundation

/// How documents are written: stable snake_case names, ISO 8601 times in UTC, money in minor units.
public enum DeskJSON {
    public static func data(_ value: some Encodable, isPretty: Bool = true) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        return try encoder.encode(value)
    }

    public static func text(_ value: some Encodable, isPretty: Bool = true) throws -> String {
        String(decoding: try data(value, isPretty: isPretty), as: UTF8.self)
    }

    public static func decode<T: Decodable>(_ type: T.Type, _ data: Data) throws -> T {
        try JSONDecoder().decode(type, from: data)
    }
}

/// A moment in a document: `2026-11-25T09:30:00.000Z`.
public struct Moment: Codable, Sendable, Hashable, Comparable, CustomStringConvertible {
    public var timestamp: Timestamp

    public init(_ timestamp: Timestamp) { self.timestamp = timestamp }

    /// ISO 8601, with or without fractions of a second.
    public init?(_ text: String) {
        let date =
            (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text))
            ?? (try? Date.ISO8601FormatStyle().parse(text))
        guard let date else { return nil }
        timestamp = Timestamp(milliseconds: Int64((date.timeIntervalSince1970 * 1_000).rounded()))
    }

    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let moment = Moment(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "no ISO 8601 time")
            )
        }
        self = moment
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    public var date: Date { Date(timeIntervalSince1970: Double(timestamp.milliseconds) / 1_000) }

    public var description: String { date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }

    public static func < (left: Moment, right: Moment) -> Bool { left.timestamp < right.timestamp }
}

/// An amount in the currency's minor unit.
public struct MoneyDocument: Codable, Sendable, Hashable {
    public var amount: Int
    public var currency: String

    public init(_ money: Money) {
        amount = money.minorUnits
        currency = money.currency
    }

    public var money: Money { Money(minorUnits: amount, currency: currency) }
}
