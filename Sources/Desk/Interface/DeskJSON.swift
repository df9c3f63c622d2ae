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

    /// The encoder escapes the control characters of ASCII only; the others, and those that turn the direction of
    /// writing, would reach a terminal.
    public static func text(_ value: some Encodable, isPretty: Bool = true) throws -> String {
        let text = String(decoding: try data(value, isPretty: isPretty), as: UTF8.self)
        guard text.unicodeScalars.contains(where: steers) else { return text }
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard steers(scalar) else {
                escaped.append(scalar)
                continue
            }
            let digits = String(scalar.value, radix: 16)
            escaped.append(contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".unicodeScalars)
        }
        return String(escaped)
    }

    private static func steers(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
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

    /// Exact: a formatter cuts the fraction of a floating-point number, and a millisecond less at each reading.
    public var description: String {
        let seconds = timestamp.milliseconds.quotientAndRemainder(dividingBy: 1_000)
        let borrow: Int64 = seconds.remainder < 0 ? 1 : 0
        let date = Date(timeIntervalSince1970: Double(seconds.quotient - borrow))
        let fraction = String(1_000 + seconds.remainder + borrow * 1_000).dropFirst()
        return "\(date.formatted(Date.ISO8601FormatStyle()).dropLast()).\(fraction)Z"
    }

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
