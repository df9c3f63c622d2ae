/// A moment, in milliseconds since 1970-01-01T00:00:00Z. The conversation has no clock: each event brings its moment.
public struct Timestamp: Hashable, Comparable, Codable, Sendable {
    public var milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    public func adding(milliseconds more: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds + more) }

    public func adding(hours: Int) -> Timestamp { adding(milliseconds: Int64(hours) * 3_600_000) }
}

/// A BCP 47 tag of a language that the prompt files speak, such as `pt-PT`.
public struct Language: RawRepresentable, Hashable, Codable, Sendable, Comparable {
    public var rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
    public init(_ tag: String) { rawValue = tag }

    public static let ptPT = Language("pt-PT")
    public static let ptBR = Language("pt-BR")
    public static let en = Language("en")
    public static let es = Language("es")

    /// The part before the dash: `pt` of `pt-BR`.
    public var base: Substring { rawValue.prefix { $0 != "-" } }

    public static func < (left: Language, right: Language) -> Bool { left.rawValue < right.rawValue }
}

/// An amount in the currency's minor unit, with its ISO 4217 code in upper case.
public struct Money: Hashable, Codable, Sendable {
    public var minorUnits: Int
    public var currency: String

    public init(minorUnits: Int, currency: String) {
        self.minorUnits = minorUnits
        self.currency = currency.uppercased()
    }
}

/// The id of a conversation, which is also the id of its lead: one lead has one conversation.
public struct ConversationID: RawRepresentable, Hashable, Codable, Sendable, Comparable {
    public var rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
    public init(_ id: String) { rawValue = id }

    public static func < (left: ConversationID, right: ConversationID) -> Bool { left.rawValue < right.rawValue }
}

/// The id of a field to find out, as in `qualification.yaml`.
public typealias FieldID = String
/// The id of something that is sold, as in `catalog.yaml`.
public typealias ProductID = String
/// The id of an offer: conversation, number of the offer and number of its try at a link.
public typealias OfferID = String
/// WhatsApp's id of a message.
public typealias MessageID = String
