public import struct Foundation.Data

/// Why a text is not JSON, and where.
public enum JSONTrouble: Error, Sendable, Equatable {
    /// The first byte that can't stand where it stands.
    case malformed(offset: Int)
    /// Arrays and objects stand in one another more deeply than allowed.
    case tooDeep
}

extension JSONValue {
    /// Reads one JSON document. The order of members is kept; broken UTF-8 and lone surrogates become U+FFFD.
    ///
    /// `depthMax` bounds the recursion before a hostile body can use up the stack.
    public init(parsing data: Data, depthMax: Int = 64) throws(JSONTrouble) {
        var parser = Parser(bytes: [UInt8](data), depthMax: depthMax)
        self = try parser.document()
    }

    /// Reads one JSON document from text.
    public init(parsing text: String, depthMax: Int = 64) throws(JSONTrouble) {
        var parser = Parser(bytes: [UInt8](text.utf8), depthMax: depthMax)
        self = try parser.document()
    }
}

private struct Parser {
    let bytes: [UInt8]
    let depthMax: Int
    var at = 0

    init(bytes: [UInt8], depthMax: Int) {
        self.bytes = bytes
        self.depthMax = depthMax
    }

    mutating func document() throws(JSONTrouble) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
        let value = try value(depth: 0)
        skipSpace()
        guard at == bytes.count else { throw trouble }
        return value
    }

    private var trouble: JSONTrouble { .malformed(offset: at) }

    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
    }

    private mutating func take(_ byte: Character) -> Bool {
        guard next == byte.asciiValue else { return false }
        at += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONTrouble) -> JSONValue {
        skipSpace()
        guard let byte = next else { throw trouble }
        switch byte {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONTrouble) -> JSONValue {
        let end = at + text.utf8CodeUnitCount
        guard end <= bytes.count, text.withUTF8Buffer({ bytes[at..<end].elementsEqual($0) }) else { throw trouble }
        at = end
        return value
    }

    private mutating func object(depth: Int) throws(JSONTrouble) -> JSONValue {
        guard depth <= depthMax else { throw .tooDeep }
        at += 1
        var members: [JSONValue.Member] = []
        skipSpace()
        if take("}") { return .object(members) }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw trouble }
            let name = try string()
            skipSpace()
            guard take(":") else { throw trouble }
            members.append(JSONValue.Member(name, try value(depth: depth)))
            skipSpace()
            if take(",") { continue }
            guard take("}") else { throw trouble }
            return .object(members)
        }
    }

    private mutating func array(depth: Int) throws(JSONTrouble) -> JSONValue {
        guard depth <= depthMax else { throw .tooDeep }
        at += 1
        var items: [JSONValue] = []
        skipSpace()
        if take("]") { return .array(items) }
        while true {
            items.append(try value(depth: depth))
            skipSpace()
            if take(",") { continue }
            guard take("]") else { throw trouble }
            return .array(items)
        }
    }

    private mutating func number() throws(JSONTrouble) -> JSONValue {
        let start = at
        guard let first = next, first == UInt8(ascii: "-") || isDigit(first) else { throw trouble }
        at += 1
        while let byte = next, isDigit(byte) || isNumberSign(byte) { at += 1 }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        if let value = Int(text) { return .int(value) }
        guard let value = Double(text), value.isFinite else { throw .malformed(offset: start) }
        return .number(value)
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private func isNumberSign(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-"): true
        default: false
        }
    }

    private mutating func string() throws(JSONTrouble) -> String {
        at += 1
        let start = at
        while let byte = next {
            if byte == UInt8(ascii: "\"") {
                defer { at += 1 }
                return String(decoding: bytes[start..<at], as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            guard byte >= 0x20 else { throw trouble }
            at += 1
        }
        throw trouble
    }

    /// The slow way, from the first backslash on.
    private mutating func escapedString(from start: Int) throws(JSONTrouble) -> String {
        var text = Array(bytes[start..<at])
        while let byte = next {
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try appendEscape(to: &text)
            case ..<0x20: throw .malformed(offset: at - 1)
            default: text.append(byte)
            }
        }
        throw trouble
    }

    private mutating func appendEscape(to text: inout [UInt8]) throws(JSONTrouble) {
        guard let byte = next else { throw trouble }
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: Array(String(try unicodeEscape()).utf8))
        default: throw .malformed(offset: at - 1)
        }
    }

    private mutating func unicodeEscape() throws(JSONTrouble) -> Unicode.Scalar {
        let unit = try fourHexDigits()
        guard unit & 0xFC00 == 0xD800 else { return Unicode.Scalar(unit) ?? "\u{FFFD}" }
        let afterHigh = at
        if take("\\"), take("u") {
            let low = try fourHexDigits()
            if low & 0xFC00 == 0xDC00 {
                return Unicode.Scalar(0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF)) ?? "\u{FFFD}"
            }
        }
        at = afterHigh
        return "\u{FFFD}"
    }

    private mutating func fourHexDigits() throws(JSONTrouble) -> UInt32 {
        guard at + 4 <= bytes.count else { throw trouble }
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[at])).hexDigitValue else { throw trouble }
            unit = unit << 4 | UInt32(digit)
            at += 1
        }
        return unit
    }
}
