/// The models that the simulated OpenAI knows (openai.md §0 and §7, November 2026).
struct ModelEntry: Sendable {
    var name: String
    var snapshot: String
    var shutdown: String?
    var isGone = false
    var knowsSchemas = true
    /// Refuses `max_tokens`, and `temperature` unless effort is `none`.
    var reasons = false

    static let all: [ModelEntry] = [
        ModelEntry(name: "gpt-4", snapshot: "gpt-4-0613", shutdown: "2026-10-23", isGone: true, knowsSchemas: false),
        ModelEntry(
            name: "gpt-4-turbo",
            snapshot: "gpt-4-turbo-2024-04-09",
            shutdown: "2026-10-23",
            isGone: true,
            knowsSchemas: false
        ),
        ModelEntry(name: "gpt-4.1-nano", snapshot: "gpt-4.1-nano-2025-04-14", shutdown: "2026-10-23", isGone: true),
        ModelEntry(name: "gpt-3.5-turbo", snapshot: "gpt-3.5-turbo-0125", shutdown: "2026-10-23", isGone: true),
        ModelEntry(name: "gpt-4o", snapshot: "gpt-4o-2024-11-20", shutdown: "2027-01-14"),
        ModelEntry(name: "gpt-4o-mini", snapshot: "gpt-4o-mini-2024-07-18", shutdown: "2027-01-14"),
        ModelEntry(name: "gpt-4.1", snapshot: "gpt-4.1-2025-04-14", shutdown: "2027-01-14"),
        ModelEntry(name: "gpt-4.1-mini", snapshot: "gpt-4.1-mini-2025-04-14", shutdown: "2027-01-14"),
        ModelEntry(name: "gpt-5", snapshot: "gpt-5-2025-08-07", shutdown: "2026-12-11", reasons: true),
        ModelEntry(name: "gpt-5-mini", snapshot: "gpt-5-mini-2025-08-07", shutdown: "2026-12-11", reasons: true),
        ModelEntry(name: "gpt-5.1", snapshot: "gpt-5.1", shutdown: "2027-04-01", reasons: true),
        ModelEntry(name: "gpt-5.4-mini", snapshot: "gpt-5.4-mini", reasons: true),
        ModelEntry(name: "gpt-5.6-luna", snapshot: "gpt-5.6-luna", reasons: true),
        ModelEntry(name: "gpt-6-luna", snapshot: "gpt-6-luna", reasons: true),
        ModelEntry(name: "gpt-6.1-terra", snapshot: "gpt-6.1-terra", reasons: true),
        ModelEntry(name: "gpt-6.1-sol", snapshot: "gpt-6.1-sol", reasons: true),
        ModelEntry(name: "whisper-1", snapshot: "whisper-1", shutdown: "2027-02-26"),
        ModelEntry(name: "gpt-4o-transcribe", snapshot: "gpt-4o-transcribe", shutdown: "2027-02-26"),
        ModelEntry(name: "gpt-4o-mini-transcribe", snapshot: "gpt-4o-mini-transcribe", shutdown: "2027-02-26"),
        ModelEntry(name: "gpt-transcribe", snapshot: "gpt-transcribe"),
    ]

    static func named(_ name: String, retired: Set<String>) -> ModelEntry? {
        guard !retired.contains(name) else { return nil }
        return all.first { ($0.name == name || $0.snapshot == name) && !$0.isGone }
    }

    var payload: Payload {
        [
            "id": .string(name), "object": "model", "created": 1_700_000_000, "owned_by": "openai",
            "shutdown_date": .optional(shutdown),
        ]
    }
}
