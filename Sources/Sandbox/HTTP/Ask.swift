/// A request as the simulated services see it: read completely, path and query decoded.
struct Ask: Sendable {
    var method: String
    /// Without the query.
    var path: String
    var segments: [String]
    var query: String
    var headers: @Sendable (String) -> String?
    var body: [UInt8]

    func header(_ name: String) -> String? { headers(name) }

    /// The token of `Authorization: Bearer …`.
    var bearer: String? {
        guard let value = header("Authorization"), value.hasPrefix("Bearer ") else { return nil }
        return String(value.dropFirst("Bearer ".count))
    }

    func parameter(_ name: String) -> String? {
        FormFields.pairs(query).first { $0.name == name }?.value
    }
}

/// An answer of a simulated service.
struct Answer: Sendable {
    var status: Int
    var contentType: String
    var headers: [(name: String, value: String)] = []
    var body: [UInt8]

    init(status: Int, contentType: String, headers: [(name: String, value: String)] = [], body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    static func json(_ payload: Payload, status: Int = 200) -> Answer {
        Answer(status: status, contentType: "application/json", body: payload.json())
    }

    static func html(_ page: String, status: Int = 200) -> Answer {
        Answer(status: status, contentType: "text/html; charset=utf-8", body: Array(page.utf8))
    }

    static func seeOther(_ location: String) -> Answer {
        Answer(status: 303, contentType: "text/plain", headers: [("Location", location)], body: [])
    }
}
