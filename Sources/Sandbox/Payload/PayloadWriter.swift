extension Payload {
    /// The value as JSON. `escaped` writes it the way Meta does: everything outside ASCII as `\u00e9`, `/` as `\/`.
    public func json(escaped: Bool = false) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(512)
        write(into: &out, escaped: escaped)
        return out
    }

    /// The value as JSON text.
    public var jsonText: String { String(decoding: json(), as: UTF8.self) }

    private func write(into out: inout [UInt8], escaped: Bool) {
        switch self {
        case .null: out.append(contentsOf: "null".utf8)
        case .bool(let truth): out.append(contentsOf: (truth ? "true" : "false").utf8)
        case .int(let number): out.append(contentsOf: String(number).utf8)
        case .double(let number): out.append(contentsOf: String(number).utf8)
        case .string(let text): write(text, into: &out, escaped: escaped)
        case .array(let elements):
            out.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                element.write(into: &out, escaped: escaped)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                write(member.key, into: &out, escaped: escaped)
                out.append(UInt8(ascii: ":"))
                member.value.write(into: &out, escaped: escaped)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    private func write(_ text: String, into out: inout [UInt8], escaped: Bool) {
        out.append(UInt8(ascii: "\""))
        if escaped, !text.utf8.allSatisfy({ $0 < 0x80 }) {
            for unit in text.utf16 {
                if unit < 0x80 { write(UInt8(unit), into: &out, escaped: true) } else { write(unit: unit, into: &out) }
            }
        } else {
            for byte in text.utf8 { write(byte, into: &out, escaped: escaped) }
        }
        out.append(UInt8(ascii: "\""))
    }

    private func write(_ byte: UInt8, into out: inout [UInt8], escaped: Bool) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            out.append(UInt8(ascii: "\\"))
            out.append(byte)
        case UInt8(ascii: "/") where escaped:
            out.append(UInt8(ascii: "\\"))
            out.append(byte)
        case 0x0A: out.append(contentsOf: "\\n".utf8)
        case 0..<0x20: write(unit: UInt16(byte), into: &out)
        default: out.append(byte)
        }
    }

    private func write(unit: UInt16, into out: inout [UInt8]) {
        out.append(contentsOf: "\\u".utf8)
        for shift in [12, 8, 4, 0] { out.append(hexDigits[Int(unit >> UInt16(shift)) & 15]) }
    }
}

private let hexDigits = Array("0123456789abcdef".utf8)

/// Lower-case hexadecimal.
func hex(_ bytes: some Sequence<UInt8>) -> String {
    var out: [UInt8] = []
    for byte in bytes {
        out.append(hexDigits[Int(byte >> 4)])
        out.append(hexDigits[Int(byte & 15)])
    }
    return String(decoding: out, as: UTF8.self)
}
