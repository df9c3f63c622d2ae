import Foundation

enum StandardInput {
    /// More than any text that can be used.
    private static let bytesMax = 1 << 20

    /// All of standard input as text. At a terminal it ends with Ctrl-D.
    static func text() throws -> String {
        var data = Data()
        while let more = try FileHandle.standardInput.read(upToCount: 65_536), !more.isEmpty {
            data += more
            guard data.count <= bytesMax else { throw Failure(description: "the text on standard input is too long") }
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw Failure(description: "the text on standard input is not UTF-8")
        }
        return text
    }
}
