import Desk
import Hummingbird

import struct Foundation.Data
import class Foundation.JSONDecoder

/// Reads the parameters of a query by their schemas.
enum QueryReader {
    static func value<Query: Codable>(_ type: Query.Type, _ query: [String: JSONValue]) throws -> Query {
        try BodyReader.value(type, DeskJSON.data(JSONValue.object(query)))
    }

    /// Unknown and malformed parameters are refused: a filter with a typing mistake would show too much.
    static func values(_ text: String?, of route: Route) throws -> [String: JSONValue] {
        var values = route.queryDefaults
        var lists: [String: [JSONValue]] = [:]
        var faults: [APIProblem.Fault] = []
        for item in (text ?? "").split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = plain(parts[0]), let word = plain(parts.count > 1 ? parts[1] : "") else {
                throw APIProblem(.badRequest, "bad_query", "the query isn't percent-encoded UTF-8")
            }
            guard let schema = route.query[name] else {
                faults.append(.init(field: name, detail: "there is no such parameter"))
                continue
            }
            let isList = schema["type"] == "array"
            let kind = isList ? schema["items"] ?? [:] : schema
            guard let value = value(word, kind) else {
                faults.append(.init(field: name, detail: "this has to be \(wanted(kind))"))
                continue
            }
            if isList { lists[name, default: []].append(value) } else { values[name] = value }
        }
        for (name, items) in lists { values[name] = .array(items) }
        for name in route.queryRequired.sorted() where values[name] == nil {
            faults.append(.init(field: name, detail: "this parameter is required"))
        }
        guard faults.isEmpty else {
            throw APIProblem(.unprocessableContent, "invalid", "parameters of the query are wrong", errors: faults)
        }
        return values
    }

    /// What a schema takes, in words.
    private static func wanted(_ schema: JSONValue) -> String {
        if let names = schema["enum"]?.items {
            return "one of " + names.compactMap(\.text).joined(separator: ", ")
        }
        if schema["format"] == "date-time" { return "a time such as 2026-11-25T10:00:00Z" }
        guard schema["type"]?.text == "integer" else { return "a \(schema["type"]?.text ?? "value")" }
        switch (schema["minimum"], schema["maximum"]) {
        case (.integer(let least)?, .integer(let most)?): return "a whole number from \(least) to \(most)"
        case (.integer(let least)?, _): return "a whole number from \(least) on"
        default: return "a whole number"
        }
    }

    private static func plain(_ text: Substring) -> String? {
        let plain = text.replacing("+", with: " ").removingPercentEncoding
        return plain?.contains("\0") == true ? nil : plain
    }

    private static func value(_ word: String, _ schema: JSONValue) -> JSONValue? {
        switch schema["type"]?.text {
        case "integer":
            guard let number = Int64(word) else { return nil }
            if case .integer(let least)? = schema["minimum"], number < least { return nil }
            if case .integer(let most)? = schema["maximum"], number > most { return nil }
            return .integer(number)
        case "number": return Double(word).map { .number($0) }
        case "boolean": return word == "true" ? true : word == "false" ? false : nil
        default:
            if let names = schema["enum"]?.items, !names.contains(.string(word)) { return nil }
            if schema["format"] == "date-time", Moment(word) == nil { return nil }
            return .string(word)
        }
    }
}

/// Reads a body, and says what is wrong with it in terms of the body.
enum BodyReader {
    static func value<Body: Decodable>(_ type: Body.Type, _ data: Data) throws -> Body {
        guard !hasNUL(data) else {
            throw APIProblem(.unprocessableContent, "invalid", "no text may have a NUL (\\u0000) in it")
        }
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch let error as DecodingError {
            throw problem(error)
        }
    }

    /// A character that neither database can keep. In JSON it is always escaped.
    private static func hasNUL(_ data: Data) -> Bool {
        guard data.contains(0x5C) else { return false }
        let mark = Array("u0000".utf8)
        var isEscaped = false
        for index in data.indices {
            if isEscaped, data[index...].starts(with: mark) { return true }
            isEscaped = data[index] == 0x5C && !isEscaped
        }
        return false
    }

    private static func problem(_ error: DecodingError) -> APIProblem {
        func wrong(_ path: [any CodingKey], _ detail: String) -> APIProblem {
            let field = path.map(\.stringValue).joined(separator: ".")
            return APIProblem(
                .unprocessableContent,
                "invalid",
                "the request doesn't fit its schema",
                errors: [.init(field: field, detail: detail)]
            )
        }
        switch error {
        case .keyNotFound(let key, let context): return wrong(context.codingPath + [key], "this is required")
        case .typeMismatch(let type, let context): return wrong(context.codingPath, "this is no \(type)")
        case .valueNotFound(_, let context): return wrong(context.codingPath, "this can't be null")
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            return APIProblem(.badRequest, "bad_json", "the body is no JSON")
        case .dataCorrupted(let context): return wrong(context.codingPath, "this value isn't allowed")
        @unknown default: return APIProblem(.badRequest, "bad_json", "the body can't be read")
        }
    }
}
