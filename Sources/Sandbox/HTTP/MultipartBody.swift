/// The parts of a `multipart/form-data` body.
struct MultipartBody {
    struct Part {
        var name: String
        var filename: String?
        var contentType: String?
        var body: [UInt8]
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    static let partsMax = 32
    var parts: [Part] = []

    subscript(name: String) -> Part? { parts.first { $0.name == name } }

    /// Nil where the content type names no boundary or the body does not follow it.
    init?(contentType: String?, body: [UInt8]) {
        guard let contentType, contentType.lowercased().hasPrefix("multipart/form-data"),
            let boundary = Self.attribute("boundary", of: contentType), !boundary.isEmpty
        else { return nil }
        let mark = Array("--\(boundary)".utf8)
        guard var from = Self.find(mark, in: body, from: 0) else { return nil }
        while parts.count < Self.partsMax {
            let start = from + mark.count
            guard let end = Self.find(mark, in: body, from: start) else { break }
            if let part = Self.part(body[start..<end]) { parts.append(part) }
            from = end
        }
    }

    private static func part(_ bytes: ArraySlice<UInt8>) -> Part? {
        let gap = Array("\r\n\r\n".utf8)
        let bytes = Array(bytes)
        guard let split = find(gap, in: bytes, from: 0) else { return nil }
        var name: String?
        var filename: String?
        var contentType: String?
        for line in String(decoding: bytes[..<split], as: UTF8.self).split(separator: "\r\n") {
            let lower = line.lowercased()
            if lower.hasPrefix("content-disposition:") {
                name = attribute("name", of: String(line))
                filename = attribute("filename", of: String(line))
            } else if lower.hasPrefix("content-type:") {
                contentType = String(line.dropFirst("content-type:".count).drop { $0 == " " })
            }
        }
        guard let name else { return nil }
        let content = bytes[(split + gap.count)...].dropLast(2)  // the line break before the next mark
        return Part(name: name, filename: filename, contentType: contentType, body: Array(content))
    }

    private static func attribute(_ name: String, of header: String) -> String? {
        for piece in header.split(separator: ";").dropFirst() {
            let halves = piece.split(separator: "=", maxSplits: 1)
            guard halves.count == 2, halves[0].drop(while: { $0 == " " }).lowercased() == name else { continue }
            let value = halves[1]
            return value.hasPrefix("\"") ? String(value.dropFirst().prefix { $0 != "\"" }) : String(value)
        }
        return nil
    }

    private static func find(_ needle: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let first = needle.first, bytes.count >= needle.count else { return nil }
        var at = start
        while at + needle.count <= bytes.count {
            if bytes[at] == first, bytes[at..<(at + needle.count)].elementsEqual(needle) { return at }
            at += 1
        }
        return nil
    }
}
