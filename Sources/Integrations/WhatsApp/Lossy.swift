/// A value, or why it could not be read: one odd item does not cost its neighbours.
enum Lossy<Value: Decodable & Sendable>: Decodable, Sendable {
    case good(Value)
    case bad(String)

    init(from decoder: any Decoder) throws {
        do {
            self = .good(try Value(from: decoder))
        } catch {
            self = .bad(Lossy.reason(error, below: decoder.codingPath.count))
        }
    }

    var value: Value? {
        if case .good(let value) = self { value } else { nil }
    }

    /// Where and what, in words that hold nothing of the customer's.
    private static func reason(_ error: any Error, below depth: Int) -> String {
        guard let error = error as? DecodingError else { return String(describing: error) }
        func place(_ path: [any CodingKey], _ last: (any CodingKey)? = nil) -> String {
            let keys = path.dropFirst(depth) + (last.map { [$0] } ?? [])
            return keys.isEmpty
                ? "the item"
                : keys.map { key in key.intValue.map(String.init) ?? key.stringValue }.joined(separator: ".")
        }
        return switch error {
        case .keyNotFound(let key, let context): "\(place(context.codingPath, key)) is missing"
        case .valueNotFound(_, let context): "\(place(context.codingPath)) is null"
        case .typeMismatch(let type, let context): "\(place(context.codingPath)) is not \(type)"
        case .dataCorrupted(let context): "\(place(context.codingPath)) can't be read"
        @unknown default: "unreadable"
        }
    }
}

/// What our own checks find odd in an item that decodes.
struct OddItem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension KeyedDecodingContainer {
    /// A string, or a whole number as its digits: ids and timestamps have been seen as both.
    func lenientString(_ key: Key) throws -> String? {
        do {
            return try decodeIfPresent(String.self, forKey: key)
        } catch DecodingError.typeMismatch {
            return String(try decode(Int64.self, forKey: key))
        }
    }

    /// The same, required.
    func requiredString(_ key: Key) throws -> String {
        guard let text = try lenientString(key) else {
            throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: ""))
        }
        return text
    }

    /// A timestamp of Meta as milliseconds since 1970.
    ///
    /// Documented as a string of seconds; numbers and milliseconds (1e12 and more) were seen. Years end at 9999.
    func milliseconds(_ key: Key) throws -> Int64 {
        let text = try requiredString(key)
        guard let number = Int64(text), number >= 0, number <= 253_402_300_799_999 else {
            throw OddItem("\(key.stringValue) is not a time")
        }
        return number >= 1_000_000_000_000 ? number : number * 1000
    }
}
