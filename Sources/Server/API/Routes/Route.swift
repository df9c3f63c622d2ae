import Desk
import HTTPTypes
import Hummingbird

import struct Foundation.Data

/// One thing that the API can do: everything that its handling, its description and its tests need.
struct Route: Sendable {
    var method: HTTPRequest.Method
    /// `/v1/leads/{lead}`
    var path: String
    /// `operationId`
    var id: String
    var summary: String
    var tag: String
    /// The least role that may.
    var role: StaffRole
    /// Parameters of the query, by name; those without a default and not nullable are required.
    var query: [String: JSONValue] = [:]
    var queryRequired: Set<String> = []
    var queryDefaults: [String: JSONValue] = [:]
    var queryExample: [String: JSONValue] = [:]
    var body: Shape?
    /// No body means `{}`.
    var isBodyOptional = false
    var status: HTTPResponse.Status = .ok
    var answer: Shape
    /// Answers server-sent events unless JSON is asked for.
    var isStream = false
    /// The body is a file, `application/octet-stream`.
    var isUpload = false
    /// Takes `If-Match` with the `ETag` of the lead.
    var guardsLead = false
    var handle: @Sendable (Asked) async throws -> Answer

    /// How a body is written.
    struct Shape: Sendable {
        var type: any (Codable & Sendable).Type
        /// JSON that the type can read.
        var example: String
    }

    /// Of a query that takes nothing.
    struct Nothing: Codable, Sendable {}

    var writes: Bool { method != .get }

    var pathParameters: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }
}

/// A request that was let in.
struct Asked: Sendable {
    var services: APIServices
    var caller: Caller
    var path: [String: String]
    var query: [String: JSONValue]
    var body: Data
    /// Of an upload, unread.
    var upload: RequestBody?
    /// `Last-Event-ID`
    var lastEventID: Int64?
    /// Nil: this client takes JSON only.
    var stream: StreamWish?
    /// Of a request with an idempotency key: the same for each repeat of it.
    var requestID: String?

    enum StreamWish: Sendable { case byName, whatever }

    var lead: String { path["lead"] ?? "" }
    var id: String { path["id"] ?? "" }
    /// Changes nothing but what the client has seen.
    var guarded: Desk?
    var desk: any StaffDesk { guarded ?? services.desk }
    var who: String { caller.name }
}

enum Answer: Sendable {
    case json(Data)
    case events(ResponseBody)
}

/// A document that readers get without phone numbers.
protocol Masking {
    func masked() -> Self
}

extension Route {
    static func get<Query: Codable & Sendable, Document: Codable & Sendable>(
        _ path: String,
        _ id: String,
        _ summary: String,
        tag: String,
        role: StaffRole = .reader,
        query: Query,
        asking: [String: JSONValue] = [:],
        example: String,
        _ run: @escaping @Sendable (Asked, Query) async throws -> Document
    ) throws -> Route {
        var route = Route(
            method: .get,
            path: path,
            id: id,
            summary: summary,
            tag: tag,
            role: role,
            answer: Shape(type: Document.self, example: example)
        ) { asked in
            let query = try QueryReader.value(Query.self, asked.query)
            return .json(try Self.data(try await run(asked, query), for: asked.caller))
        }
        try route.takes(query, asking: asking)
        return route
    }

    static func write<Body: Codable & Sendable, Document: Codable & Sendable>(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ id: String,
        _ summary: String,
        tag: String,
        role: StaffRole = .agent,
        body: Body.Type,
        sending: String?,
        isBodyOptional: Bool = false,
        guardsLead: Bool = false,
        status: HTTPResponse.Status = .ok,
        example: String,
        _ run: @escaping @Sendable (Asked, Body) async throws -> Document
    ) -> Route {
        Route(
            method: method,
            path: path,
            id: id,
            summary: summary,
            tag: tag,
            role: role,
            body: sending.map { Shape(type: body, example: $0) },
            isBodyOptional: isBodyOptional,
            status: status,
            answer: Shape(type: Document.self, example: example),
            guardsLead: guardsLead
        ) { asked in
            let body = try BodyReader.value(Body.self, asked.body)
            return .json(try Self.data(try await run(asked, body), for: asked.caller))
        }
    }

    /// The parameters of the query are the properties of a type.
    mutating func takes<Query: Codable & Sendable>(_ query: Query, asking: [String: JSONValue]) throws {
        let probe = SchemaProbe()
        let reference = try probe.schema(of: Query.self)
        let schema = reference["$ref"] == nil ? reference : probe.components[SchemaProbe.name(Query.self)] ?? reference
        self.query = (schema["properties"]?.members ?? [:]).mapValues { Self.plain($0, probe.components) }
        queryDefaults = try JSONValue.of(query).members
        // What the default leaves empty has to be said.
        let required = Set((schema["required"]?.items ?? []).compactMap(\.text))
        queryRequired = required.filter { queryDefaults[$0] == nil || queryDefaults[$0] == "" }
        for name in queryRequired { queryDefaults[name] = nil }
        queryExample = asking
    }

    /// A parameter is left out rather than null.
    private static func plain(_ schema: JSONValue, _ components: [String: JSONValue]) -> JSONValue {
        var schema = schema
        if let types = schema["type"]?.items, let type = types.first { schema = schema.with(["type": type]) }
        if let names = schema["enum"]?.items { schema = schema.with(["enum": .array(names.filter { $0 != .null })]) }
        return schema
    }

    static func data(_ document: some Codable, for caller: Caller) throws -> Data {
        if caller.role == .reader, let masking = document as? any Masking {
            return try DeskJSON.data(anyMasked(masking), isPretty: false)
        }
        return try DeskJSON.data(document, isPretty: false)
    }

    private static func anyMasked(_ document: any Masking) throws -> any Encodable {
        guard let masked = document.masked() as? any Encodable else { throw SchemaProbe.Unreadable() }
        return masked
    }
}
