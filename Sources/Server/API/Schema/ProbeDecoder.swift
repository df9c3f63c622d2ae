/// The decoder of ``SchemaProbe``.
struct ProbeDecoder: Decoder {
    let probe: SchemaProbe
    let node: SchemaProbe.Node
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        node.isObject = true
        return KeyedDecodingContainer(ProbeMembers<Key>(probe: probe, node: node))
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer { ProbeItems(probe: probe, node: node) }

    func singleValueContainer() -> any SingleValueDecodingContainer { ProbeSingle(probe: probe, node: node) }
}

private struct ProbeMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let probe: SchemaProbe
    let node: SchemaProbe.Node
    var codingPath: [any CodingKey] { [] }

    /// Only a dictionary asks; it gets one key.
    var allKeys: [Key] { Key(stringValue: "*").map { [$0] } ?? [] }

    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) -> Bool { false }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try value(type, key, isOptional: false) }

    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        try value(type, key, isOptional: true)
    }

    // The standard library has one for each of these.
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        try value(type, key, isOptional: true)
    }
    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try value(type, key, isOptional: true) }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try value(type, key, isOptional: true) }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? {
        try value(type, key, isOptional: true)
    }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
        try value(type, key, isOptional: true)
    }

    private func value<T: Decodable>(_ type: T.Type, _ key: Key, isOptional: Bool) throws -> T {
        let (value, schema) = try probe.probe(type)
        if key.stringValue == "*" {
            node.anyKey = schema
        } else {
            node.add(key.stringValue, schema, isOptional: isOptional)
        }
        return value
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw SchemaProbe.Unreadable() }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        throw SchemaProbe.Unreadable()
    }

    func superDecoder() throws -> any Decoder { throw SchemaProbe.Unreadable() }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw SchemaProbe.Unreadable() }
}

private struct ProbeItems: UnkeyedDecodingContainer {
    let probe: SchemaProbe
    let node: SchemaProbe.Node
    var codingPath: [any CodingKey] { [] }
    var count: Int? { nil }
    var currentIndex = 0
    var isAtEnd: Bool { currentIndex > 0 }

    init(probe: SchemaProbe, node: SchemaProbe.Node) {
        (self.probe, self.node) = (probe, node)
    }

    mutating func decodeNil() -> Bool { false }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let (value, schema) = try probe.probe(type)
        node.single = ["type": "array", "items": schema]
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> { throw SchemaProbe.Unreadable() }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { throw SchemaProbe.Unreadable() }
    mutating func superDecoder() throws -> any Decoder { throw SchemaProbe.Unreadable() }
}

private struct ProbeSingle: SingleValueDecodingContainer {
    let probe: SchemaProbe
    let node: SchemaProbe.Node
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { false }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let (value, schema) = try probe.probe(type)
        node.single = schema
        return value
    }
}
