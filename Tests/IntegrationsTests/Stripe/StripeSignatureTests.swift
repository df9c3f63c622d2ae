import Foundation
import Testing

@testable import Integrations

@Suite("The signature of Stripe's webhooks")
struct StripeSignatureTests {
    private static let body = Data(#"{"id":"evt_test_1","object":"event"}"#.utf8)
    private static let secret = "whsec_test_secret"
    private static let time: Int64 = 1_700_000_000
    private static let good = "29ab30b7065c11b28e53ac114fac5d6c492ed811a12d11ed2c2aad5bb4cf9809"
    private static let bad = String(repeating: "0", count: 64)

    private func verify(
        _ header: String?,
        secrets: [String] = [secret],
        at now: Int64 = time,
        body: Data = body
    ) -> StripeSignature.Verdict {
        StripeSignature.verify(header: header, body: body, secrets: secrets, nowSeconds: now)
    }

    @Test("the known vector is made and accepted")
    func vector() {
        let header = StripeSignature.sign(Self.body, secret: Self.secret, timestamp: Self.time)
        #expect(header == "t=1700000000,v1=\(Self.good)")
        #expect(verify(header) == .valid)
    }

    @Test(
        "any right v1 will do, in any place, with any of the secrets",
        arguments: [
            "t=1700000000,v1=\(bad),v1=\(good)", "v1=\(good),t=1700000000",
            "t=1700000000,v0=\(bad),v1=\(good),x=y=z,odd",
        ]
    )
    func accepted(header: String) {
        #expect(verify(header) == .valid)
        #expect(verify(header, secrets: ["whsec_new", Self.secret]) == .valid)
        #expect(verify(header, secrets: ["whsec_new"]) == .invalid(.mismatch))
    }

    @Test(
        "what is wrong is named",
        arguments: [
            (nil, StripeSignature.Reason.missingHeader), ("", .missingHeader), ("v1=\(good)", .malformedHeader),
            ("t=1700000000,t=1700000000,v1=\(good)", .malformedHeader), ("t=,v1=\(good)", .malformedHeader),
            ("t=-5,v1=\(good)", .malformedHeader), ("t=99999999999999999999,v1=\(good)", .malformedHeader),
            ("t=1700000000", .noSignature), ("t=1700000000,v0=\(good)", .noSignature),
            ("t=1700000000,v1=\(bad)", .mismatch), ("t=1700000000,v1=", .mismatch), ("t=1700000000,v1=zz", .mismatch),
            ("t=1700000000,v1=\(good.uppercased())", .mismatch), ("t=1700000001,v1=\(good)", .mismatch),
            ("t=1700000000,v1=\(good)" + String(repeating: ",x=y", count: 2_000), .malformedHeader),
        ] as [(String?, StripeSignature.Reason)]
    )
    func refused(header: String?, reason: StripeSignature.Reason) {
        #expect(verify(header) == .invalid(reason))
    }

    @Test("the body counts to the byte")
    func body() {
        #expect(verify("t=1700000000,v1=\(Self.good)", body: Self.body + [0x0A]) == .invalid(.mismatch))
    }

    @Test(
        "five minutes is the limit; a clock that runs slow does no harm",
        arguments: [
            (300, StripeSignature.Verdict.valid), (301, .invalid(.staleTimestamp)), (-86_400, .valid),
        ] as [(Int64, StripeSignature.Verdict)]
    )
    func age(seconds: Int64, verdict: StripeSignature.Verdict) {
        #expect(verify("t=1700000000,v1=\(Self.good)", at: Self.time + seconds) == verdict)
    }

    @Test("without a secret nothing is valid, not even what was signed with an empty one")
    func noSecret() {
        let header = StripeSignature.sign(Self.body, secret: "", timestamp: Self.time)
        #expect(verify(header, secrets: []) == .invalid(.noSecret))
        #expect(verify(header, secrets: [""]) == .invalid(.noSecret))
    }
}
