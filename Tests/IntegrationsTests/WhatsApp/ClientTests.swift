import Foundation
import Integrations
import Synchronization
import Testing

@Suite("WhatsApp client")
struct ClientTests {
    private let message = WhatsAppOutgoing(recipient: .phone("351911111111"), content: .text(body: "Olá"))

    private func client(
        apiBase: String = "https://graph.facebook.com",
        _ answer: @escaping @Sendable (HTTPCall) throws(HTTPFailure) -> HTTPAnswer
    ) -> WhatsAppClient {
        let transport = HTTPTransport { call async throws(HTTPFailure) in try answer(call) }
        return .live(transport: transport, settings: WhatsAppSettings(accessToken: "TOKEN", apiBase: apiBase))
    }

    private func client(status: Int = 200, _ fixture: String) throws -> WhatsAppClient {
        let body = try Fixture.data("answers/" + fixture)
        return client { _ in HTTPAnswer(status: status, body: body) }
    }

    /// What a send comes to where everything else is given.
    private func sendError(_ client: WhatsAppClient) async -> OutsideError? {
        do {
            _ = try await client.send(message, "1064")
            return nil
        } catch {
            return error
        }
    }

    @Test("documented answers are read")
    func answers() async throws {
        #expect(
            try await client("sent").send(message, "1064")
                == WhatsAppReceipt(messageID: "wamid.OURS", waID: "351911111111")
        )
        #expect(
            try await client("sent-template").send(message, "1064")
                == WhatsAppReceipt(messageID: "wamid.OURS", userID: "PT.1349", messageStatus: "accepted")
        )
        try await client("success").markRead("wamid.A", true, "1064")
        #expect(
            try await client("media").mediaInfo("9002", 1_000)
                == WhatsAppMediaInfo(
                    url: "https://lookaside.fbsbx.com/x",
                    mimeType: "audio/ogg",
                    sha256: "ab",
                    bytes: 12345
                )
        )
        #expect(try await client("media-string-size").mediaInfo("9002", 1_000).bytes == 12345)
        #expect(try await client("upload").upload(Data("abc".utf8), "text/plain", "a.txt", "1064") == "9006")
        #expect(
            try await client("phone-number").checkPhoneNumber("106400000000001").verifiedName == "CRSET"
        )
    }

    @Test("an error is told by its code, with Meta's id of it")
    func errors() async throws {
        let window = await sendError(try client(status: 400, "error"))
        #expect(window?.code == "131047")
        #expect(window?.remedy == .useTemplate)
        #expect(window?.requestID == "A1b")
        #expect(window?.message == "(#131047) Re-engagement message: more than 24 hours")
        let token = await sendError(try client(status: 401, "error-token"))
        #expect(token?.remedy == .halt)
        #expect(token?.needsOperator == true)
        #expect(token?.message == "Malformed access token […]")
        let transient = await sendError(try client(status: 500, "error-transient"))
        #expect(transient?.remedy == .retry(afterMilliseconds: nil))
        let unknown = await sendError(try client(status: 400, "error-unknown"))
        #expect(unknown?.remedy == .giveUp)
        #expect(unknown?.needsOperator == true)
        let unclear = await sendError(try client(status: 500, "error-unknown"))
        #expect(unclear?.remedy == .outcomeUnknown)
    }

    @Test("a documented transient code counts as not done even with a 5xx")
    func transientCode() async {
        let body = Data(#"{"error":{"code":131016,"message":"busy"}}"#.utf8)
        let error = await sendError(client { _ in HTTPAnswer(status: 503, headers: ["retry-after": "7"], body: body) })
        #expect(error?.remedy == .retry(afterMilliseconds: 7000))
    }

    @Test(
        "without a code the status decides",
        arguments: [
            (502, .outcomeUnknown, false), (504, .outcomeUnknown, false), (500, .outcomeUnknown, false),
            (429, .slowDown(afterMilliseconds: nil), false), (404, .halt, true), (403, .halt, true),
            (302, .halt, true), (422, .giveUp, false), (408, .outcomeUnknown, false),
        ] as [(Int, OutsideError.Remedy, Bool)]
    )
    func withoutCode(status: Int, remedy: OutsideError.Remedy, needsOperator: Bool) async {
        let error = await sendError(client { _ in HTTPAnswer(status: status, body: Data("<html>".utf8)) })
        #expect(error?.remedy == remedy)
        #expect(error?.needsOperator == needsOperator)
        #expect(error?.code == "http_\(status)")
    }

    @Test("a send that never left is tried again; one without an answer is uncertain")
    func transport() async {
        #expect(
            await sendError(client { _ throws(HTTPFailure) in throw .notSent("refused") })?.remedy
                == .retry(afterMilliseconds: nil)
        )
        #expect(
            await sendError(client { _ throws(HTTPFailure) in throw .noAnswer("closed") })?.remedy == .outcomeUnknown
        )
        #expect(
            await sendError(client { _ throws(HTTPFailure) in throw .answerTooLong })?.remedy == .outcomeUnknown
        )
        #expect(await sendError(client { _ in HTTPAnswer(status: 200) })?.remedy == .outcomeUnknown)
        let empty = Data(#"{"messages":[]}"#.utf8)
        #expect(await sendError(client { _ in HTTPAnswer(status: 200, body: empty) })?.remedy == .outcomeUnknown)
    }

    @Test("reads without an answer are tried again, for a second time does no harm")
    func repeatable() async {
        let silent = client { _ throws(HTTPFailure) in throw .noAnswer("closed") }
        let error = await #expect(throws: OutsideError.self) { try await silent.mediaInfo("9002", 1_000) }
        #expect(error?.remedy == .retry(afterMilliseconds: nil))
    }

    @Test("a bad id or a foreign media host is refused without a call")
    func refused() async {
        let calls = Mutex(0)
        let counting = client { _ in
            calls.withLock { $0 += 1 }
            return HTTPAnswer(status: 200)
        }
        let host = await #expect(throws: OutsideError.self) { try await counting.download("https://evil.com/1", 1_000) }
        #expect(host?.remedy == .giveUp)
        let id = await #expect(throws: OutsideError.self) { try await counting.send(message, "../me") }
        #expect(id?.remedy == .giveUp)
        #expect(calls.withLock { $0 } == 0)
    }

    @Test("a download follows redirects between hosts of Meta, never out, never for ever")
    func redirects() async throws {
        let media = client { call in
            call.url.hasSuffix("/1")
                ? HTTPAnswer(status: 302, headers: ["location": "/2"])
                : HTTPAnswer(status: 200, body: Data("file".utf8))
        }
        #expect(try await media.download("https://lookaside.fbsbx.com/1", 1_000) == Data("file".utf8))
        for goal in ["https://evil.com/", "https://lookaside.fbsbx.com/again"] {
            let astray = client { call in
                call.url.contains("evil")
                    ? HTTPAnswer(status: 200) : HTTPAnswer(status: 302, headers: ["location": goal])
            }
            await #expect(throws: OutsideError.self) {
                try await astray.download("https://lookaside.fbsbx.com/1", 1_000)
            }
        }
    }
}
