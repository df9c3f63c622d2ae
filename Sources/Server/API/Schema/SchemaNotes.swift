/// What a type alone can't say: bounds and meanings, by `Type` or `Type.property`.
enum SchemaNotes {
    static let notes: [String: [String: JSONValue]] = [
        "LeadListRequest.limit": bounds(1, 1_000), "AuditRequest.limit": bounds(1, 1_000),
        "TokenListRequest.limit": bounds(1, 1_000), "SearchRequest.limit": bounds(1, 200),
        "ReviewRequest.limit": bounds(1, 200), "TranscriptQuery.limit": bounds(1, 500),
        "EventQuery.limit": bounds(1, 1_000), "DeadLetterListRequest.limit": bounds(1, 1_000),
        "LeadListRequest.stages": say("Only these stages, such as awaiting_payment."),
        "LeadListRequest.language": say("A BCP 47 tag; pt means all kinds of Portuguese."),
        "LeadListRequest.waiting": say("Only those that wait for a person."),
        "LeadListRequest.unpaid": say("Only those with an offer that isn't paid."),
        "LeadListRequest.cursor": say("next_cursor of the page before."),
        "LeadDocument.phone": say("E.164; for readers all but the last three digits are masked."),
        "LeadDocument.user_id": say("WhatsApp's business-scoped user id."),
        "LeadDocument.held_by": say("The person who has the conversation; the bot is silent."),
        "LeadDocument.waiting_since": say("Since when a person is needed."),
        "LeadPage.next_cursor": say("Absent on the last page."),
        "MoneyDocument.amount": say("In the currency's minor unit."),
        "MoneyDocument.currency": say("ISO 4217."),
        "TranscriptQuery.after": say("Only lines after this seq.", bounds(0)),
        "EventQuery.after": say("Only what came after this seq; Last-Event-ID says the same.", bounds(0)),
        "EventQuery.wait": say(
            "How many seconds to stay while nothing happens. Default: for ever where the client asks for "
                + "text/event-stream by name, 5 otherwise.",
            bounds(0, 3_600)
        ),
        "ReplyRequest.text": text(4_096), "NoteRequest.text": text(10_000), "LeadChange.reason": text(10_000),
        "LeadChange.stage": say("qualifying, qualified, disqualified, opted_out or dormant; needs a reason."),
        "LeadChange.assigned_to": say("The name of a person; null: nobody."),
        "TokenIssueRequest.name": text(80),
        "TokenIssueRequest.valid_seconds": bounds(60, 31_622_400),
        "IssuedTokenDocument.token": say("Shown this once."),
        "DeadLetterRetryRequest.even_twice": say("Also a message that may have arrived."),
        "APIProblem": say("RFC 9457."),
    ]

    private static func say(_ words: String, _ more: [String: JSONValue] = [:]) -> [String: JSONValue] {
        more.merging(["description": .string(words)]) { $1 }
    }

    private static func bounds(_ least: Int64, _ most: Int64? = nil) -> [String: JSONValue] {
        var bounds: [String: JSONValue] = ["minimum": .integer(least)]
        if let most { bounds["maximum"] = .integer(most) }
        return bounds
    }

    private static func text(_ charactersMax: Int64) -> [String: JSONValue] {
        ["minLength": 1, "maxLength": .integer(charactersMax)]
    }
}
