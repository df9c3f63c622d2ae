import Conversation
import Storage
import Testing

@Suite("Every store: desk")
struct DeskConformance {
    /// Five leads, the later ones newer.
    private static func fill(_ store: any Store) async throws {
        let numbers = ["351910000001", "351910000002", "5511987654321", "447700900123", nil]
        for (index, number) in numbers.enumerated() {
            let address = Address(channel: "100", userID: "US.\(index)", waID: number)
            let id = ConversationID(["aaa1", "aaa2", "bbb1", "b%_1", "ccc1"][index])
            _ = try await store.accept([Given.message("m\(index)", from: address, newID: id, at: Int64(index) * 100)])
        }
    }

    private static func ids(_ leads: [LeadRecord]) -> [String] { leads.map(\.state.id.rawValue) }

    @Test("leads come newest activity first, by page, stage and language", arguments: Engine.all)
    func list(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await Self.fill(store)
            #expect(Self.ids(try await store.leads(LeadQuery(limit: 2))) == ["ccc1", "b%_1"])
            #expect(
                Self.ids(
                    try await store.leads(
                        LeadQuery(after: .init(value: Given.at(300).milliseconds, id: ConversationID("")))
                    )
                ) == ["bbb1", "aaa2", "aaa1"]
            )
            _ = try await store.accept([Given.event("e", .remark("x"), of: ConversationID("aaa1"), at: 900)])
            #expect(Self.ids(try await store.leads(LeadQuery(limit: 1))) == ["aaa1"])

            var commit = try #require(try await store.claim(at: 1_000, limit: 1).first).commit(at: 1_001)
            commit.state.stage = .disqualified(reason: "x")
            commit.state.language = .es
            _ = try await store.commit(commit)
            let id = commit.state.id.rawValue
            #expect(Self.ids(try await store.leads(LeadQuery(stage: .disqualified))) == [id])
            #expect(Self.ids(try await store.leads(LeadQuery(language: .es))) == [id])
            #expect(try await store.leads(LeadQuery(stage: .new)).count == 4)
        }
    }

    @Test(
        "a reference means leads by id, prefix or phone number in any usual notation",
        arguments: Engine.all,
        [
            ("aaa1", ["aaa1"]), ("aaa", ["aaa2", "aaa1"]), ("b%", ["b%_1"]), ("US.2", ["bbb1"]), ("zzz", []), ("", []),
            ("+351 910 000 001", ["aaa1"]), ("00351-910-000-002", ["aaa2"]), ("351910000001", ["aaa1"]),
            ("910 000 001", ["aaa1"]), ("07700 900123", ["b%_1"]), ("(11) 98765-4321", ["bbb1"]),
            ("+351 (0)910 000 001", ["aaa1"]), ("+44 (0)7700-900.123", ["b%_1"]),
            ("+910000001", []), ("1", []), ("%", []),
        ]
    )
    func references(engine: Engine, pair: (String, [String])) async throws {
        try await engine.withStore { (store) async throws in
            try await Self.fill(store)
            #expect(Self.ids(try await store.leads(matching: pair.0, limit: 10)) == pair.1)
        }
    }

    @Test("a transcript is read in pages", arguments: Engine.all)
    func pages(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept((0..<5).map { Given.message("m\($0)", "\($0)", at: Int64($0)) })
            let first = try await store.transcript(of: Given.anaID, after: 0, limit: 3)
            let rest = try await store.transcript(of: Given.anaID, after: first[2].entry.seq, limit: 3)
            #expect(first.count == 3 && rest.count == 2)
            #expect(rest.last?.entry.at == Given.at(4))
            #expect(try await store.transcript(of: Given.ruiID, after: 0, limit: 3).isEmpty)
        }
    }

    @Test("counts tell what waits", arguments: Engine.all)
    func counts(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["1", "2", "3"])
            _ = try await store.accept([Given.message("m2", at: 100)])
            _ = try await store.take()
            try await store.finish("lead-ana-1-0", .failed(.dead, code: "1", reason: ""))
            _ = try await store.take()
            try await store.finish("lead-ana-1-1", .failed(.unknown(until: Given.at(900)), code: "1", reason: ""))
            #expect(
                try await store.counts()
                    == StoreCounts(
                        leads: 1,
                        openConversations: 1,
                        outboxPending: 1,
                        outboxUncertain: 1,
                        deadLetters: 1,
                        unmatched: 0
                    )
            )
        }
    }

    @Test("counts stop where they are told to", arguments: Engine.all)
    func countsAtMost(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            for number in 0..<4 {
                let address = Address(channel: "100", userID: "U\(number)", waID: nil)
                let id = ConversationID("lead-\(number)")
                _ = try await store.accept([Given.message("m\(number)", from: address, newID: id)])
            }
            let few = try await store.counts(atMost: 3)
            #expect(few.leads == 3 && few.openConversations == 3 && few.outboxPending == 0)
        }
    }
}
