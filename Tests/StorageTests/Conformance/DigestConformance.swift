import Conversation
import Testing

@testable import Storage

@Suite("Every store: index and statistics")
struct DigestConformance {
    private static func found(_ store: any Store, _ text: String, _ change: (inout SearchQuery) -> Void = { _ in })
        async throws -> [String]
    {
        var query = SearchQuery(text)
        change(&query)
        return try await store.search(query).map { finding in
            switch finding.line.content {
            case .event(.messages(let messages)): messages.compactMap(\.text).joined()
            case .message(let message): message.text
            case .note(let note): note.text
            default: ""
            }
        }
    }

    private static func digestAll(_ store: any Store) async throws {
        try await store.digestAll()
        #expect(try await store.digestBehind() == 0)
    }

    @Test(
        "words are found whatever their case and accents, as phrases, beginnings and without others",
        arguments: Engine.all
    )
    func search(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            let texts = [
                "Queria um orçamento para uma loja online", "ORCAMENTO urgente!", "a loja não está online",
                "Straße 12, Ærø", "it's o'clock; 'DROP' \"quotes\" * ( ) - :", "日本語のテキスト", "descontos", "desconto",
            ]
            for (index, text) in texts.enumerated() {
                _ = try await store.accept([Given.message("m\(index)", text, at: Int64(index) * 100)])
            }
            #expect(try await Self.found(store, "loja").isEmpty)
            try await Self.digestAll(store)
            #expect(try await Self.found(store, "orcamento") == [texts[1], texts[0]])
            #expect(try await Self.found(store, "Orçamento") == [texts[1], texts[0]])
            #expect(try await Self.found(store, "loja online") == [texts[2], texts[0]])
            #expect(try await Self.found(store, "\"loja online\"") == [texts[0]])
            #expect(try await Self.found(store, "desconto*") == [texts[7], texts[6]])
            #expect(try await Self.found(store, "desconto") == [texts[7]])
            #expect(try await Self.found(store, "loja -queria") == [texts[2]])
            #expect(try await Self.found(store, "\"uma loja onl\"*") == [texts[0]])
            #expect(try await Self.found(store, "strasse aero") == [texts[3]])
            #expect(try await Self.found(store, "日本語のテキスト") == [texts[5]])
            // What could be syntax is words or nothing.
            for odd in ["'DROP'", "\"drop", "it's", "a AND OR NOT", "*", "(((", "-", "x:y", "'; --", "\\", "NEAR(a b)"]
            {
                _ = try await Self.found(store, odd)
            }
            #expect(try await Self.found(store, "'drop'") == [texts[4]])
        }
    }

    @Test("findings are narrowed down by author, time and lead, and come in pages", arguments: Engine.all)
    func filters(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1", "site", at: 0)])
            var commit = try #require(try await store.claim().first).commit(at: 50)
            commit.messages = [NewMessage(OutMessage(.text("o site custa")), explanation: Given.explanation)]
            commit.notes = [Note(.staff, "Rita: quer site")]
            _ = try await store.commit(commit)
            _ = try await store.accept([Given.message("m2", "site", from: Given.rui, newID: Given.ruiID, at: 200)])
            try await Self.digestAll(store)
            #expect(try await Self.found(store, "site").count == 4)
            #expect(try await Self.found(store, "site") { $0.author = .customer } == ["site", "site"])
            #expect(try await Self.found(store, "site") { $0.author = .bot } == ["o site custa"])
            #expect(try await Self.found(store, "site") { $0.author = .note } == ["Rita: quer site"])
            #expect(try await Self.found(store, "site") { $0.conversation = Given.ruiID } == ["site"])
            #expect(try await Self.found(store, "site") { $0.since = Given.at(100) } == ["site"])
            #expect(try await Self.found(store, "site") { $0.until = Given.at(100) }.count == 3)
            var query = SearchQuery("site", limit: 1)
            var seqs: [Int64] = []
            while let found = try await store.search(query).first {
                seqs.append(found.line.seq)
                query.before = found.line.seq
            }
            #expect(seqs.count == 4 && seqs == seqs.sorted(by: >))
        }
    }

    @Test("two who digest at once count nothing twice", arguments: Engine.all)
    func together(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            for index in 0..<40 {
                _ = try await store.accept([Given.message("m\(index)", "x\(index)", at: Int64(index))])
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask { for _ in 0..<10 { _ = try await store.digest(limit: 7) } }
                }
                try await group.waitForAll()
            }
            try await Self.digestAll(store)
            let sums = try await store.facts(FactQuery(by: .language))
            #expect(sums.count == 1 && sums[0].numbers["messages_in"] == 40 && sums[0].numbers["leads"] == 1)
        }
    }

    @Test("a cohort tells funnel, answer times, cost and revenue", arguments: Engine.all)
    func facts(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await Self.sell(store)
            _ = try await store.accept([Given.message("r1", from: Given.rui, newID: Given.ruiID, at: 5_000)])
            try await Self.digestAll(store)
            let sums = try await store.facts(FactQuery(by: .product))
            let site = try #require(sums.first { $0.key == "site" })
            let numbers = site.numbers
            #expect(numbers["leads"] == 1 && numbers["engaged"] == 1 && numbers["qualified"] == 1)
            #expect(numbers["link"] == 1 && numbers["paid"] == 1 && numbers["messages_in"] == 2)
            // Two messages of one turn carry one cost.
            #expect(numbers["messages_bot"] == 3 && numbers["cost_micro_usd"] == 0 && numbers["prompt_tokens"] == 20)
            #expect(numbers["first_ms"] == 3_000 && numbers["first_1"] == 1 && numbers["answers"] == 2)
            #expect(numbers["without_person"] == 1)
            #expect(site.revenue == [Money(minorUnits: 49_000, currency: "EUR")])
            #expect(sums.reduce(0) { $0 + ($1.numbers["leads"] ?? 0) } == 2)
            let late = try await store.facts(FactQuery(from: Given.at(4_000), by: .source))
            #expect(late.map(\.key) == ["ad"] && late.first?.numbers["leads"] == 1)
            #expect(try await store.facts(FactQuery(by: .hour)).count == 1)
        }
    }

    /// Ana is answered after 3 s with two messages, writes again, gets her link and pays.
    static func sell(_ store: any Store) async throws {
        _ = try await store.accept([Given.message("m1", at: 0)])
        var commit = try #require(try await store.claim(at: 2_000).first).commit(at: 3_000)
        commit.messages = ["Olá", "Como se chama?"].map {
            NewMessage(OutMessage(.text($0)), explanation: Given.explanation)
        }
        _ = try await store.commit(commit)
        _ = try await store.accept([Given.message("m2", "Ana", at: 4_000)])
        commit = try #require(try await store.claim(at: 4_100).first).commit(at: 4_500)
        let payment = Payment(offer: Given.offer, sessionID: "cs_1", at: Given.at(4_500), isConfirmedInChat: true)
        (commit.state.stage, commit.state.payments) = (.paid(payment), [payment])
        commit.notes = [Note(.payment, "paid"), Note(.stage, "awaiting_payment → paid")]
        var explanation = Given.explanation
        explanation.understood = Understanding(intent: .complaint)
        commit.messages = [NewMessage(OutMessage(.text("Pago")), explanation: explanation)]
        _ = try await store.commit(commit)
    }

    @Test("a source is an ad or a post with its id, as WhatsApp tells it")
    func sources() {
        #expect(SourceWord.word(#"{"source_type":"ad","source_id":"120","ctwa_clid":"AR"}"#) == "ad 120")
        #expect(SourceWord.word(#"{"source_type":"post","source_id":"17"}"#) == "post 17")
        #expect(SourceWord.word(#"{"ctwa_clid":"AR"}"#) == "ad" && SourceWord.word(nil) == "direct")
    }

    @Test("what happens is told once, in order, from any place on", arguments: Engine.all)
    func happenings(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            #expect(try await store.happenings(after: nil, limit: 5).isEmpty)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<30 {
                    group.addTask {
                        let address = Address(channel: "100", userID: "US.\(index % 7)", waID: nil)
                        let id = ConversationID("lead-\(index % 7)")
                        _ = try await store.accept([Given.message("m\(index)", "\(index)", from: address, newID: id)])
                    }
                }
                try await group.waitForAll()
            }
            try await store.digestAll()
            var seqs: [Int64] = []
            var after: Int64? = 0
            while true {
                let page = try await store.happenings(after: after, limit: 4)
                guard let last = page.last else { break }
                seqs += page.map(\.line.entry.seq)
                after = last.line.entry.seq
            }
            #expect(seqs.count == 30 && seqs == seqs.sorted() && Set(seqs).count == 30)
            let newest = try await store.happenings(after: nil, limit: 3)
            #expect(newest.map(\.line.entry.seq) == Array(seqs.suffix(3)) && newest.first?.name == "Ana")
        }
    }

    @Test("who is erased leaves nothing in any store, and isn't made anew by a repeat", arguments: Engine.all)
    func erase(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await Self.sell(store)
            _ = try await store.accept([Given.message("r1", "segredo", from: Given.rui, newID: Given.ruiID, at: 5_000)])
            _ = try await store.accept([
                Arrival(
                    outsideID: "odd:1",
                    receivedAt: Given.at(1),
                    content: .unmatched(reason: "odd"),
                    raw: #"{"from":"351910000001"}"#
                )
            ])
            let spent = DailySpend(day: "2026-09-21", spend: Spend(calls: 1, tokens: 100))
            try await store.addSpend(spent, of: Given.anaID, owner: "a")
            try await Self.digestAll(store)
            let parts = try #require(try await store.erase(Given.anaID, by: "Rita", at: Given.at(6_000)))
            let erased = Dictionary(uniqueKeysWithValues: parts.map { ($0.store, $0.count) })
            #expect(erased["journal"] == 7 && erased["conversations"] == 1 && erased["identities"] == 2)
            #expect(erased["unmatched"] == 1 && erased["search"] == 5 && erased["outbox"] == 3)
            #expect(erased["spend"] == 1 && erased["payment_intents"] != nil)
            #expect(parts.contains { $0.store == "sales" && $0.count == 1 && $0.keptBecause != nil })

            #expect(try await store.lead(Given.anaID) == nil)
            #expect(try await store.leads(matching: "351910000001", limit: 5).isEmpty)
            #expect(try await store.transcript(of: Given.anaID, after: 0, limit: 10).isEmpty)
            #expect(try await Self.found(store, "ana").isEmpty)
            #expect(try await Self.found(store, "segredo") == ["segredo"])
            #expect(try await store.review(of: Given.anaID) == nil)
            // Figures stay.
            let sums = try await store.facts(FactQuery(by: .product))
            #expect(sums.first { $0.key == "site" }?.revenue == [Money(minorUnits: 49_000, currency: "EUR")])

            #expect(try await store.accept([Given.message("m1", at: 0)]) == [.duplicate])
            #expect(try await store.erase(Given.anaID, by: "Rita", at: Given.at(6_000)) == nil)
            // Whoever writes again is a new person.
            let again = Given.message("m9", newID: ConversationID("lead-new"), at: 7_000)
            #expect(try await store.accept([again]) == [.new(ConversationID("lead-new"))])
            #expect(try await store.accept([Given.message("m1", at: 7_100)]) == [.duplicate])
            #expect(try await store.staffLog(StaffLogQuery(conversation: Given.anaID)).map(\.action) == ["forget"])
        }
    }

    @Test("nothing is behind when the newest lines are erased, and what comes next is taken in", arguments: Engine.all)
    func erasedNewest(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("r1", "bom dia", from: Given.rui, newID: Given.ruiID, at: 0)])
            _ = try await store.accept([Given.message("m1", "boa tarde", at: 1)])
            try await Self.digestAll(store)
            _ = try await store.erase(Given.anaID, by: "Rita", at: Given.at(2))
            #expect(try await store.digestBehind() == 0)
            _ = try await store.accept([Given.message("r2", "boa noite", from: Given.rui, newID: Given.ruiID, at: 3)])
            #expect(try await store.digestBehind() > 0)
            try await Self.digestAll(store)
            #expect(try await Self.found(store, "boa") == ["boa noite"])
        }
    }
}
