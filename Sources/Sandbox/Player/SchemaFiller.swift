/// A type-correct value for any schema: null where it may be null, the first of an enum, the least number allowed.
enum SchemaFiller {
    static func value(for schema: Payload, in root: Payload? = nil, named name: String = "", depth: Int = 0) -> Payload
    {
        let root = root ?? schema
        guard depth < 12 else { return .null }
        if let reference = schema["$ref"]?.text {
            let name = reference.split(separator: "/").last.map(String.init) ?? ""
            let target = reference == "#" ? root : root["$defs"]?[name] ?? .null
            return value(for: target, in: root, named: name, depth: depth + 1)
        }
        if let constant = schema["const"] { return constant }
        if let branches = schema["anyOf"]?.list {
            if branches.contains(where: { $0["type"]?.text == "null" }) { return .null }
            return value(for: branches.first ?? .null, in: root, named: name, depth: depth + 1)
        }
        let types = schema["type"]?.list?.compactMap(\.text) ?? [schema["type"]?.text ?? ""]
        if types.contains("null") { return .null }
        if let first = schema["enum"]?.list?.first { return first }
        switch types.first {
        case "object":
            let members = (schema["properties"]?.members ?? []).map {
                Payload.Member($0.key, value(for: $0.value, in: root, named: $0.key, depth: depth + 1))
            }
            return .object(members)
        case "array":
            let count = min(schema["minItems"]?.integer ?? 0, 10)
            let item = value(for: schema["items"] ?? .null, in: root, depth: depth + 1)
            return .array(Array(repeating: item, count: count))
        case "integer": return .int(schema["minimum"]?.integer ?? 0)
        case "number": return .double(schema["minimum"]?.number ?? 0)
        case "boolean": return false
        default: return .string(text(named: name, format: schema["format"]?.text))
        }
    }

    private static func text(named name: String, format: String?) -> String {
        switch format {
        case "date": "2026-11-23"
        case "date-time": "2026-11-23T10:00:00Z"
        case "time": "10:00:00Z"
        case "email": "ana@example.com"
        default: name == "language" ? "pt-PT" : "Obrigado pela mensagem."
        }
    }
}
