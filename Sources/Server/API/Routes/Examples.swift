/// JSON for the description; tests read each one as its type.
enum Examples {
    static let lead = """
        {"id": "1kq3v7f2a8c1d4", "name": "Ana", "phone": "+351910000001", "language": "pt-PT", "stage": "qualified",
        "score": 72, "fields": {"need": "site novo", "budget": "2000 EUR"}, "product": "site-pro", "payments": [],
        "alerts": [], "assigned_to": "Rita", "created_at": "2026-11-25T09:30:00.000Z",
        "updated_at": "2026-11-25T09:41:12.250Z", "last_customer_message_at": "2026-11-25T09:41:10.000Z"}
        """
    static let window = #"{"is_open": true, "closes_at": "2026-11-26T09:41:10.000Z"}"#
    static let card = """
        {"lead": \(lead), "window": \(window), "stage_history": [{"at": "2026-11-25T09:30:02.000Z", "from": "new",
        "to": "qualifying"}], "cost": {"micro_usd": 5210, "prompt_tokens": 8120, "completion_tokens": 340,
        "answers": 4}, "notes": [{"at": "2026-11-25T10:00:00.000Z", "text": "Wants to be called on Friday"}]}
        """
    static let entry = """
        {"seq": 812, "at": "2026-11-25T09:41:10.000Z", "author": "customer", "kind": "text",
        "text": "Quanto custa o site?"}
        """
    static let transcript = #"{"lead": \#(lead), "entries": [\#(entry)], "last_seq": 812, "more": false}"#
    static let leads = #"{"leads": [\#(lead)], "next_cursor": "activity.1795600872250.1kq3v7f2a8c1d4"}"#
    static let receipt = #"{"lead": \#(lead), "is_new": true}"#
    static let summary = """
        {"why": ["asked for a person"], "wants": ["site-pro"], "knows": [{"field": "budget", "value": "2000 EUR"}],
        "open": ["deadline"], "promised": [], "last_messages": ["Quanto custa o site?"]}
        """
    static let takeover = """
        {"lead": \(lead), "is_new": true, "withdrawn": 1, "window": \(window), "summary": \(summary)}
        """
    static let reply = #"{"lead": \#(lead), "is_new": true, "withdrawn": 0, "window": \#(window)}"#
    static let file = """
        {"id": "1kq3v7f2a8c1d5", "kind": "document", "name": "proposta.pdf", "mime_type": "application/pdf",
        "size": 48211, "expires_at": "2026-11-26T10:00:00.000Z"}
        """
    static let export = #"{"card": \#(card), "entries": [\#(entry)]}"#
    static let forget = """
        {"lead_id": "1kq3v7f2a8c1d4", "at": "2026-11-25T10:00:00.000Z", "by": "Rita",
        "erased": [{"store": "journal", "count": 41}],
        "kept": [{"store": "payments", "count": 1, "reason": "the law requires it; without the person"}]}
        """
    static let event = """
        {"seq": 812, "lead_id": "1kq3v7f2a8c1d4", "name": "Ana", "stage": "qualified", "entry": \(entry)}
        """
    static let events = #"{"events": [\#(event)], "last_seq": 812}"#
    static let search = """
        {"hits": [{"seq": 812, "lead_id": "1kq3v7f2a8c1d4", "name": "Ana", "stage": "qualified",
        "at": "2026-11-25T09:41:10.000Z", "author": "customer", "snippet": [{"text": "Quanto custa o ",
        "is_match": false}, {"text": "site", "is_match": true}]}], "behind": 0}
        """
    static let row = """
        {"key": "all", "funnel": {"leads": 120, "engaged": 96, "qualified": 61, "offered": 40, "link": 33, "paid": 21},
        "first_response_ms": {"count": 120, "mean": 3100, "p50": 2900, "p90": 4400},
        "answer_ms": {"count": 840, "mean": 3300, "p50": 2900, "p90": 6600}, "messages_in": 840, "messages_bot": 860,
        "messages_staff": 14, "without_person": 111, "opted_out": 2, "failures": 1,
        "revenue": [{"amount": 1890000, "currency": "EUR"}], "cost": {"micro_usd": 410000, "prompt_tokens": 900000,
        "completion_tokens": 40000, "answers": 850}, "messages_per_sale": 15.2, "cost_micro_usd_per_lead": 3416.7,
        "cost_micro_usd_per_sale": 19523.8}
        """
    static let stats = #"{"by": "day", "total": \#(row), "groups": [], "behind": 0}"#
    private static func arm(_ version: String, _ leads: Int) -> String {
        let share = #"{"count": 17, "share": 0.17, "low": 0.109, "high": 0.255}"#
        return """
            {"version": "\(version)", "leads": \(leads), "engaged": \(share), "qualified": \(share), "offered": \(share),
            "link": \(share), "paid": \(share), "revenue": [{"amount": 833000, "currency": "EUR"}],
            "cost": {"micro_usd": 210000, "prompt_tokens": 410000, "completion_tokens": 20000, "answers": 400}}
            """
    }
    static let trial = """
        {"trial": {"id": "trial-1795600000", "champion": "e6c690d01e44", "challenger": "1a2b3c4d5e6f",
        "share_percent": 20, "started_at": "2026-11-25T09:30:00.000Z"}, "champion": \(arm("e6c690d01e44", 400)),
        "challenger": \(arm("1a2b3c4d5e6f", 100)), "measure": "paid", "difference": 0.04, "difference_low": -0.05,
        "difference_high": 0.14, "leads_missing": 900, "decision": "open", "verdict": "no telling yet", "behind": 0}
        """
    static let audit = """
        {"entries": [{"id": 31, "at": "2026-11-25T10:00:00.000Z", "who": "Rita", "action": "takeover",
        "lead_id": "1kq3v7f2a8c1d4", "detail": ""}]}
        """
    static let judgement = """
        {"rating": "bad", "tags": ["price"], "comment": "Named no price", "better_seq": 813,
        "better": "O Site Pro custa 900 EUR."}
        """
    static let review = """
        {"lead": \(lead), "reasons": ["low_confidence"], "judgement": \(judgement), "judged_by": "Rita",
        "judged_at": "2026-11-25T10:05:00.000Z"}
        """
    static let reviews = #"{"items": [\#(review)]}"#
    static let scenario = #"{"name": "price-asked-1kq3v7", "yaml": "name: price asked\nlanguage: pt-PT\n"}"#
    static let letter = """
        {"id": "1kq3v7f2a8c1d4-3-0", "kind": "message", "lead_id": "1kq3v7f2a8c1d4", "phone": "+351910000001",
        "since": "2026-11-25T09:50:00.000Z", "created_at": "2026-11-25T09:41:12.000Z", "code": "131026",
        "reason": "Message undeliverable", "advice": "The number may not have WhatsApp.", "attempts": 1,
        "may_have_arrived": false, "messages_since": 0, "open_events": 0, "author": "bot", "text": "Olá Ana",
        "history": [{"at": "2026-11-25T09:50:00.000Z", "attempt": 1, "code": "131026",
        "reason": "Message undeliverable"}]}
        """
    static let letters = #"{"dead_letters": [\#(letter)], "items": 0}"#
    static let token = """
        {"id": "1kq3w0aabbccdd", "name": "Rita", "role": "agent", "state": "valid", "key_id": "hs-0a1b2c3d4e5f",
        "issued_at": "2026-11-25T09:00:00.000Z", "expires_at": "2027-02-23T09:00:00.000Z", "issued_by": "root"}
        """
    static let tokens = #"{"tokens": [\#(token)]}"#
    static let issued = #"{"token": "eyJhbGciOiJIUzI1NiIs…", "record": \#(token)}"#
}
