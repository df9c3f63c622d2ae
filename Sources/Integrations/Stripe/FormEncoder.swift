public import struct Foundation.Data

/// `application/x-www-form-urlencoded` as Stripe reads it, for bodies and queries alike: pairs in the order in which
/// they were added, brackets for nesting, everything but RFC 3986's unreserved characters percent-encoded.
public struct FormEncoder: Sendable, Equatable {
    public private(set) var pairs: [Pair] = []

    public struct Pair: Sendable, Equatable {
        public var key: String
        public var value: String
    }

    public init() {}

    /// A text; nothing where it is nil.
    public mutating func add(_ key: String, _ value: String?) {
        if let value { pairs.append(Pair(key: key, value: value)) }
    }

    public mutating func add(_ key: String, _ value: Int?) {
        add(key, value.map { String($0) })
    }

    public mutating func add(_ key: String, _ value: Bool?) {
        add(key, value.map { $0 ? "true" : "false" })
    }

    /// `key[0]=…&key[1]=…`
    public mutating func add(_ key: String, _ values: [String]) {
        for (index, value) in values.enumerated() { add("\(key)[\(index)]", value) }
    }

    /// `key[name]=…`, sorted by name: the same data must give the same body, or its idempotency key is refused.
    public mutating func add(_ key: String, _ values: [String: String]) {
        for (name, value) in values.sorted(by: { $0.key < $1.key }) { add("\(key)[\(name)]", value) }
    }

    public var text: String {
        pairs.map { Self.escape($0.key) + "=" + Self.escape($0.value) }.joined(separator: "&")
    }

    public var data: Data { Data(text.utf8) }

    /// Percent-encodes everything but `A-Z a-z 0-9 - . _ ~`.
    public static func escape(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                bytes.append(byte)
            default:
                bytes.append(contentsOf: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
