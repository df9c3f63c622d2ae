import Crypto
import Desk
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOFoundationCompat
import Pipeline
import Storage

import struct Foundation.Data

/// One request to one route, from the token to the answer.
struct Exchange: Sendable {
    let route: Route
    let services: APIServices

    static let bodyBytesMax = 1 << 20
    private static let bodySecondsMax = 15
    /// WhatsApp's limit of a document; what less a file may have, its kind says.
    static let uploadBytesMax = 100_000_000
    static let uploadSecondsMax = 600

    func respond(_ request: Request, _ parameters: Parameters, _ log: Logger) async -> Response {
        do {
            return try await answer(request, parameters)
        } catch {
            if let problem = APIProblem(error) { return problem.response(headers(of: problem)) }
            log.error("the API failed", metadata: ["route": "\(route.id)", "why": "\(error)"])
            return APIProblem.failed.response()
        }
    }

    private func headers(of problem: APIProblem) -> HTTPFields {
        var headers = HTTPFields()
        if problem.code == "rate_limited" || problem.code == "under_way" || problem.code == "too_many_streams" {
            headers[.retryAfter] = problem.errors?.first.map(\.detail) ?? "1"
        }
        if problem.status == 413 || problem.status == 408 { headers[.connection] = "close" }
        return headers
    }

    private func answer(_ request: Request, _ parameters: Parameters) async throws -> Response {
        guard let tokens = services.tokens else {
            throw APIProblem(
                .serviceUnavailable,
                "not_configured",
                "the API has no key to check tokens with; set CRSET_JWT_SECRET and start the service again"
            )
        }
        guard let caller = try await caller(request, tokens) else { throw APIProblem.unauthorized }
        if let seconds = services.rates.wait(caller.tokenID, now: services.surroundings.now()) {
            var problem = APIProblem(.tooManyRequests, "rate_limited", "this token asks too often; wait \(seconds) s")
            problem.errors = [.init(field: "Retry-After", detail: "\(seconds)")]
            throw problem
        }
        guard caller.role >= route.role else {
            throw APIProblem(
                .forbidden,
                "forbidden",
                "this needs the role \(route.role.rawValue); the token has \(caller.role.rawValue)"
            )
        }
        let stream = try accepted(request)
        var asked = Asked(
            services: services,
            caller: caller,
            path: try path(parameters),
            query: try QueryReader.values(request.uri.query, of: route),
            body: try await body(request)
        )
        if route.isUpload { asked.upload = try upload(request) }
        asked.stream = stream
        asked.lastEventID = request.headers[lastEventID].flatMap { Int64($0) }
        if route.writes { return try await Write(exchange: self, asked: asked).answer(request) }
        return try conditional(try await route.handle(asked), request)
    }

    private func caller(_ request: Request, _ tokens: Tokens) async throws -> Caller? {
        guard let header = request.headers[.authorization] else { return nil }
        let parts = header.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return try await tokens.caller(String(parts[1]))
    }

    /// Throws 406 where the client takes nothing that this route has.
    private func accepted(_ request: Request) throws -> Asked.StreamWish? {
        let header = request.headers[values: .accept].joined(separator: ",")
        let types = header.lowercased().split(separator: ",").compactMap { range -> String? in
            let parts = range.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            return parts.contains { $0 == "q=0" || $0 == "q=0.0" } ? nil : parts.first
        }
        let takesAll = types.isEmpty || types.contains("*/*")
        if route.isStream {
            if types.contains("text/event-stream") || types.contains("text/*") { return .byName }
            if takesAll, !types.contains("application/json") { return .whatever }
        }
        guard takesAll || types.contains("application/json") || types.contains("application/*") else {
            throw APIProblem(.notAcceptable, "not_acceptable", "this answers application/json")
        }
        return nil
    }

    private func path(_ parameters: Parameters) throws -> [String: String] {
        var path: [String: String] = [:]
        for name in route.pathParameters {
            guard let value = parameters.get(name)?.removingPercentEncoding, !value.isEmpty, !value.contains("\0")
            else { throw APIProblem(.notFound, "not_found", "the path isn't percent-encoded UTF-8") }
            path[name] = value
        }
        return path
    }

    private func body(_ request: Request) async throws -> Data {
        guard route.body != nil else { return Data("{}".utf8) }
        if let length = request.headers[.contentLength].flatMap(Int.init), length > Self.bodyBytesMax {
            throw APIProblem.tooLarge
        }
        let deadline = ContinuousClock.now + .seconds(Self.bodySecondsMax)
        var body = ByteBuffer()
        for try await var chunk in request.body {
            guard body.readableBytes + chunk.readableBytes <= Self.bodyBytesMax else { throw APIProblem.tooLarge }
            guard ContinuousClock.now < deadline else {
                throw APIProblem(.requestTimeout, "timeout", "the body took longer than \(Self.bodySecondsMax) s")
            }
            body.writeBuffer(&chunk)
        }
        if body.readableBytes == 0, route.isBodyOptional { return Data("{}".utf8) }
        guard let type = mediaType(request),
            type == "application/json" || (type == "application/merge-patch+json" && route.method == .patch)
        else { throw APIProblem(.unsupportedMediaType, "unsupported_media_type", "send application/json") }
        return Data(buffer: body)
    }

    private func upload(_ request: Request) throws -> RequestBody {
        if let length = request.headers[.contentLength].flatMap(Int.init), length > Self.uploadBytesMax {
            throw DeskError(.tooLarge, "WhatsApp takes files of at most \(Self.uploadBytesMax / 1_000_000) MB")
        }
        guard mediaType(request) == "application/octet-stream" else {
            let words = "send the file itself as application/octet-stream"
            throw APIProblem(.unsupportedMediaType, "unsupported_media_type", words)
        }
        return request.body
    }

    private func mediaType(_ request: Request) -> String? {
        request.headers[.contentType]?.split(separator: ";").first?.lowercased().filter { !$0.isWhitespace }
    }

    /// 304 where the client has it already.
    private func conditional(_ answer: Answer, _ request: Request) throws -> Response {
        switch answer {
        case .events(let body):
            return Response(
                status: .ok,
                headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
                body: body
            )
        case .json(let data):
            let tag = Self.tag(of: data)
            if let known = request.headers[.ifNoneMatch], Self.list(known, holds: tag, weakly: true) {
                return Response(status: .notModified, headers: [.eTag: tag, .cacheControl: "private, no-cache"])
            }
            return json(data, status: .ok, [.eTag: tag, .cacheControl: "private, no-cache", .vary: "Authorization"])
        }
    }

    func json(_ data: Data, status: HTTPResponse.Status, _ more: HTTPFields = [:]) -> Response {
        var headers = more
        headers[.contentType] = "application/json"
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(data: data)))
    }

    static func tag(of data: Data) -> String {
        let digits = SHA256.hash(data: data).prefix(12).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        return "\"" + digits.joined() + "\""
    }

    /// Whether a list of entity tags has this one (RFC 9110 §13.1).
    static func list(_ header: String, holds tag: String, weakly: Bool) -> Bool {
        header.split(separator: ",").contains { item in
            var item = item.drop { $0.isWhitespace }
            while item.last?.isWhitespace == true { item.removeLast() }
            if weakly, item.hasPrefix("W/") { item = item.dropFirst(2) }
            return item == "*" || item == tag
        }
    }
}

// Optional, because a name is parsed; all are valid names.
private let lastEventID = HTTPField.Name("Last-Event-ID") ?? .range
