import Crypto

public import struct Foundation.Data
public import protocol Foundation.DataProtocol

/// The signature over a webhook body: header `X-Hub-Signature-256`, HMAC-SHA256 with the app secret over the raw bytes.
public enum WhatsAppSignature {
    private static let prefix = "sha256="

    /// True if the header signs exactly these bytes with one of the secrets. Compares in constant time.
    ///
    /// - Parameter secrets: the app secret, and the next one while it is being changed. Empty ones never match.
    public static func verify(header: String?, body: some DataProtocol, secrets: [String]) -> Bool {
        guard let header, let code = digest(in: header) else { return false }
        var isValid = false
        for secret in secrets where !secret.isEmpty {
            let key = SymmetricKey(data: Array(secret.utf8))
            if HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: body, using: key) { isValid = true }
        }
        return isValid
    }

    /// The header value that Meta would send for this body.
    public static func sign(_ body: Data, secret: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Array(secret.utf8)))
        return prefix + hex(code)
    }

    /// The 32 bytes named by `sha256=<64 hex digits>`, nil for anything else.
    private static func digest(in header: String) -> [UInt8]? {
        let text = Array(header.utf8)
        guard text.count == prefix.utf8.count + 64, text.starts(with: prefix.utf8) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for index in stride(from: prefix.utf8.count, to: text.count, by: 2) {
            guard let high = hexValue(text[index]), let low = hexValue(text[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func hexValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// Lower-case hex.
func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
