import Conversation
import GRDB
import Testing

@testable import Storage

@Suite("Every store: dead letters")
struct DeadLetterConformance {
    private static let link = OutboxTask.deactivateLink(
        PaymentLink(id: "plink_1", url: "https://buy.stripe.com/1"),
        "offer-1"
    )

    /// Three messages and a link, of which the first message and the link are dead.
    private static func fill(_ store: any Store) async throws {
        try await store.answered(["1", "2", "3"], tasks: [link])
        _ = try await store.take()
        try await store.finish("lead-ana-1-0", .failed(.dead, code: "131026", reason: "not on WhatsApp"), at: 40)
        try await store.finish("lead-ana-1-3", .failed(.dead, code: "resource_missing", reason: "gone"), at: 50)
    }

    private static func retry(
        _ store: any Store,
        _ id: String,
        evenTwice: Bool = false,
        at time: Int64 = 1_000
    ) async throws -> DeadLetterRetry {
        let letter = try #require(try await store.deadLetters(matching: id, limit: 1).first)
        return try await store.retry(letter, by: "Rita", evenTwice: evenTwice, now: Given.at(time))
    }

    // MARK: Messages and links

    @Test(
        "a dead letter tells what was to be done, for whom, what went wrong and what came after",
        arguments: Engine.all
    )
    func record(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await Self.fill(store)
            let letters = try await store.deadLetters(DeadLetterQuery())
            #expect(letters.map(\.id) == ["lead-ana-1-3", "lead-ana-1-0"])
            #expect(letters.map(\.kind) == [.link, .message])
            #expect(letters[0].task == Self.link)
            let message = letters[1]
            #expect(message.task == .message(OutMessage(.text("1"))))
            #expect(message.conversation == Given.anaID && message.address == Given.ana)
            #expect(message.since == Given.at(40) && message.createdAt == Given.at(20))
            #expect(
                message.history
                    == [.init(at: Given.at(40), attempt: 1, code: "131026", reason: "not on WhatsApp")]
            )
            #expect(message.attempts == 1 && message.writtenSince == 2 && !message.mayHaveArrived)
            #expect(message.dropped == nil)
        }
    }

    @Test("they are listed newest first, by kind, code and page", arguments: Engine.all)
    func list(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await Self.fill(store)
            _ = try await store.accept([
                Arrival(outsideID: "wa:odd", receivedAt: Given.at(45), content: .unmatched(reason: "?"), raw: "a\0b")
            ])
            func ids(_ query: DeadLetterQuery) async throws -> [String] { try await store.deadLetters(query).map(\.id) }
            #expect(try await ids(DeadLetterQuery(kinds: [.message])) == ["lead-ana-1-0"])
            #expect(try await ids(DeadLetterQuery(code: "resource_missing")) == ["lead-ana-1-3"])
            #expect(try await ids(DeadLetterQuery(code: "none")).isEmpty)
            #expect(try await ids(DeadLetterQuery(areDropped: true)).isEmpty)
            let all = Set(DeadLetter.Kind.allCases)
            let expected = ["lead-ana-1-3", "wa:odd", "lead-ana-1-0"]
            var query = DeadLetterQuery(kinds: all, limit: 1)
            var found: [String] = []
            while let letter = try await store.deadLetters(query).first {
                found.append(letter.id)
                query.after = letter
            }
            #expect(found == expected)
            let item = try #require(try await store.deadLetters(DeadLetterQuery(kinds: [.item])).first)
            #expect(item.raw == "a\0b" && item.reason == "?" && item.conversation == nil)
        }
    }

    @Test("a reference means dead letters by id or prefix, and nothing else", arguments: Engine.all)
    func references(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await Self.fill(store)
            func ids(_ text: String) async throws -> Set<String> {
                Set(try await store.deadLetters(matching: text, limit: 5).map(\.id))
            }
            #expect(try await ids("lead-ana-1-0") == ["lead-ana-1-0"])
            #expect(try await ids("lead-a") == ["lead-ana-1-0", "lead-ana-1-3"])
            #expect(try await ids("lead-ana-1-1").isEmpty)
            #expect(try await ids("%").isEmpty)
            #expect(try await ids("").isEmpty)
        }
    }

    @Test("a retried message goes before what waits behind it, with all its tries again", arguments: Engine.all)
    func retryKeepsPlace(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await Self.fill(store)
            #expect(try await Self.retry(store, "lead-ana-1-0") == .done)
            #expect(try await Self.retry(store, "lead-ana-1-3") == .done)
            #expect(try await store.counts().deadLetters == 0)
            let rows = try await store.take(at: 1_000)
            #expect(Set(rows.map(\.id)) == ["lead-ana-1-0", "lead-ana-1-3"])
            // The horizon counts from the retry.
            #expect(rows.allSatisfy { $0.attempt == 1 && $0.createdAt == Given.at(1_000) })
            try await store.finish("lead-ana-1-0", .accepted(messageID: "wamid.0"), at: 1_010)
            // Parts of one answer may wait for each other for a moment.
            #expect(try await store.take(at: 9_000).map(\.id) == ["lead-ana-1-1"])
        }
    }

    @Test("a second death is a dead letter again, with the whole history", arguments: Engine.all)
    func dieAgain(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await Self.fill(store)
            #expect(try await Self.retry(store, "lead-ana-1-0") == .done)
            _ = try await store.take(at: 1_000)
            try await store.finish("lead-ana-1-0", .failed(.dead, code: "131031", reason: "locked"), at: 1_010)
            let letter = try #require(try await store.deadLetters(DeadLetterQuery(kinds: [.message])).first)
            #expect(letter.history.map(\.code) == ["131026", "retried", "131031"])
            // What was before the retry counts no more.
            #expect(try await Self.retry(store, "lead-ana-1-0") == .done)
            let again = try await store.take(at: 2_000).first { $0.id == "lead-ana-1-0" }
            #expect(again?.failures == [:])
            try await store.finish(
                "lead-ana-1-0",
                .failed(.retry(at: Given.at(2_020)), code: "4", reason: ""),
                at: 2_010
            )
            let next = try await store.take(at: 2_020).first { $0.id == "lead-ana-1-0" }
            #expect(next?.failures == ["4": 1])
            try await store.finish("lead-ana-1-0", .failed(.dead, code: "131031", reason: "locked"), at: 2_030)
            #expect(letter.history[1].reason == "by Rita")
            #expect(letter.code == "131031" && !letter.mayHaveArrived)
        }
    }

    @Test("what a status proved delivered is no dead letter, and is never sent again", arguments: Engine.all)
    func delivered(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["1"])
            _ = try await store.take()
            try await store.finish("lead-ana-1-0", .failed(.dead, code: "timeout", reason: "no answer"))
            let seen = try #require(try await store.deadLetters(DeadLetterQuery()).first)
            _ = try await store.accept([Given.status(.delivered, row: "lead-ana-1-0", at: 500)])
            #expect(try await store.deadLetters(DeadLetterQuery()).isEmpty)
            // Somebody looked before the status came.
            #expect(try await store.retry(seen, by: "Rita", evenTwice: true, now: Given.at(600)) == .gone)
            #expect(try await store.drop(seen, by: "Rita", now: Given.at(600)) == false)
            #expect(try await store.sendStates() == [.sent])
            #expect(try await store.take(at: 100_000).isEmpty)
        }
    }

    @Test("a message whose fate is uncertain is sent again only on explicit wish", arguments: Engine.all)
    func uncertain(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["1"])
            _ = try await store.take()
            try await store.finish(
                "lead-ana-1-0",
                .failed(.unknown(until: Given.at(100)), code: "132", reason: "odd"),
                at: 40
            )
            _ = try await store.reconcile(now: Given.at(100), windowMilliseconds: 500)
            _ = try await store.take(at: 100)
            try await store.finish("lead-ana-1-0", .failed(.dead, code: "131026", reason: "never"), at: 110)
            #expect(try await store.deadLetters(DeadLetterQuery()).map(\.mayHaveArrived) == [true])
            #expect(try await Self.retry(store, "lead-ana-1-0") == .mayHaveArrived)
            #expect(try await store.take(at: 1_000).isEmpty)
            #expect(try await Self.retry(store, "lead-ana-1-0", evenTwice: true) == .done)
            #expect(try await store.take(at: 1_000).map(\.id) == ["lead-ana-1-0"])
        }
    }

    @Test("a try whose sender died counts as uncertain, too", arguments: Engine.all)
    func lostSender(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["1"])
            _ = try await store.take(until: 100)
            _ = try await store.reconcile(now: Given.at(100), windowMilliseconds: 50)
            _ = try await store.reconcile(now: Given.at(150), windowMilliseconds: 50)
            _ = try await store.take(at: 150)
            try await store.finish("lead-ana-1-0", .failed(.dead, code: "131026", reason: "never"), at: 160)
            #expect(try await store.deadLetters(DeadLetterQuery()).map(\.mayHaveArrived) == [true])
        }
    }

    @Test("the bot's message is not retried after an opt-out or under a person's hands", arguments: Engine.all)
    func muted(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await Self.fill(store)
            _ = try await store.accept([Given.message("m2", "STOP", at: 100)])
            var commit = try #require(try await store.claim(at: 110).first).commit(at: 120)
            commit.state.stage = .optedOut(at: Given.at(110), before: .new)
            _ = try await store.commit(commit)
            #expect(try await Self.retry(store, "lead-ana-1-0") == .muted(.optedOut))
            // A link says nothing to anybody.
            #expect(try await Self.retry(store, "lead-ana-1-3") == .done)
        }
    }

    @Test("what is dropped waits no more and counts no more, but who dropped it stays", arguments: Engine.all)
    func drop(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await Self.fill(store)
            _ = try await store.accept([
                Arrival(outsideID: "wa:odd", receivedAt: Given.at(45), content: .unmatched(reason: "?"))
            ])
            let all = Set(DeadLetter.Kind.allCases)
            for letter in try await store.deadLetters(DeadLetterQuery(kinds: all)) {
                #expect(try await store.drop(letter, by: "Rita", now: Given.at(900)))
                #expect(try await store.drop(letter, by: "Rui", now: Given.at(901)) == false)
                #expect(try await store.retry(letter, by: "Rui", evenTwice: true, now: Given.at(902)) != .done)
            }
            #expect(try await store.deadLetters(DeadLetterQuery(kinds: all)).isEmpty)
            let counts = try await store.counts()
            #expect(counts.deadLetters == 0 && counts.unmatched == 0)
            let dropped = try await store.deadLetters(DeadLetterQuery(kinds: all, areDropped: true))
            #expect(dropped.count == 3)
            #expect(dropped.allSatisfy { $0.dropped == .init(at: Given.at(900), by: "Rita") })
        }
    }

    @Test(
        "a task that can't be read is tried for a while, then it is a dead letter and holds nothing up",
        arguments: Engine.all
    )
    func unreadableTask(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["1", "2"])
            try await store.runSQL("UPDATE outbox SET task = '{\"future\":{}}' WHERE id = 'lead-ana-1-0'")
            var now: Int64 = 30
            for _ in 0..<StoreLimits.turnFaultsMax {
                #expect(try await store.take(at: now).isEmpty)
                now += 300_000
            }
            #expect(try await store.take(at: now).map(\.id) == ["lead-ana-1-1"])
            let letter = try #require(try await store.deadLetters(DeadLetterQuery()).first)
            #expect(letter.id == "lead-ana-1-0" && letter.code == "unreadable_task" && letter.task == nil)
            #expect(try await Self.retry(store, letter.id) == .useless)
        }
    }
}

extension Store {
    /// Behind the store's back.
    func runSQL(_ sql: String) async throws {
        switch self {
        case let store as SQLiteStore: try await store.group.write { try $0.execute(sql: sql) }
        case let store as PostgresStore: _ = try await store.pool.write { try $0.db.run(sql) }
        default: Issue.record("an engine that takes no SQL")
        }
    }
}
