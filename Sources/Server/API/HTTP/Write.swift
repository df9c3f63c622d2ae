import Desk
import HTTPTypes
import Hummingbird
import NIOCore
import Pipeline
import Storage

import struct Foundation.Data

/// A request that changes something: at most once per idempotency key, and only what the client has seen.
struct Write {
    let exchange: Exchange
    var asked: Asked

    private static let keyCharactersMax = 255

    func answer(_ request: Request) async throws -> Response {
        guard let key = request.headers[idempotencyKey] else {
            return response(try await exchange.route.handle(try await checked(request)))
        }
        let isVisible = key.utf8.allSatisfy { (33...126).contains($0) }
        guard isVisible, (1...Self.keyCharactersMax).contains(key.utf8.count) else {
            throw APIProblem(
                .unprocessableContent,
                "invalid",
                "an idempotency key has 1 to \(Self.keyCharactersMax) visible ASCII characters",
                errors: [.init(field: "Idempotency-Key", detail: "this value isn't allowed")]
            )
        }
        let known = IdempotentRequest(tokenID: asked.caller.tokenID, key: key, fingerprint: fingerprint)
        let store = asked.services.store
        switch try await store.beginRequest(known, now: asked.services.surroundings.now()) {
        case .done(let answer):
            var headers: HTTPFields = [:]
            if let name = replayed { headers[name] = "true" }
            headers[.contentType] = answer.contentType
            headers[.cacheControl] = "no-store"
            let body = ResponseBody(byteBuffer: ByteBuffer(string: answer.body))
            return Response(status: .init(code: answer.status), headers: headers, body: body)
        case .underWay:
            throw APIProblem(.conflict, "under_way", "a request with this idempotency key is under way; ask again soon")
        case .otherRequest:
            throw APIProblem(
                .unprocessableContent,
                "idempotency_mismatch",
                "this idempotency key belongs to another request; take a new key"
            )
        case .begun: return try await first(known, request)
        }
    }

    /// Only what was done is kept. A refusal changed nothing, so the key is free for another try.
    private func first(_ known: IdempotentRequest, _ request: Request) async throws -> Response {
        let store = asked.services.store
        do {
            var asked = try await checked(request)
            asked.requestID = "\(known.tokenID)/\(known.key)"
            let answer = try await exchange.route.handle(asked)
            try await store.finishRequest(known, answer: try kept(answer))
            return response(answer)
        } catch {
            try? await store.dropRequest(known)
            throw error
        }
    }

    /// A token is shown once, so it is stored nowhere: a repeat hears that it was issued.
    private func kept(_ answer: Answer) throws -> StoredAnswer {
        guard case .json(let data) = answer, exchange.route.id != "issueToken" else {
            let problem = APIProblem(
                .conflict,
                "issued_before",
                "this request issued its token before, which was shown that once; revoke it and issue another"
            )
            let text = try DeskJSON.text(problem, isPretty: false)
            return StoredAnswer(status: problem.status, contentType: "application/problem+json", body: text)
        }
        return StoredAnswer(
            status: exchange.route.status.code,
            contentType: "application/json",
            body: String(decoding: data, as: UTF8.self)
        )
    }

    /// `If-Match`: 412 where the lead is not any more what the client saw. What is compared here may change before it is
    /// written, so the transaction that writes looks again.
    private func checked(_ request: Request) async throws -> Asked {
        guard exchange.route.guardsLead, let wanted = request.headers[.ifMatch] else { return asked }
        var asked = asked
        // Before the card: a change in between is found by the transaction then.
        let version = try await asked.services.files.version(of: asked.lead)
        let card = try Route.data(try await asked.desk.card(asked.lead), for: asked.caller)
        guard Exchange.list(wanted, holds: Exchange.tag(of: card), weakly: false) else { throw APIProblem.changed }
        // Of any version that there is: nothing to be lost.
        if wanted != "*" { asked.guarded = asked.services.files.expecting(version) }
        return asked
    }

    private func response(_ answer: Answer) -> Response {
        switch answer {
        case .json(let data): exchange.json(data, status: exchange.route.status)
        case .events: APIProblem.failed.response()
        }
    }

    private var fingerprint: String {
        let path =
            exchange.route.path + asked.query.sorted { $0.key < $1.key }.map { "\n\($0.key)?\($0.value)" }.joined()
            + asked.path.sorted { $0.key < $1.key }.map { "\n\($0.key)=\($0.value)" }.joined()
        return "\(exchange.route.method) \(Exchange.tag(of: Data(path.utf8))) \(Exchange.tag(of: asked.body))"
    }
}

// Optional, because a name is parsed; both are valid names.
private let idempotencyKey = HTTPField.Name("Idempotency-Key") ?? .range
private let replayed = HTTPField.Name("Idempotency-Replayed")
