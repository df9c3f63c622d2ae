import Desk
import Hummingbird

import struct Foundation.Data

/// The description of the API, made of its routes.
struct OpenAPI {
    let routes: [Route]
    private let probe = SchemaProbe()

    init(_ routes: [Route]) { self.routes = routes }

    private static let words =
        "What staff and operators can do. Each request needs a token (`crset token issue`). Errors are RFC 9457 "
        + "problems. Writes take an Idempotency-Key: a repeat within a day gets the first answer and changes nothing. "
        + "Reads carry an ETag and take If-None-Match."

    func document() throws -> JSONValue {
        var paths: [String: JSONValue] = [:]
        for route in routes {
            let method = route.method.rawValue.lowercased()
            paths[route.path] = (paths[route.path] ?? [:]).with([method: try operation(route)])
        }
        _ = try probe.schema(of: APIProblem.self)
        let tags = routes.map(\.tag).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "CRSET", "version": "1",
                "description": .string(Self.words),
            ],
            "servers": [["url": "/"]],
            "security": [["token": []]],
            "tags": .array(tags.map { ["name": .string($0)] }),
            "paths": .object(paths),
            "components": [
                "schemas": .object(probe.components),
                "securitySchemes": ["token": ["type": "http", "scheme": "bearer", "bearerFormat": "JWT"]],
            ],
        ]
    }

    private func operation(_ route: Route) throws -> JSONValue {
        var operation: [String: JSONValue] = [
            "operationId": .string(route.id),
            "summary": .string(route.summary),
            "description": .string("Role: \(route.role.rawValue) or higher."),
            "tags": [.string(route.tag)],
            "responses": try answers(route),
            "x-role": .string(route.role.rawValue),
        ]
        let parameters = parameters(route)
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let body = route.body {
            let schema = try probe.schema(of: body.type)
            let media: JSONValue = ["schema": schema, "example": try .parse(body.example)]
            operation["requestBody"] = [
                "required": .bool(!route.isBodyOptional), "content": ["application/json": media],
            ]
        }
        if route.isUpload {
            let file: JSONValue = ["schema": ["type": "string", "format": "binary"]]
            operation["requestBody"] = ["required": true, "content": ["application/octet-stream": file]]
        }
        return .object(operation)
    }

    private func parameters(_ route: Route) -> [JSONValue] {
        var parameters: [JSONValue] = route.pathParameters.map { name in
            [
                "name": .string(name), "in": "path", "required": true,
                "schema": ["type": "string", "minLength": 1],
                "description": .string(
                    name == "lead"
                        ? "Lead id, an unambiguous prefix of it, or a phone number." : "Its id, or a prefix of it."
                ),
                "example": .string(name == "lead" ? "1kq3v7f2a8c1d4" : "1kq3w0aabbccdd"),
            ]
        }
        for (name, schema) in route.query.sorted(by: { $0.key < $1.key }) {
            var schema = schema
            if let fallback = route.queryDefaults[name] { schema = schema.with(["default": fallback]) }
            var parameter: [String: JSONValue] = [
                "name": .string(name), "in": "query", "required": .bool(route.queryRequired.contains(name)),
                "schema": schema,
            ]
            if let words = schema["description"] { parameter["description"] = words }
            if let example = route.queryExample[name] { parameter["example"] = example }
            parameters.append(.object(parameter))
        }
        return parameters + headers(route)
    }

    private func headers(_ route: Route) -> [JSONValue] {
        func header(_ name: String, _ words: String, _ schema: JSONValue = ["type": "string"]) -> JSONValue {
            [
                "name": .string(name), "in": "header", "required": false, "schema": schema,
                "description": .string(words),
            ]
        }
        if route.isStream {
            return [header("Last-Event-ID", "The id of the last event that came; wins over after.")]
        }
        guard route.writes else { return [header("If-None-Match", "ETag of what the client has.")] }
        let key: JSONValue = ["type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"]
        let once = header("Idempotency-Key", "Makes a repeat of this request harmless.", key)
        return route.guardsLead ? [once, header("If-Match", "ETag of the lead as the client saw it.")] : [once]
    }

    private func answers(_ route: Route) throws -> JSONValue {
        var content: [String: JSONValue] = [
            "application/json": [
                "schema": try probe.schema(of: route.answer.type), "example": try .parse(route.answer.example),
            ]
        ]
        if route.isStream {
            content["text/event-stream"] = [
                "schema": ["type": "string"],
                "example": "id: 812\nevent: entry\ndata: {\"seq\": 812, \"lead_id\": \"1kq3v7f2a8c1d4\"}\n\n",
            ]
        }
        var done: [String: JSONValue] = ["description": "Done.", "content": .object(content)]
        if !route.writes, !route.isStream {
            done["headers"] = ["ETag": ["schema": ["type": "string"], "description": "For If-None-Match."]]
        }
        var answers: [String: JSONValue] = ["\(route.status.code)": .object(done)]
        if !route.writes, !route.isStream { answers["304"] = ["description": "The client has it already."] }
        for (status, words) in Self.problems(of: route) {
            answers["\(status)"] = [
                "description": .string(words),
                "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/APIProblem"]]],
            ]
        }
        return .object(answers)
    }

    private static func problems(of route: Route) -> [(Int, String)] {
        var problems = [
            (400, "Malformed."), (401, "No valid token."), (403, "The token's role is not enough."),
            (404, "Nothing of that name."), (406, "The client takes no JSON."), (409, "Ambiguous, or not now."),
            (422, "It doesn't fit."), (429, "Too often; see Retry-After."), (500, "The server failed."),
            (503, "Not now; see Retry-After."),
        ]
        if route.body != nil {
            problems += [(408, "Too slow."), (413, "Too large."), (415, "Not application/json.")]
        }
        if route.isUpload {
            problems += [
                (408, "Too slow."), (413, "Larger than WhatsApp takes."), (415, "No kind that WhatsApp takes."),
            ]
        }
        if route.guardsLead { problems.append((412, "The lead was changed meanwhile.")) }
        return problems
    }
}
