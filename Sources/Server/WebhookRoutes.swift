import HTTPTypes
import Hummingbird
import NIOCore
import NIOFoundationCompat
import Pipeline

import struct Foundation.Data

/// The doors for Meta and Stripe.
struct WebhookRoutes: Sendable {
    let webhook: Webhook
    let verifyToken: String?
    let metrics: MetricsRegistry

    /// Meta sends up to 3 MB (reference/whatsapp.md §3).
    static let bodyBytesMax = 3 << 20
    /// A body that takes longer than this comes from a slow or broken client.
    static let bodySecondsMax = 15

    func add(to router: Router<BasicRequestContext>) {
        router.get("webhooks/whatsapp") { request, _ in verify(request) }
        router.post("webhooks/whatsapp") { request, _ in
            let start = ContinuousClock.now
            if isTooLarge(request) { return refuse(request) }
            let body = try await read(request)
            let signature = hubSignature.flatMap { request.headers[$0] }
            let answer = answer(await webhook.whatsApp(signature: signature, body: body), wrongSignature: .unauthorized)
            measure("whatsapp", answer, since: start)
            return answer
        }
        router.post("webhooks/stripe") { request, _ in
            let start = ContinuousClock.now
            if isTooLarge(request) { return refuse(request) }
            let body = try await read(request)
            let signature = stripeSignature.flatMap { request.headers[$0] }
            let answer = answer(await webhook.stripe(signature: signature, body: body), wrongSignature: .badRequest)
            measure("stripe", answer, since: start)
            return answer
        }
    }

    private func measure(_ service: String, _ answer: Response, since start: ContinuousClock.Instant) {
        metrics.time(
            .init("crset_acknowledgement_seconds", ["service": service, "status": "\(answer.status.code)"]),
            ContinuousClock.now - start
        )
    }

    /// Meta's handshake: the challenge comes back as it is, as text.
    private func verify(_ request: Request) -> Response {
        let query = request.uri.queryParameters
        guard query["hub.mode"] == "subscribe", let token = query["hub.verify_token"], let verifyToken,
            isEqual(String(token), verifyToken), let challenge = query["hub.challenge"]
        else { return Response(status: .forbidden) }
        return text(.ok, String(challenge))
    }

    /// The same time for every wrong token.
    private func isEqual(_ left: String, _ right: String) -> Bool {
        let (a, b) = (Array(left.utf8), Array(right.utf8))
        guard a.count == b.count else { return false }
        return zip(a, b).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private func read(_ request: Request) async throws -> Data {
        let deadline = ContinuousClock.now + .seconds(Self.bodySecondsMax)
        var body = ByteBuffer()
        // A client that stalls altogether is cut off by the server's idle timeout.
        for try await var chunk in request.body {
            guard body.readableBytes + chunk.readableBytes <= Self.bodyBytesMax else {
                throw HTTPError(.contentTooLarge)
            }
            guard ContinuousClock.now < deadline else { throw HTTPError(.requestTimeout) }
            body.writeBuffer(&chunk)
        }
        return Data(buffer: body)
    }

    private func isTooLarge(_ request: Request) -> Bool {
        request.headers[.contentLength].flatMap(Int.init).map { $0 > Self.bodyBytesMax } ?? false
    }

    /// 413 before a byte of it is read. A client that goes on sending may finish a little, so that it reads the answer
    /// instead of a reset; then the connection ends.
    private func refuse(_ request: Request) -> Response {
        let words = ByteBuffer(string: "the body is larger than \(Self.bodyBytesMax) bytes")
        let body = ResponseBody(contentLength: words.readableBytes) { writer in
            try await writer.write(words)
            try await writer.finish(nil)
            var left = 2 * Self.bodyBytesMax
            for try await chunk in request.body {
                left -= chunk.readableBytes
                if left < 0 { throw HTTPError(.contentTooLarge) }
            }
        }
        return Response(
            status: .contentTooLarge,
            headers: [.contentType: "text/plain; charset=utf-8", .connection: "close"],
            body: body
        )
    }

    private func answer(_ answer: Webhook.Answer, wrongSignature: HTTPResponse.Status) -> Response {
        switch answer {
        case .committed: Response(status: .ok)
        case .wrongSignature(let why): text(wrongSignature, why)
        case .malformed(let why): text(.badRequest, why)
        case .cannotCommit: text(.serviceUnavailable, "nothing was stored; deliver again")
        }
    }

    private func text(_ status: HTTPResponse.Status, _ words: String) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: words))
        )
    }
}

// Optional, because a name is parsed; both are valid names.
private let hubSignature = HTTPField.Name("X-Hub-Signature-256")
private let stripeSignature = HTTPField.Name("Stripe-Signature")
