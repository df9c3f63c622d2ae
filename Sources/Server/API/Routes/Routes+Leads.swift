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
                body: LeadChange.self,
                sending: #"{"stage": "qualified", "reason": "budget confirmed on the phone"}"#,
                guardsLead: true,
                example: Examples.receipt
            ) { asked, request in
                var request = request
                request.request_id = request.request_id ?? asked.requestID
                return try await asked.desk.change(asked.lead, request, by: asked.who)
            },
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
}
