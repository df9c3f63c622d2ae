import Foundation

/// Holds a JSON value against a schema of the API's description. Stricter than JSON Schema: what the schema doesn't
/// name may not be there.
struct SchemaCheck {
    let document: [String: Any]

    func faults(_ value: Any, _ schema: [String: Any], at path: String = "$") -> [String] {
        if let reference = schema["$ref"] as? String {
            let name = reference.replacing("#/components/schemas/", with: "")
            let schemas = (document["components"] as? [String: Any])?["schemas"] as? [String: Any]
            guard let target = schemas?[name] as? [String: Any] else { return ["\(path): no schema \(name)"] }
            return faults(value, target, at: path)
        }
        if let choices = schema["anyOf"] as? [[String: Any]] {
            let all = choices.map { faults(value, $0, at: path) }
            return all.contains { $0.isEmpty } ? [] : all.first ?? []
        }
        let types = (schema["type"] as? [String]) ?? (schema["type"] as? String).map { [$0] } ?? []
        guard types.contains(where: { Self.value(value, isOf: $0) }) else { return ["\(path): no \(types)"] }
        if let names = schema["enum"] as? [Any], let text = value as? String,
            !names.contains(where: { $0 as? String == text })
        {
            return ["\(path): “\(text)” is none of \(names)"]
        }
        if let list = value as? [Any], let items = schema["items"] as? [String: Any] {
            return list.enumerated().flatMap { faults($1, items, at: "\(path)[\($0)]") }
        }
        guard let object = value as? [String: Any] else { return [] }
        let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
        let any = schema["additionalProperties"] as? [String: Any]
        var found = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }.map {
            "\(path).\($0): missing"
        }
        for (key, member) in object {
            guard let rule = properties[key] ?? any else {
                found.append("\(path).\(key): not in the schema")
                continue
            }
            found += faults(member, rule, at: "\(path).\(key)")
        }
        return found
    }

    private static func value(_ value: Any, isOf type: String) -> Bool {
        switch type {
        case "null": return value is NSNull
        case "string": return value is String
        case "array": return value is [Any]
        case "object": return value is [String: Any]
        case "boolean": return (value as? NSNumber).map(isBool) ?? false
        case "number": return (value as? NSNumber).map { !isBool($0) } ?? false
        case "integer":
            return (value as? NSNumber).map { !isBool($0) && $0.doubleValue == $0.doubleValue.rounded() } ?? false
        default: return false
        }
    }

    private static func isBool(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
}
