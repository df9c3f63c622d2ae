/// A JSON value whose objects keep the order of their members, because structured answers follow the schema's order.
public enum Payload: Sendable, Equatable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case array([Payload])
    case object([Member])

    /// One name and its value.
    public struct Member: Sendable, Equatable {
        public var key: String
        public var value: Payload

        public init(_ key: String, _ value: Payload) {
            self.key = key
            self.value = value
        }
    }

    /// The member of an object; nil where there is none or this is no object. Setting nil removes it.
    public subscript(key: String) -> Payload? {
        get {
            guard case .object(let members) = self else { return nil }
            for member in members where member.key == key { return member.value }
            return nil
        }
        set {
            guard case .object(var members) = self else { return }
            let place = members.firstIndex { $0.key == key }
            switch (place, newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append(Member(key, value))
            case (nil, nil): return
            }
            self = .object(members)
        }
    }

    /// The element of an array; nil outside its bounds.
    public subscript(index: Int) -> Payload? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    public var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    public var integer: Int? {
        switch self {
        case .int(let number): number
        case .double(let number): Int(exactly: number)
        default: nil
        }
    }

    public var number: Double? {
        switch self {
        case .int(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }

    public var truth: Bool? {
        if case .bool(let truth) = self { truth } else { nil }
    }

    public var list: [Payload]? {
        if case .array(let list) = self { list } else { nil }
    }

    public var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    public var isNull: Bool { self == .null }

    public static func optional(_ text: String?) -> Payload { text.map(Payload.string) ?? .null }
    public static func optional(_ number: Int?) -> Payload { number.map(Payload.int) ?? .null }
}

extension Payload: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .int(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(arrayLiteral elements: Payload...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, Payload)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}
