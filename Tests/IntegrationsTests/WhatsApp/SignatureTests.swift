import Foundation
import Integrations
import Testing

@Suite("WhatsApp signature")
struct SignatureTests {
    let body = Data(#"{"object":"whatsapp_business_account","entry":[]}"#.utf8)
    let secret = "app-secret-for-tests"
    let header = "sha256=1ca363dab318df784e1963b29dca91e2098e6cf2fbf0d3c14e09580a90684a61"

    @Test("the vector of the reference holds, in both directions")
    func vector() {
        #expect(WhatsAppSignature.sign(body, secret: secret) == header)
        #expect(WhatsAppSignature.verify(header: header, body: body, secrets: [secret]))
        #expect(WhatsAppSignature.verify(header: header, body: Array(body), secrets: ["another", secret]))
    }

    @Test("one changed byte, another secret, no secret and an empty secret are refused")
    func forged() {
        #expect(!WhatsAppSignature.verify(header: header, body: body + Data([0x20]), secrets: [secret]))
        #expect(!WhatsAppSignature.verify(header: header, body: body, secrets: ["another"]))
        #expect(!WhatsAppSignature.verify(header: header, body: body, secrets: []))
        let unkeyed = WhatsAppSignature.sign(body, secret: "")
        #expect(!WhatsAppSignature.verify(header: unkeyed, body: body, secrets: [""]))
    }

    @Test(
        "headers of another form are refused",
        arguments: [
            nil, "", "sha256=", "1ca363dab318df784e1963b29dca91e2098e6cf2fbf0d3c14e09580a90684a61",
            "sha256=1ca363dab318df784e1963b29dca91e2098e6cf2fbf0d3c14e09580a90684a6",
            "sha256=1ca363dab318df784e1963b29dca91e2098e6cf2fbf0d3c14e09580a90684a6g",
            "sha1=1ca363dab318df784e1963b29dca91e2098e6cf2fbf0d3c14e09580a90684a61",
            "sha256=1ca363dab318df784e1963b29dca91e2098e6cf2fbf0d3c14e09580a90684a6100",
        ]
    )
    func wrongForm(header: String?) {
        #expect(!WhatsAppSignature.verify(header: header, body: body, secrets: [secret]))
    }

    @Test("hex digits in upper case are the same digits")
    func upperCase() {
        let upper = "sha256=" + header.dropFirst(7).uppercased()
        #expect(WhatsAppSignature.verify(header: upper, body: body, secrets: [secret]))
    }
}
