import Conversation
import Desk

/// Finds out how a type is written as JSON: the type decodes itself from a decoder that makes everything up and writes
/// down what it was asked for. So a schema can't say anything else than the code that reads and writes the documents.
final class SchemaProbe {
    /// Schemas of the types met so far, by name.
    private(set) var components: [String: JSONValue] = [:]

    struct Unreadable: Error {}

    func schema(of type: any Decodable.Type) throws -> JSONValue { try open(type) }

    private func open<T: Decodable>(_ type: T.Type) throws -> JSONValue { try probe(type).schema }

    func probe<T: Decodable>(_ type: T.Type) throws -> (value: T, schema: JSONValue) {
        if let (value, schema) = Self.plain(type) {
            guard let value = value as? T else { throw Unreadable() }
            return (value, schema)
        }
        if let cases = type as? any (CaseIterable & RawRepresentable<String>).Type {
            guard let (first, names) = Self.names(cases), let value = first as? T else { throw Unreadable() }
            return (value, ["type": "string", "enum": .array(names.map { .string($0) })])
        }
        let name = Self.name(type)
        let node = Node(name: name)
        let value = try T(from: ProbeDecoder(probe: self, node: node))
        if node.isObject, node.anyKey == nil {
            components[name] = node.schema
            return (value, ["$ref": .string("#/components/schemas/\(name)")])
        }
        return (value, node.schema)
    }

    private static func plain<T>(_ type: T.Type) -> (any Sendable, JSONValue)? {
        switch type {
        case is String.Type: ("", ["type": "string"])
        case is Bool.Type: (false, ["type": "boolean"])
        case is Int.Type: (0, ["type": "integer", "format": "int64"])
        case is Int64.Type: (Int64(0), ["type": "integer", "format": "int64"])
        case is Double.Type: (0.0, ["type": "number"])
        case is Moment.Type:
            (Moment(.init(milliseconds: 0)), ["type": "string", "format": "date-time"])
        default: nil
        }
    }

    private static func names<E: CaseIterable & RawRepresentable<String>>(_ type: E.Type) -> (E, [String])? {
        type.allCases.first.map { ($0, type.allCases.map(\.rawValue)) }
    }

    /// `LeadDocument.OfferDocument`, without the module.
    static func name(_ type: Any.Type) -> String {
        let full = String(reflecting: type)
        let name = full.split(separator: ".", maxSplits: 1).last.map(String.init) ?? full
        return String(name.filter { $0.isLetter || $0.isNumber || $0 == "." || $0 == "_" })
    }

    final class Node {
        let name: String
        var isObject = false
        private var properties: [String: JSONValue] = [:]
        private var required: [String] = []
        /// Of a dictionary: what stands under each key.
        var anyKey: JSONValue?
        var single: JSONValue?

        init(name: String) { self.name = name }

        func add(_ key: String, _ schema: JSONValue, isOptional: Bool) {
            var schema = schema
            if isOptional { schema = Self.nullable(schema) }
            if let notes = SchemaNotes.notes["\(name).\(key)"] { schema = schema.with(notes) }
            properties[key] = schema
            if !isOptional, !required.contains(key) { required.append(key) }
        }

        var schema: JSONValue {
            if let single { return single }
            if let anyKey { return ["type": "object", "additionalProperties": anyKey] }
            var schema: [String: JSONValue] = ["type": "object", "properties": .object(properties)]
            if !required.isEmpty { schema["required"] = .array(required.sorted().map { .string($0) }) }
            if let notes = SchemaNotes.notes[name] { schema.merge(notes) { $1 } }
            return .object(schema)
        }

        private static func nullable(_ schema: JSONValue) -> JSONValue {
            guard case .string(let type)? = schema["type"] else { return ["anyOf": [schema, ["type": "null"]]] }
            var schema = schema.with(["type": [.string(type), "null"]])
            if let names = schema["enum"] { schema = schema.with(["enum": .array(names.items + [.null])]) }
            return schema
        }
    }
}
