import Foundation

enum StandardInput {
    /// More than any text that can be used.
    private static let bytesMax = 1 << 20

    /// All of standard input as text. At a terminal it ends with Ctrl-D.
    static func text() throws -> String { try text(from: STDIN_FILENO) }

    static func text(from descriptor: Int32) throws -> String {
        var data = Data()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            // The first end is the end: whoever asks a terminal once more waits for a second Ctrl-D.
            if count == 0 { break }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw Failure(description: "standard input can't be read: \(String(cString: strerror(errno)))")
            }
            data += buffer.prefix(count)
            guard data.count <= bytesMax else { throw Failure(description: "the text on standard input is too long") }
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw Failure(description: "the text on standard input is not UTF-8")
        }
        return text
    }
}
