extension Payload {
    /// Reads JSON; nil where the bytes are none, or nest deeper than 64 levels.
    public static func parse(_ bytes: [UInt8]) -> Payload? {
        bytes.withUnsafeBufferPointer { buffer in
            var parser = PayloadParser(bytes: buffer)
            return try? parser.document()
        }
    }
}

/// One pass over the bytes. Benchmarks run through it, so plain strings are taken in one piece.
private struct PayloadParser {
    let bytes: UnsafeBufferPointer<UInt8>
    var at = 0
    static let depthMax = 64

    enum Broken: Error { case here }

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func document() throws(Broken) -> Payload {
        let value = try value(depth: 0)
        skipSpace()
        guard at == bytes.count else { throw .here }
        return value
    }

    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipSpace() {
        while at < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[at]) { at += 1 }
    }

    private mutating func value(depth: Int) throws(Broken) -> Payload {
        guard depth < Self.depthMax else { throw .here }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ word: StaticString, _ value: Payload) throws(Broken) -> Payload {
        let length = word.utf8CodeUnitCount
        guard at + length <= bytes.count else { throw .here }
        for offset in 0..<length where bytes[at + offset] != word.utf8Start[offset] { throw .here }
        at += length
        return value
    }

    private mutating func object(depth: Int) throws(Broken) -> Payload {
        at += 1
        var members: [Payload.Member] = []
        skipSpace()
        if next == UInt8(ascii: "}") {
            at += 1
            return .object(members)
        }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw .here }
            let key = try string()
            skipSpace()
            guard next == UInt8(ascii: ":") else { throw .here }
            at += 1
            members.append(Payload.Member(key, try value(depth: depth + 1)))
            if try closes(with: UInt8(ascii: "}")) { return .object(members) }
        }
    }

    private mutating func array(depth: Int) throws(Broken) -> Payload {
        at += 1
        var elements: [Payload] = []
        skipSpace()
        if next == UInt8(ascii: "]") {
            at += 1
            return .array(elements)
        }
        while true {
            elements.append(try value(depth: depth + 1))
            if try closes(with: UInt8(ascii: "]")) { return .array(elements) }
        }
    }

    private mutating func closes(with end: UInt8) throws(Broken) -> Bool {
        skipSpace()
        guard let byte = next, byte == end || byte == UInt8(ascii: ",") else { throw .here }
        at += 1
        return byte == end
    }

    private mutating func string() throws(Broken) -> String {
        at += 1
        let start = at
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { at += 1 }
        guard let end = next, end >= 0x20 else { throw .here }
        let plain = UnsafeBufferPointer(rebasing: bytes[start..<at])
        if end == UInt8(ascii: "\"") {
            at += 1
            return String(decoding: plain, as: UTF8.self)
        }
        return try escapedString(after: Array(plain))
    }

    private mutating func escapedString(after plain: [UInt8]) throws(Broken) -> String {
        var text = plain
        while let byte = next {
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw .here
            default: text.append(byte)
            }
        }
        throw .here
    }

    private mutating func escape(into text: inout [UInt8]) throws(Broken) {
        guard let byte = next else { throw .here }
        at += 1
        switch byte {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "u"): text.append(contentsOf: String(try scalar()).utf8)
        default: throw .here
        }
    }

    private mutating func scalar() throws(Broken) -> Unicode.Scalar {
        let high = try fourDigits()
        if let scalar = Unicode.Scalar(high) { return scalar }
        // A surrogate: its partner follows, or the text is broken there and gets the replacement character.
        guard high < 0xDC00, at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u")
        else { return "\u{FFFD}" }
        at += 2
        let low = try fourDigits()
        guard (0xDC00...0xDFFF).contains(low) else { return "\u{FFFD}" }
        return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func fourDigits() throws(Broken) -> UInt32 {
        guard at + 4 <= bytes.count else { throw .here }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[at])).hexDigitValue else { throw .here }
            value = value << 4 | UInt32(digit)
            at += 1
        }
        return value
    }

    private mutating func number() throws(Broken) -> Payload {
        let start = at
        var whole = true
        while let byte = next {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): break
            case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"): whole = false
            default: return try number(from: start, whole: whole)
            }
            at += 1
        }
        return try number(from: start, whole: whole)
    }

    private func number(from start: Int, whole: Bool) throws(Broken) -> Payload {
        let digits = String(decoding: bytes[start..<at], as: UTF8.self)
        if whole, let number = Int(digits) { return .int(number) }
        guard let number = Double(digits), number.isFinite else { throw .here }
        return .double(number)
    }
}
