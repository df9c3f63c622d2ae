/// The rules of strict structured outputs (openai.md §2). Returns what is wrong, in the words of the API.
enum StrictSchema {
    static func fault(in schema: Payload) -> String? {
        guard schema["type"]?.text == "object" else {
            return
                "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"\(schema["type"]?.text ?? "None")\"'."
        }
        var properties = 0
        return fault(in: schema, at: "()", depth: 1, properties: &properties)
    }

    private static let banned = [
        "allOf", "oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas", "patternProperties",
        "default",
    ]

    private static func fault(in node: Payload, at place: String, depth: Int, properties: inout Int) -> String? {
        guard depth <= 10 else { return "In context=\(place), schema exceeds the maximum of 10 levels of nesting." }
        guard node.members != nil else { return "In context=\(place), schema must be an object." }
        if let word = banned.first(where: { node[$0] != nil }) {
            return "In context=\(place), '\(word)' is not permitted."
        }
        let types = node["type"]?.list?.compactMap(\.text) ?? [node["type"]?.text].compactMap { $0 }
        if types.isEmpty, node["anyOf"] == nil, node["$ref"] == nil, node["enum"] == nil, node["const"] == nil {
            return "In context=\(place), schema must have a 'type' key."
        }
        if types.contains("object") {
            guard node["additionalProperties"]?.truth == false else {
                return "In context=\(place), 'additionalProperties' is required to be supplied and to be false."
            }
            let names = (node["properties"]?.members ?? []).map(\.key)
            let required = Set((node["required"]?.list ?? []).compactMap(\.text))
            if let missing = names.first(where: { !required.contains($0) }) {
                return "In context=\(place), 'required' is required to be supplied and to be an array including every "
                    + "key in properties. Missing '\(missing)'."
            }
            if let extra = required.first(where: { !names.contains($0) }) {
                return "In context=\(place), 'required' names '\(extra)', which is not in properties."
            }
            properties += names.count
            guard properties <= 5_000 else { return "In context=\(place), schema has more than 5000 properties." }
        }
        if types.contains("array"), node["items"] == nil { return "In context=\(place), array schema missing items." }
        var children = (node["properties"]?.members ?? []).map { ("('properties', '\($0.key)')", $0.value) }
        children += (node["$defs"]?.members ?? []).map { ("('$defs', '\($0.key)')", $0.value) }
        children += (node["anyOf"]?.list ?? []).map { ("('anyOf')", $0) }
        if let items = node["items"] { children.append(("('items')", items)) }
        for (place, child) in children {
            if let fault = fault(in: child, at: place, depth: depth + 1, properties: &properties) { return fault }
        }
        return nil
    }
}
