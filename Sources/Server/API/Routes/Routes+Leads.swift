import Desk
import HTTPTypes

/// All that the API can do. The router, the description and the tests are made of this list.
enum Routes {
    static func all() throws -> [Route] {
        try leads() + staff() + [addFile()] + reading() + deadLetters() + tokens()
    }

    /// A part of a transcript.
    struct TranscriptQuery: Codable, Sendable {
        var after: Int64
        var limit: Int
    }

    struct ExportQuery: Codable, Sendable {
        var cursor: String?
    }

    private static func leads() throws -> [Route] {
        [
            try .get(
                "/v1/leads",
                "listLeads",
                "Leads, newest activity first.",
                tag: "Leads",
                query: LeadListRequest(),
                asking: ["stages": ["qualified"], "limit": 20],
                example: Examples.leads
            ) { try await $0.desk.leads($1) },
            try .get(
                "/v1/leads/{lead}",
                "showLead",
                "All about one lead.",
                tag: "Leads",
                query: Route.Nothing(),
                example: Examples.card
            ) { asked, _ in try await asked.desk.card(asked.lead) },
            .write(
                .patch,
                "/v1/leads/{lead}",
                "changeLead",
                "Correct the stage, with a reason, or say who looks after the lead.",
                tag: "Leads",
                body: LeadPatch.self,
                sending: #"{"stage": "qualified", "reason": "budget confirmed on the phone"}"#,
                guardsLead: true,
                example: Examples.receipt
            ) { try await change($0, $1) },
            .write(
                .delete,
                "/v1/leads/{lead}",
                "forgetLead",
                "Erase a person for good; the answer is the receipt.",
                tag: "Leads",
                role: .operator,
                body: Route.Nothing.self,
                sending: nil,
                guardsLead: true,
                example: Examples.forget
            ) { asked, _ in try await asked.desk.forget(asked.lead, by: asked.who) },
            try .get(
                "/v1/leads/{lead}/transcript",
                "readTranscript",
                "The conversation, oldest first, line by line.",
                tag: "Leads",
                query: TranscriptQuery(after: 0, limit: 200),
                asking: ["after": 0],
                example: Examples.transcript
            ) { try await $0.desk.transcript($0.lead, after: $1.after, limit: $1.limit) },
            try .get(
                "/v1/leads/{lead}/export",
                "exportLead",
                "Everything about one person, part by part.",
                tag: "Leads",
                role: .operator,
                query: ExportQuery(),
                example: Examples.export
            ) { try await $0.desk.export($0.lead, after: $1.cursor) },
        ]
    }

    private static func change(_ asked: Asked, _ patch: LeadPatch) async throws -> StaffReceipt {
        var receipt: StaffReceipt?
        if let stage = patch.stage {
            guard let reason = patch.reason else {
                throw DeskError(.invalid, "a stage is corrected with a reason")
            }
            let id = asked.requestID.map { $0 + "/stage" }
            let request = StageRequest(stage: stage, reason: reason, request_id: id)
            receipt = try await asked.desk.setStage(asked.lead, request, by: asked.who)
        }
        if let person = patch.assigned_to {
            let id = asked.requestID.map { $0 + "/assign" }
            // The first change was of what the client saw, and has made another version of it.
            let desk = receipt == nil ? asked.desk : asked.services.desk
            receipt = try await desk.assign(
                asked.lead,
                AssignRequest(to: person, request_id: id),
                by: asked.who
            )
        }
        guard let receipt else { throw DeskError(.invalid, "give a stage with its reason, or assigned_to") }
        return receipt
    }
}

/// What of a lead is to be changed.
struct LeadPatch: Codable, Sendable {
    var stage: String?
    var reason: String?
    /// Nil: as it is. `.some(nil)`: nobody.
    var assigned_to: String??

    enum CodingKeys: String, CodingKey { case stage, reason, assigned_to }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        stage = try container.decodeIfPresent(String.self, forKey: .stage)
        reason = try container.decodeIfPresent(String.self, forKey: .reason)
        if container.contains(.assigned_to) {
            assigned_to = .some(try container.decodeIfPresent(String.self, forKey: .assigned_to))
        }
    }
}
