import Glibc
import NIOCore

/// Cuts a stream of HTTP/1.1 messages with a Content-Length apart. Just enough for both ends of a loopback connection
/// that speaks with known software, so that load and stubs cost little beside the service that is measured.
struct Framing {
    struct Message {
        var head: ByteBuffer
        var body: ByteBuffer

        /// Of a response.
        var status: Int {
            head.getString(at: head.readerIndex + 9, length: 3).flatMap(Int.init) ?? 0
        }
    }

    private var buffer = ByteBuffer()

    mutating func feed(_ more: inout ByteBuffer) {
        if buffer.readableBytes == 0 { buffer = more } else { buffer.writeBuffer(&more) }
    }

    /// The next whole message, nil until it is there.
    mutating func next() -> Message? {
        guard let (headLength, bodyLength) = lengths(), buffer.readableBytes >= headLength + bodyLength,
            let head = buffer.readSlice(length: headLength), let body = buffer.readSlice(length: bodyLength)
        else { return nil }
        return Message(head: head, body: body)
    }

    private func lengths() -> (head: Int, body: Int)? {
        buffer.withUnsafeReadableBytes { bytes in
            guard let end = end(of: "\r\n\r\n", in: bytes) else { return nil }
            return (end, Self.contentLength(UnsafeRawBufferPointer(rebasing: bytes[..<end])))
        }
    }

    private static let name = Array("content-length:".utf8)

    private static func contentLength(_ head: UnsafeRawBufferPointer) -> Int {
        var line = 0
        while line + name.count < head.count {
            if (0..<name.count).allSatisfy({ head[line + $0] | 0x20 == name[$0] | 0x20 }) {
                return number(head[(line + name.count)...])
            }
            guard let end = head[line...].firstIndex(of: UInt8(ascii: "\n")) else { break }
            line = end + 1
        }
        return 0
    }

    private static func number(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int {
        var value = 0
        for byte in bytes.drop(while: { $0 == UInt8(ascii: " ") }).prefix(9) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { break }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }
}

extension ByteBuffer {
    func contains(_ text: StaticString) -> Bool { offset(behind: text) != nil }

    /// The bytes between `start` and the next quotation mark.
    func quoted(after start: StaticString) -> String? {
        guard let from = offset(behind: start) else { return nil }
        let rest = readableBytesView.dropFirst(from)
        return String(decoding: rest.prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }

    /// Counted from the reader index.
    private func offset(behind text: StaticString) -> Int? {
        withUnsafeReadableBytes { end(of: text, in: $0) }
    }
}

/// Where the first occurrence of `text` ends, counted from the start.
private func end(of text: StaticString, in bytes: UnsafeRawBufferPointer) -> Int? {
    let count = text.utf8CodeUnitCount
    guard var at = bytes.baseAddress else { return nil }
    let start = at
    let last = start + bytes.count - count
    while at <= last, let found = memchr(at, Int32(text.utf8Start[0]), last - at + 1) {
        if memcmp(found, text.utf8Start, count) == 0 { return UnsafeRawPointer(found) - start + count }
        at = UnsafeRawPointer(found) + 1
    }
    return nil
}
