/// `application/x-www-form-urlencoded` as Stripe reads it: `line_items[0][price_data][currency]=eur`.
enum FormFields {
    static let pairsMax = 1_000
    static let depthMax = 8

    /// Name and value pairs in their order, decoded.
    static func pairs(_ text: some StringProtocol) -> [(name: String, value: String)] {
        text.split(separator: "&", maxSplits: pairsMax).prefix(pairsMax).map { pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (decode(halves[0]), halves.count > 1 ? decode(halves[1]) : "")
        }
    }

    /// The pairs as one tree: brackets become objects, and objects whose names are all indexes become arrays.
    static func tree(_ pairs: [(name: String, value: String)]) -> Payload {
        var root = Payload.object([])
        for (name, value) in pairs {
            let path = path(of: name)
            if path.count <= depthMax { set(value, at: path[...], in: &root) }
        }
        return arraysRestored(root)
    }

    private static func path(of name: String) -> [String] {
        guard let open = name.firstIndex(of: "[") else { return [name] }
        let rest = name[open...].dropFirst().split(separator: "[", omittingEmptySubsequences: false)
        return [String(name[..<open])] + rest.map { String($0.hasSuffix("]") ? $0.dropLast() : $0) }
    }

    private static func set(_ value: String, at path: ArraySlice<String>, in node: inout Payload) {
        guard let first = path.first else { return }
        let key = first.isEmpty ? String(node.members?.count ?? 0) : first
        if path.count == 1 {
            node[key] = .string(value)
            return
        }
        var child = node[key] ?? .object([])
        if child.members == nil { child = .object([]) }
        set(value, at: path.dropFirst(), in: &child)
        node[key] = child
    }

    private static func arraysRestored(_ node: Payload) -> Payload {
        guard case .object(let members) = node else { return node }
        let children = members.map { Payload.Member($0.key, arraysRestored($0.value)) }
        guard !children.isEmpty, children.allSatisfy({ Int($0.key) != nil }) else { return .object(children) }
        return .array(children.sorted { (Int($0.key) ?? 0) < (Int($1.key) ?? 0) }.map(\.value))
    }

    /// Percent signs and plus signs undone; broken escapes stay as they are.
    static func decode(_ text: some StringProtocol, plusIsSpace: Bool = true) -> String {
        let bytes = Array(text.utf8)
        guard bytes.contains(UInt8(ascii: "%")) || (plusIsSpace && bytes.contains(UInt8(ascii: "+"))) else {
            return String(text)
        }
        var out: [UInt8] = []
        var at = 0
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "%"), at + 2 < bytes.count,
                let byte = UInt8(String(decoding: bytes[(at + 1)...(at + 2)], as: UTF8.self), radix: 16)
            {
                out.append(byte)
                at += 3
                continue
            }
            out.append(plusIsSpace && bytes[at] == UInt8(ascii: "+") ? 0x20 : bytes[at])
            at += 1
        }
        return String(decoding: out, as: UTF8.self)
    }
}
