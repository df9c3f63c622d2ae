/// What the migration that made the tables of sums was written with. It never changes.
enum FactTables {
    /// The numbers of ``FactSelection``, by name, as of version 14.
    static let numbers = [
        "leads", "engaged", "qualified", "offered", "link", "paid", "opted_out", "first_count", "first_ms", "first_0",
        "first_1", "first_2", "first_3", "first_4", "first_5", "without_person", "messages_paid", "messages_in",
        "messages_bot", "messages_staff", "answers", "answer_ms", "failures", "guarded", "troubles", "model_answers",
        "cost_micro_usd", "prompt_tokens", "completion_tokens", "answers_0", "answers_1", "answers_2", "answers_3",
        "answers_4", "answers_5",
    ]
}
