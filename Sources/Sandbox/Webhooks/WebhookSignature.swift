import Crypto

import struct Foundation.Data

/// The signatures of outgoing webhooks.
public enum WebhookSignature {
    /// Meta's `X-Hub-Signature-256` over the raw body.
    public static func meta(_ body: [UInt8], secret: String) -> String {
        "sha256=\(code(body, secret: secret))"
    }

    /// Stripe's `Stripe-Signature` over time and raw body; `time` in Unix seconds.
    public static func stripe(_ body: [UInt8], secret: String, time: Int) -> String {
        "t=\(time),v1=\(code(Array("\(time).".utf8) + body, secret: secret))"
    }

    private static func code(_ message: [UInt8], secret: String) -> String {
        hex(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: Array(secret.utf8))))
    }
}
