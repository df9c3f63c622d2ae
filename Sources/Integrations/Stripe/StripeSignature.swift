import Crypto

public import struct Foundation.Data

/// The `Stripe-Signature` header: HMAC-SHA256 over the timestamp, a dot and the raw body.
/// https://docs.stripe.com/webhooks#verify-manually
public enum StripeSignature {
    public enum Verdict: Sendable, Equatable {
        case valid
        case invalid(Reason)
    }

    /// Why a webhook is turned away with 400.
    public enum Reason: String, Sendable, CaseIterable, CustomStringConvertible {
        case missingHeader = "missing_header"
        /// Too long, or without exactly one timestamp in digits.
        case malformedHeader = "malformed_header"
        /// No `v1`; other schemes are never accepted.
        case noSignature = "no_signature"
        /// No secret is configured.
        case noSecret = "no_secret"
        case mismatch
        /// Signed rightly, but longer ago than the tolerance: a replay, or a clock that runs fast.
        case staleTimestamp = "stale_timestamp"

        /// What is wrong and where to look.
        public var description: String {
            switch self {
            case .missingHeader: "the Stripe-Signature header is missing"
            case .malformedHeader: "the Stripe-Signature header needs exactly one timestamp, and 4096 bytes at most"
            case .noSignature: "the Stripe-Signature header has no v1 signature"
            case .noSecret: "no webhook secret is configured: set STRIPE_WEBHOOK_SECRET"
            case .mismatch: "the signature fits none of the webhook secrets: compare STRIPE_WEBHOOK_SECRET"
            case .staleTimestamp: "the signature is too old: a replay, or the clock of this machine is wrong"
            }
        }
    }

    /// A header holds one signature per secret while a secret is rolled over, so this is generous.
    private static let headerBytesMax = 4096
    private static let signaturesMax = 16

    /// Checks the raw bytes of a webhook. Any `v1` made with any of the secrets will do.
    ///
    /// A timestamp in the future is accepted, as Stripe's own library does.
    public static func verify(
        header: String?,
        body: Data,
        secrets: [String],
        nowSeconds: Int64,
        toleranceSeconds: Int64 = 300
    ) -> Verdict {
        guard let header, !header.isEmpty else { return .invalid(.missingHeader) }
        guard header.utf8.count <= headerBytesMax else { return .invalid(.malformedHeader) }
        var timestamps: [Substring] = []
        var signatures: [Substring] = []
        for item in header.split(separator: ",") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "t": timestamps.append(parts[1])
            case "v1": signatures.append(parts[1])
            default: continue
            }
        }
        guard timestamps.count == 1, timestamps[0].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let timestamp = Int64(timestamps[0])
        else { return .invalid(.malformedHeader) }
        guard !signatures.isEmpty else { return .invalid(.noSignature) }
        let usable = secrets.filter { !$0.isEmpty }
        guard !usable.isEmpty else { return .invalid(.noSecret) }
        let given = signatures.prefix(signaturesMax).compactMap { bytes(hex: $0) }
        let matches = usable.contains { secret in
            let expected = code(body, secret: secret, timestamp: timestamps[0])
            // This comparison takes the same time wherever the first difference is.
            return given.contains { expected == $0 }
        }
        guard matches else { return .invalid(.mismatch) }
        return timestamp < nowSeconds - toleranceSeconds ? .invalid(.staleTimestamp) : .valid
    }

    /// The header that Stripe would send: for tests and the simulator.
    public static func sign(_ body: Data, secret: String, timestamp: Int64) -> String {
        let code = code(body, secret: secret, timestamp: "\(timestamp)")
        let hex = code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return "t=\(timestamp),v1=\(hex)"
    }

    /// The key is the whole secret with its `whsec_`, as text.
    private static func code(_ body: Data, secret: String, timestamp: some StringProtocol) -> HMAC<SHA256>.MAC {
        var code = HMAC<SHA256>(key: SymmetricKey(data: Array(secret.utf8)))
        code.update(data: Array(timestamp.utf8))
        code.update(data: [UInt8(ascii: ".")])
        code.update(data: body)
        return code.finalize()
    }

    /// 32 bytes from 64 lower-case digits; nil for anything else.
    private static func bytes(hex: Substring) -> [UInt8]? {
        let digits = hex.utf8.map { digit -> UInt8? in
            switch digit {
            case 0x30...0x39: digit - 0x30
            case 0x61...0x66: digit - 0x61 + 10
            default: nil
            }
        }
        guard digits.count == SHA256.byteCount * 2 else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[place], let low = digits[place + 1] else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
