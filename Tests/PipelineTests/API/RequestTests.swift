import Desk
import Foundation
import Integrations
import Sandbox
import Server
import Testing

@Suite("Requests to the API", .serialized)
struct RequestTests {
    @Test("What can't be done is a problem of its own kind, and never a 500")
    func problems() async throws {
        try await Staffed.with { (staffed) async throws in
            let (_, id) = try await staffed.lead()
            let admin = try await staffed.token(.admin)
            let json = ["Content-Type": "application/json"]
            let large = "{\"text\": \"" + String(repeating: "a", count: 1 << 20) + "\"}"
            let cases: [(String, String, String?, [String: String], Int, String)] = [
                ("GET", "/v1/nothing", nil, [:], 404, "not_found"),
                ("GET", "/v1/leads/zzz", nil, [:], 404, "unknown_lead"),
                ("GET", "/v1/leads/a%00b", nil, [:], 404, "not_found"),
                ("GET", "/v1/leads/x%2Fy", nil, [:], 404, "unknown_lead"),
                ("GET", "/v1/search?query=%FF", nil, [:], 400, "bad_query"),
                ("GET", "/v1/leads?assigned_to=%00", nil, [:], 400, "bad_query"),
                ("PUT", "/v1/leads", "{}", json, 405, "method_not_allowed"),
                ("TRACE", "/v1/leads/x/reply", nil, [:], 405, "method_not_allowed"),
                ("GET", "/v1/leads", nil, ["Accept": "image/png"], 406, "not_acceptable"),
                ("POST", "/v1/leads/\(id)/release", nil, [:], 409, "not_held"),
                ("POST", "/v1/leads/\(id)/notes", large, json, 413, "too_large"),
                (
                    "POST", "/v1/leads/\(id)/notes", "text=a", ["Content-Type": "text/plain"], 415,
                    "unsupported_media_type"
                ),
                ("POST", "/v1/leads/\(id)/notes", "{", json, 400, "bad_json"),
                ("POST", "/v1/leads/\(id)/notes", "{}", json, 422, "invalid"),
                ("POST", "/v1/leads/\(id)/notes", #"{"text": 1}"#, json, 422, "invalid"),
                ("POST", "/v1/leads/\(id)/notes", #"{"text": " "}"#, json, 422, "invalid"),
                // What Postgres refuses and SQLite cuts off.
                ("POST", "/v1/leads/\(id)/notes", #"{"text": "a\u0000b"}"#, json, 422, "invalid"),
                ("PATCH", "/v1/leads/\(id)", #"{"assigned_to": "a\\\u0000b"}"#, json, 422, "invalid"),
                ("PATCH", "/v1/leads/\(id)", "{}", json, 422, "invalid"),
                ("PATCH", "/v1/leads/\(id)", #"{"stage": "paid", "reason": "r"}"#, json, 422, "invalid"),
                ("GET", "/v1/leads?limit=0", nil, [:], 422, "invalid"),
                ("GET", "/v1/leads?stage=qualified", nil, [:], 422, "invalid"),
                ("GET", "/v1/leads?stages=bought", nil, [:], 422, "invalid"),
                ("GET", "/v1/leads?since=yesterday", nil, [:], 422, "invalid"),
                ("GET", "/v1/leads?cursor=x", nil, [:], 422, "invalid"),
                ("GET", "/v1/leads?%ff=1", nil, [:], 400, "bad_query"),
                ("GET", "/v1/search", nil, [:], 422, "invalid"),
                ("GET", "/v1/deadletters/x", nil, [:], 404, "not_found"),
                ("DELETE", "/v1/tokens/x", nil, [:], 404, "not_found"),
            ]
            for (method, path, body, headers, status, code) in cases {
                let answer = try await staffed.ask(method, path, token: admin, body: body, headers: headers)
                #expect(answer.status == status, "\(method) \(path) \(answer.text)")
                #expect(answer.headers["content-type"] == "application/problem+json", "\(method) \(path)")
                #expect(answer.code == code, "\(method) \(path)")
                #expect(try answer.json()["status"] as? Int == status)
            }
            let wrong = try await staffed.ask("PUT", "/v1/leads/\(id)", token: admin, body: "{}")
            #expect(wrong.headers["allow"] == "DELETE, GET, HEAD, PATCH")
            let cross = try await staffed.ask("OPTIONS", "/v1/leads", headers: ["Origin": "https://elsewhere.example"])
            #expect(cross.status == 405 && cross.headers["access-control-allow-origin"] == nil)
        }
    }

    @Test(
        "A path that isn't percent-encoded UTF-8 names nothing, and is a problem too",
        arguments: [
            "/v1/leads/%FF", "/v1/leads/%", "/v1/leads/%zz", "/v1/leads/%C3%28/transcript", "/v1/leads/%ED%A0%80",
            "/v1/leads/%C0%AF", "/v1/leads/%F0%9F/notes", "/v1/deadletters/%80", "/v1/%FF",
        ]
    )
    func undecodable(path: String) async throws {
        try await Staffed.with { (staffed) async throws in
            let admin = try await staffed.token(.admin)
            for method in ["GET", "DELETE", "POST"] {
                // As it stands here: a client of HTTP would mend it or send another one.
                let answer = try await staffed.raw(
                    "\(method) \(path) HTTP/1.1",
                    "Host: localhost",
                    "Authorization: Bearer \(admin)",
                    "Content-Length: 0",
                    "Connection: close"
                )
                #expect(answer.hasPrefix("HTTP/1.1 404 ") || answer.hasPrefix("HTTP/1.1 405 "), "\(method) \(answer)")
                #expect(answer.lowercased().contains("content-type: application/problem+json"), "\(method)")
            }
        }
    }

    @Test("A client that has it already gets 304")
    func etag() async throws {
        try await Staffed.with { (staffed) async throws in
            let (_, id) = try await staffed.lead()
            let agent = try await staffed.token(.agent)
            func again(_ tags: String) async throws -> HTTPAnswer {
                try await staffed.ask(
                    "GET",
                    "/v1/leads/\(id)/transcript",
                    token: agent,
                    headers: ["If-None-Match": tags]
                )
            }
            // Delivery reports still come in for a moment.
            let (tag, same) = try await eventually("a transcript at rest") {
                let tag = try #require(try await again("\"x\"").headers["etag"])
                let same = try await again("\"x\", W/\(tag)")
                return same.status == 304 ? (tag, same) : nil
            }
            #expect(same.body.isEmpty && same.headers["etag"] == tag)
            #expect(try await again("\"x\"").status == 200)
            _ = try await staffed.ask("POST", "/v1/leads/\(id)/notes", token: agent, body: #"{"text": "n"}"#)
            _ = try await eventually("the note") {
                let now = try await again(tag)
                return now.status == 200 ? now : nil
            }
        }
    }

    @Test("A change of what has changed since it was read is refused")
    func ifMatch() async throws {
        try await Staffed.with { (staffed) async throws in
            let (_, id) = try await staffed.lead()
            let agent = try await staffed.token(.agent)
            // The card is at rest when it is the same twice.
            let tag = try await eventually("a card at rest") {
                let tag = try await staffed.ask("GET", "/v1/leads/\(id)", token: agent).headers["etag"]
                let again = try await staffed.ask("GET", "/v1/leads/\(id)", token: agent).headers["etag"]
                return tag == again ? tag : nil
            }
            func assign(_ name: String, _ tag: String) async throws -> HTTPAnswer {
                try await staffed.ask(
                    "PATCH",
                    "/v1/leads/\(id)",
                    token: agent,
                    body: "{\"assigned_to\": \"\(name)\"}",
                    headers: ["If-Match": tag]
                )
            }
            #expect(try await assign("Rita", tag).status == 200)
            let late = try await assign("João", tag)
            #expect(late.status == 412 && late.code == "changed")
            #expect(try await staffed.live.desk.card(id).lead.assigned_to == "Rita")
            #expect(try await assign("João", "*").status == 200)
            let nobody = try await staffed.ask(
                "PATCH",
                "/v1/leads/\(id)",
                token: agent,
                body: #"{"assigned_to": null}"#
            )
            #expect(nobody.status == 200)
            #expect(try await staffed.live.desk.card(id).lead.assigned_to == nil)
        }
    }

    @Test("A stage and whose lead it is change together: of what the client saw, once, and not by halves")
    func bothOrNeither() async throws {
        try await Staffed.with { (staffed) async throws in
            let (_, id) = try await staffed.lead()
            let agent = try await staffed.token(.agent, name: "Rita")
            func patch(_ person: String, stage: String = "qualified", _ headers: [String: String]) async throws
                -> HTTPAnswer
            {
                let body = "{\"stage\": \"\(stage)\", \"reason\": \"r\", \"assigned_to\": \(person)}"
                return try await staffed.ask("PATCH", "/v1/leads/\(id)", token: agent, body: body, headers: headers)
            }
            func log() async throws -> [String] {
                try await staffed.live.desk.audit(AuditRequest(lead_id: id)).entries.map(\.detail)
            }
            #expect(try await patch("\"João\"", ["If-Match": "\"other\""]).status == 412)
            #expect(try await patch("\" \"", [:]).status == 422)
            #expect(try await patch("\"João\"", stage: "paid", [:]).status == 422)
            #expect(try await log().isEmpty)
            #expect(try await staffed.live.desk.card(id).lead.assigned_to == nil)

            let tag = try await eventually("a card at rest") {
                let tag = try await staffed.ask("GET", "/v1/leads/\(id)", token: agent).headers["etag"]
                let again = try await staffed.ask("GET", "/v1/leads/\(id)", token: agent).headers["etag"]
                return tag == again ? tag : nil
            }
            let once = ["If-Match": tag, "Idempotency-Key": "k"]
            #expect(try await patch("\"João\"", once).status == 200)
            #expect(try await patch("\"João\"", once).headers["idempotency-replayed"] == "true")
            #expect(try await log() == ["qualified, to João"])
            #expect(try await staffed.live.desk.card(id).lead.assigned_to == "João")
            _ = try await eventually("the stage") {
                try await staffed.live.desk.card(id).lead.stage == "qualified" ? true : nil
            }
            // Another person has the conversation: neither.
            _ = try await staffed.live.desk.takeOver(id, TakeoverRequest(), by: "Eva")
            let held = try await patch("null", stage: "dormant", [:])
            #expect(held.status == 409 && held.code == "held_by_other")
            #expect(try await staffed.live.desk.card(id).lead.assigned_to == "João")
        }
    }

    @Test("Of two who change the same state of a lead at once, one is refused")
    func ifMatchRace() async throws {
        try await Staffed.with { (staffed) async throws in
            let (_, id) = try await staffed.lead()
            let agent = try await staffed.token(.agent)
            for round in 0..<5 {
                let tag = try await eventually("a card at rest") {
                    let tag = try await staffed.ask("GET", "/v1/leads/\(id)", token: agent).headers["etag"]
                    let again = try await staffed.ask("GET", "/v1/leads/\(id)", token: agent).headers["etag"]
                    return tag == again ? tag : nil
                }
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for name in ["Rita", "João"] {
                        group.addTask {
                            try await staffed.ask(
                                "PATCH",
                                "/v1/leads/\(id)",
                                token: agent,
                                body: "{\"assigned_to\": \"\(name) \(round)\"}",
                                headers: ["If-Match": tag]
                            ).status
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(statuses.sorted() == [200, 412])
            }
        }
    }

    @Test("A repeated request gets the first answer, and the customer one message")
    func idempotency() async throws {
        try await Staffed.with { (staffed) async throws in
            let (ana, id) = try await staffed.lead()
            let agent = try await staffed.token(.agent)
            let before = ana.heard.count
            func reply(_ text: String, token: String) async throws -> HTTPAnswer {
                try await staffed.ask(
                    "POST",
                    "/v1/leads/\(id)/reply",
                    token: token,
                    body: "{\"text\": \"\(text)\"}",
                    headers: ["Idempotency-Key": "k-1"]
                )
            }
            let first = try await reply("Olá, sou a Rita.", token: agent)
            #expect(first.status == 202)
            let again = try await reply("Olá, sou a Rita.", token: agent)
            #expect(again.status == 202 && again.body == first.body)
            #expect(again.headers["idempotency-replayed"] == "true")
            let other = try await reply("Outra coisa", token: agent)
            #expect(other.status == 422 && other.code == "idempotency_mismatch")
            // A refusal is not kept: the same key may be tried again.
            let refused = try await staffed.ask(
                "POST",
                "/v1/leads/zzz/notes",
                token: agent,
                body: #"{"text": "n"}"#,
                headers: ["Idempotency-Key": "k-2"]
            )
            #expect(refused.status == 404)
            _ = try await ana.hear(before + 1)
            _ = try await staffed.ask("POST", "/v1/leads/\(id)/reply", token: agent, body: #"{"text": "Fim"}"#)
            #expect(try await ana.hear(before + 2).text == "Fim")
        }
    }

    @Test("The person of a token is who acted")
    func who() async throws {
        try await Staffed.with { (staffed) async throws in
            let (_, id) = try await staffed.lead()
            let rita = try await staffed.token(.agent, name: "Rita")
            let joao = try await staffed.token(.agent, name: "João")
            #expect(try await staffed.ask("POST", "/v1/leads/\(id)/takeover", token: rita).status == 200)
            let late = try await staffed.ask("POST", "/v1/leads/\(id)/takeover", token: joao, body: "{}")
            #expect(late.status == 409 && late.text.contains(#""holder":"Rita""#))
            #expect(try await staffed.ask("POST", "/v1/leads/\(id)/release", token: rita).status == 200)
            let log = try await staffed.live.desk.audit(AuditRequest(lead_id: id)).entries
            #expect(log.map(\.who) == ["Rita", "Rita"])
        }
    }
}
