import AsyncHTTPClient
import Foundation
import Integrations
import Testing

@Suite("HTTP transport")
struct HTTPTransportTests {
    /// Runs against a server and a client of its own, and stops both.
    private func with<Result>(
        _ body: (_ transport: HTTPTransport, _ server: LoopbackServer) async throws -> Result
    ) async throws -> Result {
        let server = try await LoopbackServer.start()
        let client = HTTPClient(configuration: outsideClientConfiguration(connectionsPerHost: 2))
        do {
            let result = try await body(.live(client), server)
            try await client.shutdown()
            try await server.stop()
            return result
        } catch {
            try await client.shutdown()
            try await server.stop()
            throw error
        }
    }

    private func failure(_ call: HTTPCall, _ transport: HTTPTransport) async -> HTTPFailure? {
        do {
            _ = try await transport.perform(call)
            return nil
        } catch {
            return error
        }
    }

    private func isNoAnswer(_ failure: HTTPFailure?) -> Bool {
        if case .noAnswer = failure { true } else { false }
    }

    private func isNotSent(_ failure: HTTPFailure?) -> Bool {
        if case .notSent = failure { true } else { false }
    }

    @Test("method, body, status and headers go through")
    func echo() async throws {
        try await with { transport, server in
            let call = HTTPCall(.post, server.base + "/echo", body: Data("Olá".utf8), timeoutMilliseconds: 60_000)
            let answer = try await transport.perform(call)
            #expect(answer.status == 200)
            #expect(answer.body == Data("Olá".utf8))
            #expect(answer.headers["x-method"] == "POST")
        }
    }

    @Test("a redirect is an answer, not followed")
    func redirect() async throws {
        try await with { transport, server in
            let answer = try await transport.perform(
                HTTPCall(.get, server.base + "/redirect", timeoutMilliseconds: 60_000)
            )
            #expect(answer.status == 302)
            #expect(answer.headers["location"] == "/echo")
        }
    }

    @Test("nobody listening: the request never left")
    func refused() async throws {
        try await with { transport, _ in
            // Bound, so that nobody else can have it, but not listening.
            let port = try BoundPort()
            defer { port.release() }
            let base = "http://127.0.0.1:\(port.number)"
            let failure = await failure(HTTPCall(.post, base + "/echo", timeoutMilliseconds: 60_000), transport)
            #expect(isNotSent(failure), "\(String(describing: failure))")
        }
    }

    @Test("an address that is none: the request never left", arguments: ["nonsense", "ftp://127.0.0.1/", "http://"])
    func noAddress(url: String) async throws {
        try await with { transport, _ in
            let failure = await failure(HTTPCall(.get, url, timeoutMilliseconds: 60_000), transport)
            #expect(isNotSent(failure), "\(String(describing: failure))")
        }
    }

    @Test("a header that can't be written: the request never left")
    func badHeader() async throws {
        try await with { transport, server in
            let call = HTTPCall(
                .get,
                server.base + "/echo",
                headers: ["Authorization": "a\r\nb"],
                timeoutMilliseconds: 60_000
            )
            #expect(isNotSent(await failure(call, transport)))
        }
    }

    @Test("closed after the request, or in the middle of the answer: no answer", arguments: ["/close", "/cut"])
    func closed(path: String) async throws {
        try await with { transport, server in
            let call = HTTPCall(.post, server.base + path, body: Data("x".utf8), timeoutMilliseconds: 60_000)
            let failure = await failure(call, transport)
            #expect(isNoAnswer(failure), "\(String(describing: failure))")
        }
    }

    @Test(
        "a server that says nothing, or stops in the middle: no answer when the time is up",
        arguments: ["/silence", "/stall"]
    )
    func stalled(path: String) async throws {
        try await with { transport, server in
            let call = HTTPCall(.post, server.base + path, body: Data("x".utf8), timeoutMilliseconds: 200)
            #expect(await failure(call, transport) == .noAnswer("Deadline exceeded"))
        }
    }

    @Test("a longer answer than allowed is refused, one of just the length is not")
    func tooLong() async throws {
        try await with { transport, server in
            var call = HTTPCall(.get, server.base + "/long", timeoutMilliseconds: 60_000, answerBytesMax: 4999)
            #expect(await failure(call, transport) == .answerTooLong)
            call.answerBytesMax = 5000
            let answer = try await transport.perform(call)
            #expect(answer.body.count == 5000)
        }
    }
}
