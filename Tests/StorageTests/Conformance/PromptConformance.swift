import Conversation
import Storage
import Testing

@Suite("Every store: versions of the prompt files, and trials")
struct PromptConformance {
    private static let files = ["system.md": "Be \"warm\".\n\té 😊", "messages/en.yaml": "texts:\n  greeting: Hi\n"]

    @Test("a version is kept once with all its text, and the one used last comes first", arguments: Engine.all)
    func versions(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.usePrompts("aaa111", files: Self.files, now: Given.at(0))
            try await store.usePrompts("bbb222", files: ["system.md": "B"], now: Given.at(10))
            try await store.keepPrompts("ccc333", files: ["system.md": "C"], now: Given.at(20))
            #expect(try await store.promptVersions(limit: 10).map(\.id) == ["bbb222", "aaa111", "ccc333"])

            // In use again, with other text under its name: the text that was kept first stays.
            try await store.usePrompts("aaa111", files: ["system.md": "other"], now: Given.at(30))
            try await store.usePrompts("aaa111", files: ["system.md": "other"], now: Given.at(5))
            try await store.keepPrompts("bbb222", files: ["system.md": "other"], now: Given.at(40))
            let list = try await store.promptVersions(limit: 2)
            #expect(
                list == [
                    PromptVersion(id: "aaa111", firstSeenAt: Given.at(0), usedAt: Given.at(30)),
                    PromptVersion(id: "bbb222", firstSeenAt: Given.at(10), usedAt: Given.at(10)),
                ]
            )
            #expect(try await store.promptVersions(matching: "aa", limit: 3).map(\.files) == [Self.files])
            #expect(try await store.promptVersions(matching: "bbb222", limit: 3).map(\.files) == [["system.md": "B"]])
            #expect(try await store.promptVersions(matching: "ccc", limit: 3).map(\.usedAt) == [nil])
            for nothing in ["", "%", "d", "aaa1111", "AAA"] {
                #expect(try await store.promptVersions(matching: nothing, limit: 3).isEmpty)
            }
        }
    }

    @Test("one trial runs at a time and ends once", arguments: Engine.all)
    func trials(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            var first = PromptTrial(id: "t1", champion: "a", challenger: "b", share: 20, startedAt: Given.at(0))
            var second = PromptTrial(id: "t2", champion: "a", challenger: "c", share: 50, startedAt: Given.at(1))
            #expect(try await store.beginTrial(first))
            #expect(try await store.beginTrial(second) == false)
            #expect(try await store.trials(limit: 5) == [first])
            #expect(try await store.endTrial("t1", outcome: .promoted, now: Given.at(9)))
            #expect(try await store.endTrial("t1", outcome: .ended, now: Given.at(10)) == false)
            second.startedAt = Given.at(11)
            #expect(try await store.beginTrial(second))
            (first.endedAt, first.outcome) = (Given.at(9), .promoted)
            #expect(try await store.trials(limit: 5) == [second, first])
            #expect(try await store.trials(limit: 1) == [second])
        }
    }

    @Test("a lead always gets the same version, and the share of all leads that the trial asks for")
    func share() {
        let trial = PromptTrial(id: "t", champion: "a", challenger: "b", share: 20, startedAt: Given.at(0))
        let leads = (0..<10_000).map { ConversationID("l0k3\($0)") }
        let challenged = leads.count { trial.version(for: $0) == "b" }
        // Four standard deviations around 2,000.
        #expect((1_840...2_160).contains(challenged), "\(challenged)")
        #expect(leads.allSatisfy { trial.version(for: $0) == trial.version(for: $0) })
        var other = trial
        other.id = "t2"
        // Another trial draws anew: whoever was challenged before is not always challenged again.
        let both = leads.count { trial.version(for: $0) == "b" && other.version(for: $0) == "b" }
        #expect((300...500).contains(both), "\(both)")
    }
}
