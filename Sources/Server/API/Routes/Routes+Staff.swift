import Desk
import HTTPTypes

extension Routes {
    static func staff() -> [Route] {
        [
            .write(
                .post,
                "/v1/leads/{lead}/takeover",
                "takeOver",
                "Take the conversation; the bot falls silent at once.",
                tag: "Conversations",
                body: TakeoverRequest.self,
                sending: #"{"force": false}"#,
                isBodyOptional: true,
                guardsLead: true,
                example: Examples.takeover
            ) { asked, request in
                var request = request
                request.request_id = request.request_id ?? asked.requestID
                return try await asked.desk.takeOver(asked.lead, request, by: asked.who)
            },
            .write(
                .post,
                "/v1/leads/{lead}/reply",
                "reply",
                "Write to the customer as a person, which also takes the conversation.",
                tag: "Conversations",
                body: ReplyRequest.self,
                sending: #"{"text": "Olá Ana, sou a Rita. Em que posso ajudar?"}"#,
                guardsLead: true,
                status: .accepted,
                example: Examples.reply
            ) { asked, request in
                var request = request
                request.request_id = request.request_id ?? asked.requestID
                return try await asked.desk.reply(asked.lead, request, by: asked.who)
            },
            .write(
                .post,
                "/v1/leads/{lead}/release",
                "release",
                "Give the conversation back to the bot.",
                tag: "Conversations",
                body: ReleaseRequest.self,
                sending: #"{"answer": true}"#,
                isBodyOptional: true,
                guardsLead: true,
                example: Examples.receipt
            ) { asked, request in
                var request = request
                request.request_id = request.request_id ?? asked.requestID
                return try await asked.desk.release(asked.lead, request, by: asked.who)
            },
            .write(
                .post,
                "/v1/leads/{lead}/notes",
                "addNote",
                "Leave a note for staff; the customer never sees it.",
                tag: "Conversations",
                body: NoteRequest.self,
                sending: #"{"text": "Wants to be called on Friday"}"#,
                status: .created,
                example: Examples.receipt
            ) { asked, request in
                var request = request
                request.request_id = request.request_id ?? asked.requestID
                return try await asked.desk.note(asked.lead, request, by: asked.who)
            },
            .write(
                .put,
                "/v1/leads/{lead}/review",
                "judge",
                "Judge how the bot did.",
                tag: "Reviews",
                body: Judgement.self,
                sending: Examples.judgement,
                example: Examples.review
            ) { try await $0.desk.judge($0.lead, $1, by: $0.who) },
        ]
    }
}
