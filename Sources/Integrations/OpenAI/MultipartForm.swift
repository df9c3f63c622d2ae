import Crypto

import struct Foundation.Data

/// A `multipart/form-data` body (RFC 7578). Field names and values come from us, file names are reduced to plain
/// letters before they get here, so nothing needs quoting.
struct MultipartForm: Sendable {
    let boundary: String
    private(set) var body = Data()

    /// The boundary is a hash of the content, which therefore can't contain it; the same content gives the same body.
    init(unlike content: Data) {
        let hash = SHA256.hash(data: content).prefix(16)
        boundary = "crset-" + hash.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    mutating func add(field: String, _ value: String) {
        body.append(
            contentsOf: "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field)\"\r\n\r\n\(value)\r\n".utf8
        )
    }

    mutating func add(file: Data, field: String, name: String, type: String) {
        let disposition = "Content-Disposition: form-data; name=\"\(field)\"; filename=\"\(name)\""
        body.append(contentsOf: "--\(boundary)\r\n\(disposition)\r\nContent-Type: \(type)\r\n\r\n".utf8)
        body.append(file)
        body.append(contentsOf: "\r\n".utf8)
    }

    mutating func finish() {
        body.append(contentsOf: "--\(boundary)--\r\n".utf8)
    }
}
