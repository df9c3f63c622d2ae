/// JSON as bytes, for what a decoder can't do: bounding the nesting before it, and cutting out one value as it was sent.
///
/// Nothing here recurses, so no nesting can exhaust the stack.
struct JSONText {
    enum Step {
        case key(String)
        case index(Int)
    }

    let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The deepest nesting of arrays and objects, and whether a NUL byte stands in it (no JSON in UTF-8 has one).
    func shape() -> (depth: Int, hasNUL: Bool) {
        var depth = 0
        var deepest = 0
        var hasNUL = false
        var isInString = false
        var isEscaped = false
        for byte in bytes {
            if byte == 0 { hasNUL = true }
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == backslash {
                    isEscaped = true
                } else if byte == quote {
                    isInString = false
                }
                continue
            }
            switch byte {
            case quote: isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                deepest = max(deepest, depth)
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
        }
        return (deepest, hasNUL)
    }

    /// The value at the end of a path, as it was sent; nil if there is none.
    func text(at path: [Step]) -> String? {
        start(of: path).map { string($0..<end(of: $0)) }
    }

    /// The values of the array at the end of a path, as they were sent.
    func elements(at path: [Step]) -> [String] {
        guard let start = start(of: path) else { return [] }
        return elementStarts(of: start).map { string($0..<end(of: $0)) }
    }

    private func string(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    private func start(of path: [Step]) -> Int? {
        var position = skipSpace(from: 0)
        for step in path {
            switch step {
            case .key(let key):
                guard let next = member(Array(key.utf8), of: position) else { return nil }
                position = next
            case .index(let index):
                let starts = elementStarts(of: position)
                guard starts.indices.contains(index) else { return nil }
                position = starts[index]
            }
        }
        return position < bytes.count ? position : nil
    }

    private func elementStarts(of array: Int) -> [Int] {
        guard array < bytes.count, bytes[array] == UInt8(ascii: "[") else { return [] }
        var starts: [Int] = []
        var position = skipSpace(from: array + 1)
        while position < bytes.count, bytes[position] != UInt8(ascii: "]") {
            starts.append(position)
            position = skipSpace(from: end(of: position))
            guard position < bytes.count, bytes[position] == UInt8(ascii: ",") else { break }
            position = skipSpace(from: position + 1)
        }
        return starts
    }

    private func member(_ key: [UInt8], of object: Int) -> Int? {
        guard object < bytes.count, bytes[object] == UInt8(ascii: "{") else { return nil }
        var position = skipSpace(from: object + 1)
        while position < bytes.count, bytes[position] == quote {
            let keyEnd = end(of: position)
            let isIt = bytes[position..<keyEnd].dropFirst().dropLast().elementsEqual(key)
            let colon = skipSpace(from: keyEnd)
            guard colon < bytes.count, bytes[colon] == UInt8(ascii: ":") else { return nil }
            let value = skipSpace(from: colon + 1)
            if isIt { return value }
            let comma = skipSpace(from: end(of: value))
            guard comma < bytes.count, bytes[comma] == UInt8(ascii: ",") else { return nil }
            position = skipSpace(from: comma + 1)
        }
        return nil
    }

    /// One past the last byte of the value that starts here.
    private func end(of start: Int) -> Int {
        var depth = 0
        var position = start
        while position < bytes.count {
            switch bytes[position] {
            case quote:
                position = endOfString(from: position)
                if depth == 0 { return position }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                // Below zero: a bare number or word that the enclosing value ends.
                if depth == 0 { return position }
                depth -= 1
                if depth == 0 { return position + 1 }
            case UInt8(ascii: ","), UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"):
                if depth == 0 { return position }
            default: break
            }
            position += 1
        }
        return position
    }

    private func endOfString(from start: Int) -> Int {
        var position = start + 1
        while position < bytes.count, bytes[position] != quote {
            position += bytes[position] == backslash ? 2 : 1
        }
        return min(position + 1, bytes.count)
    }

    private func skipSpace(from start: Int) -> Int {
        var position = start
        while position < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) { position += 1 }
        return position
    }
}

private let quote = UInt8(ascii: "\"")
private let backslash = UInt8(ascii: "\\")

extension JSONText {
    /// The text with every half of a surrogate pair (`\ud83d` alone: an emoji cut in two) replaced by `\ufffd`; nil if
    /// there is none. Decoders refuse such a string, and its sender would get no answer.
    static func mendingSurrogates(_ text: String) -> String? {
        var bytes = Array(text.utf8)
        var position = 0
        var isMended = false
        while position < bytes.count {
            guard bytes[position] == backslash else {
                position += 1
                continue
            }
            guard let unit = escapedUnit(bytes, at: position) else {
                position += 2
                continue
            }
            if unit & 0xfc00 == 0xd800, let next = escapedUnit(bytes, at: position + 6), next & 0xfc00 == 0xdc00 {
                position += 12
                continue
            }
            if unit & 0xf800 == 0xd800 {
                bytes.replaceSubrange(position..<position + 6, with: "\\ufffd".utf8)
                isMended = true
            }
            position += 6
        }
        return isMended ? String(decoding: bytes, as: UTF8.self) : nil
    }

    private static func escapedUnit(_ bytes: [UInt8], at position: Int) -> UInt16? {
        guard position + 6 <= bytes.count, bytes[position] == backslash, bytes[position + 1] == UInt8(ascii: "u")
        else { return nil }
        return UInt16(String(decoding: bytes[position + 2..<position + 6], as: UTF8.self), radix: 16)
    }
}
