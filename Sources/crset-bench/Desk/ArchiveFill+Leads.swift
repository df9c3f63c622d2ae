/// The leads themselves, and what is kept of each.
extension ArchiveFill {
    /// c, id, began, ended, and the template of its state.
    private func leads(_ range: Range<Int>) -> String {
        let began = "\(archive.began) + n.i * \(archive.slots * Int(archive.step))"
        let length =
            (archive.spread * (archive.messagesEach / 2 - 1) * archive.slots + archive.slots - 1) * Int(archive.step)
        return """
            (SELECT n.i AS c, '1k' || (100000000000000 + n.i) AS id, \(began) AS began, \(began) + \(length) AS ended,
                s.*, w.name AS name, \(sourceID) AS ad
            FROM \(numbers(range)) n \(join) bench_mix m ON m.n = \(hash("n.i", 4_096)) % 1000
                \(join) bench_states s ON s.n = m.template \(join) bench_names w ON w.n = n.i % 100) x
            """
    }

    /// NULL: nobody knows.
    private var sourceID: String {
        "CASE WHEN n.i % 3 <> 0 THEN 'ad 12020' || (n.i % 40) END"
    }

    func conversations(_ range: Range<Int>) -> String {
        let marks: [(String, String)] = [
            (ArchiveStates.idMark, "x.id"), (ArchiveStates.nameMark, "x.name"),
            ("\(ArchiveStates.lastMark)", "CAST(x.ended AS text)"),
            ("\(ArchiveStates.offerMark)", "CAST(x.ended AS text)"),
        ]
        let state = marks.reduce("x.state") { "replace(\($0), '\($1.0)', \($1.1))" }
        let phone = "'3519' || (10000000 + x.c)"
        let user = "'PT.1349' || (10000000 + x.c) || '5302741918'"
        return """
            INSERT INTO conversations (id, channel, user_id, wa_id, language, stage, score, turn, last_customer_at,
                created_at, updated_at, source, state, paid_until, product, is_unpaid, assigned_to, held_by)
            SELECT x.id, '106540352242922', CASE WHEN x.c % 2 = 0 THEN \(user) END, \(phone), x.language, x.stage, x.score,
                \(archive.messagesEach / 2), x.ended, x.began, x.ended,
                CASE WHEN x.ad IS NOT NULL THEN '{"source_type":"ad","source_id":"' || x.ad || '"}' END, \(state), x.ended,
                x.product, CASE WHEN x.stage IN ('offered', 'awaiting_payment') THEN 1 ELSE 0 END,
                CASE WHEN x.c % 5 = 0 THEN 'staff' || (x.c / 5 % 10) END,
                CASE WHEN x.stage = 'handed_off' AND x.c % 5 = 0 THEN 'staff' || (x.c / 5 % 10) END
            FROM \(leads(range));
            INSERT INTO identities (channel, kind, value, conversation_id)
                SELECT '106540352242922', 'wa_id', \(phone), x.id FROM \(leads(range));
            INSERT INTO identities (channel, kind, value, conversation_id)
                SELECT '106540352242922', 'user_id', \(user), x.id FROM \(leads(range)) WHERE x.c % 2 = 0;\n
            """
    }

    func facts(_ range: Range<Int>) -> String {
        let each = archive.messagesEach / 2
        let reached = { (rank: Int) in "CASE WHEN x.rank >= \(rank) THEN x.ended END" }
        let person = "x.c % 50 = 0"
        return """
            INSERT INTO lead_facts (id, language, product, source, prompt_version, began_at, engaged_at, qualified_at,
                offered_at, link_at, paid_at, opted_out_at, first_response_ms, last_turn, person_at, messages_in,
                messages_bot, messages_staff, answers, answer_ms, model_answers, cost_micro_usd, prompt_tokens,
                completion_tokens, answers_0, answers_1)
            SELECT x.id, x.language, x.product, COALESCE(x.ad, 'direct'), CAST(x.c * 4 / \(archive.leads) AS text), x.began,
                x.began + 60000, \(reached(1)), \(reached(2)), \(reached(3)), \(reached(4)),
                CASE WHEN x.stage = 'opted_out' THEN x.ended END, 900 + x.c % 4000, \(each),
                CASE WHEN \(person) THEN x.ended END, \(each), CASE WHEN \(person) THEN \(each - 1) ELSE \(each) END,
                CASE WHEN \(person) THEN 1 ELSE 0 END, \(each), \(each) * 1800, \(each), \(each * 3_258), \(each * 4_553),
                \(each * 61), \(each - 1), 1
            FROM \(leads(range));
            INSERT INTO sales (session_id, conversation_id, at, product, currency, amount, refunded_at)
            SELECT 'cs_live_' || x.id, x.id, x.ended, x.product, 'EUR', 49000, CASE WHEN x.c % 40 = 0 THEN x.ended END
            FROM \(leads(range)) WHERE x.rank = 4;
            INSERT INTO reviews (conversation_id, reasons, priority, at)
            SELECT x.id, CASE WHEN x.c % 30 = 0 THEN ',complaint,' ELSE ',sample,' END,
                CASE WHEN x.c % 30 = 0 THEN 60 ELSE 10 END, x.ended
            FROM \(leads(range)) WHERE x.c % 10 = 0;
            INSERT INTO alerts (conversation_id, at, kind, body, done_at)
            SELECT x.id, x.ended, 'human_asked', '{"kind":"human_asked","detail":"The customer asks for a person."}',
                CASE WHEN x.c < \(archive.leads / 10 * 9) THEN x.ended + 60000 END
            FROM \(leads(range)) WHERE x.stage = 'handed_off';\n
            """
    }
}
