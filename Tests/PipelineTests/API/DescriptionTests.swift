import Conversation
import Desk
import Foundation
import Integrations
import Server
import Storage
import Testing

@Suite("The API's description", .serialized)
struct DescriptionTests {
    private static func description(_ staffed: Staffed) async throws -> [String: Any] {
        let answer = try await staffed.ask("GET", "/openapi.json")
        #expect(answer.status == 200 && answer.headers["content-type"] == "application/json")
        return try answer.json()
    }

    private static func operations(_ document: [String: Any]) -> [(path: String, method: String, [String: Any])] {
        let paths = document["paths"] as? [String: [String: [String: Any]]] ?? [:]
        return paths.flatMap { path, methods in methods.map { (path, $0.key.uppercased(), $0.value) } }
    }

    private static func media(_ operation: [String: Any], _ status: String, _ type: String) -> [String: Any]? {
        let answers = operation["responses"] as? [String: [String: Any]]
        return (answers?[status]?["content"] as? [String: [String: Any]])?[type]
    }

    @Test("Every route has an example of its answer and its body that fits its schema")
    func examples() async throws {
        try await Staffed.with { (staffed) async throws in
            let document = try await Self.description(staffed)
            #expect(document["openapi"] as? String == "3.1.0")
            let check = SchemaCheck(document: document)
            let operations = Self.operations(document)
            #expect(operations.count >= 23)
            for (path, method, operation) in operations {
                let statuses = (operation["responses"] as? [String: Any] ?? [:]).keys.filter { $0.hasPrefix("2") }
                for status in statuses {
                    let media = try #require(Self.media(operation, status, "application/json"))
                    let (example, schema) = (try #require(media["example"]), media["schema"] as? [String: Any] ?? [:])
                    #expect(check.faults(example, schema).isEmpty, "\(method) \(path)")
                }
                if let content = (operation["requestBody"] as? [String: Any])?["content"] as? [String: [String: Any]],
                    // A file is no JSON.
                    content["application/octet-stream"] == nil
                {
                    let media = content["application/json"] ?? [:]
                    let example = try #require(media["example"])
                    #expect(
                        check.faults(example, media["schema"] as? [String: Any] ?? [:]).isEmpty,
                        "\(method) \(path)"
                    )
                }
            }
        }
    }

    @Test("Every route answers what its schema says")
    func answers() async throws {
        try await Staffed.with { (staffed) async throws in
            let (_, id) = try await staffed.lead()
            let admin = try await staffed.token(.admin)
            let trial = PromptTrial(
                id: "t",
                champion: "a",
                challenger: "b",
                share: 50,
                startedAt: .init(milliseconds: 0)
            )
            #expect(try await staffed.store.beginTrial(trial))
            let spare = try await staffed.tokens.issue(TokenIssueRequest(name: "s", role: .reader), by: "t").record.id
            let document = try await Self.description(staffed)
            let check = SchemaCheck(document: document)
            let bodies = [
                "changeLead": #"{"stage": "qualified", "reason": "r", "assigned_to": "Rita"}"#,
                "reply": #"{"text": "Olá"}"#, "addNote": #"{"text": "n"}"#,
                "judge": #"{"rating": "bad", "tags": ["price"], "comment": "c"}"#,
                "issueToken": #"{"name": "x", "role": "reader"}"#, "addFile": "a text",
            ]
            // What erases comes last; what needs a state comes after what makes it.
            let order = ["takeOver", "reply", "release", "judge", "scenario", "forgetLead"]
            let operations = Self.operations(document).sorted { left, right in
                func rank(_ operation: [String: Any]) -> Int {
                    order.firstIndex(of: operation["operationId"] as? String ?? "").map { $0 + 1 } ?? 0
                }
                return rank(left.2) < rank(right.2)
            }
            for (path, method, operation) in operations {
                let name = operation["operationId"] as? String ?? ""
                var url = path.replacing("{lead}", with: id)
                if path.hasPrefix("/v1/tokens") { url = url.replacing("{id}", with: spare) }
                let asksDead = path.hasPrefix("/v1/deadletters/")
                if asksDead { url = url.replacing("{id}", with: "nothing") }
                if name == "search" { url += "?query=ol%C3%A1" }
                var headers = name == "events" ? ["Accept": "application/json"] : [:]
                if name == "addFile" {
                    url += "?name=a.txt"
                    headers["Content-Type"] = "application/octet-stream"
                }
                let answer = try await staffed.ask(method, url, token: admin, body: bodies[name], headers: headers)
                let type = answer.status < 300 ? "application/json" : "application/problem+json"
                let schema = Self.media(operation, "\(answer.status)", type)?["schema"] as? [String: Any]
                let isExpected = asksDead ? answer.status == 404 : answer.status < 300
                #expect(isExpected, "\(method) \(url): \(answer.status) \(answer.text.prefix(300))")
                #expect(
                    check.faults(try answer.json(), try #require(schema)).isEmpty,
                    "\(method) \(url) \(answer.text)"
                )
            }
        }
    }

    @Test("The page shows every route and needs nothing from elsewhere")
    func page() async throws {
        try await Staffed.with { (staffed) async throws in
            let page = try await staffed.ask("GET", "/docs")
            #expect(page.status == 200 && page.headers["content-type"] == "text/html; charset=utf-8")
            for (path, _, _) in Self.operations(try await Self.description(staffed)) {
                #expect(page.text.contains("<code>\(path)</code>"))
            }
            #expect(!page.text.contains("<script") && !page.text.contains("http://") && !page.text.contains("https://"))
        }
    }
}
