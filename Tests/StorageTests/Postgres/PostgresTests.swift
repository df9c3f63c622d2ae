import Conversation
import Foundation
import TestSupport
import Testing

@testable import Storage

@Suite("Postgres")
struct PostgresTests {
    private func withDatabase(_ body: (PostgresDatabase) async throws -> Void) async throws {
        try await body(try await PostgresDatabase())
    }

    private func refusal(_ database: PostgresDatabase, migrates: Bool = true) async -> String {
        do {
            try await database.connect(migrates: migrates).close()
            return "opened"
        } catch {
            return "\(error)"
        }
    }

    /// Runs SQL as the owner of everything.
    private func run(_ sql: String, on store: PostgresStore) async throws -> [[String?]] {
        try await store.pool.write { transaction in
            try transaction.db.rows(sql).map { row in (0..<2).map { row.optional($0) } }
        }
    }

    @Test("the session's settings are in force, whatever the database's are")
    func settings() async throws {
        try await withDatabase { database in
            let store = try await database.connect()
            let values = try await run(
                "SELECT current_setting('synchronous_commit'), current_setting('statement_timeout')",
                on: store
            )
            #expect(values == [["on", "30s"]])
            try await store.close()
        }
    }

    @Test("concurrent accepts of one id on two stores give one, and every other answer says duplicate")
    func oneOfMany() async throws {
        try await withDatabase { database in
            let stores = [try await database.connect(), try await database.connect()]
            let answers = try await withThrowingTaskGroup(of: [Acceptance].self) { group in
                for index in 0..<80 {
                    let message = Given.message("m\(index / 8)", newID: ConversationID("lead-\(index)"))
                    group.addTask { try await stores[index % 2].accept([message]) }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(answers.filter { $0 == .duplicate }.count == 70)
            #expect(try await stores[0].counts().leads == 1)
            #expect(try await stores[1].claim().first?.events.count == 10)
            for store in stores { try await store.close() }
        }
    }

    @Test("two stores send each message once, in order, and no transaction waits for another in a circle")
    func sharedWork() async throws {
        try await withDatabase { database in
            let stores = [try await database.connect(), try await database.connect()]
            let leads = 12
            // Each call touches every customer, each in an order of its own.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for round in 0..<10 {
                    let arrivals = (0..<leads).map { number -> Arrival in
                        let lead = (number * 5 + round) % leads
                        return Given.message(
                            "m\(round)-\(lead)",
                            from: Address(channel: "100", userID: "U\(lead)", waID: "35191\(lead)"),
                            newID: ConversationID("lead-\(lead)-\(round)")
                        )
                    }
                    group.addTask { _ = try await stores[round % 2].accept(arrivals) }
                }
                try await group.waitForAll()
            }
            #expect(try await stores[0].counts().leads == leads)
            let sent = try await withThrowingTaskGroup(of: [String].self) { group in
                for worker in 0..<4 {
                    let store = stores[worker % 2]
                    group.addTask {
                        for turn in try await store.claim(owner: "w\(worker)", limit: 5) {
                            var commit = turn.commit(owner: "w\(worker)")
                            commit.messages = [Given.text("1"), Given.text("2")]
                            _ = try await store.commit(commit)
                        }
                        var sent: [String] = []
                        for _ in 0..<20 {
                            let rows = try await store.take(owner: "w\(worker)")
                            try await store.record(
                                rows.map {
                                    SendResult(row: $0.id, owner: "w\(worker)", outcome: .accepted(messageID: $0.id))
                                },
                                now: Given.at(50)
                            )
                            sent += rows.map(\.id)
                        }
                        return sent
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            let rest = try await stores[0].take(limit: 100).map(\.id)
            #expect(sent.count == Set(sent).count && Set(sent).isDisjoint(with: rest))
            for store in stores { try await store.close() }
        }
    }

    @Test("a server that dies makes calls unavailable; after its return everything committed is there")
    func serverDies() async throws {
        let server = try await PostgresServer.make()
        let store = try await PostgresStore.open(url: server.url, options: .init(backoffMillisecondsMax: 0))
        #expect(try await store.accept([Given.message("m1")]) == [.new(Given.anaID)])
        try await server.kill()
        for attempt in 0..<3 {
            do {
                _ = try await store.accept([Given.message("m2-\(attempt)", at: 1)])
                Issue.record("accepted without a server")
            } catch StoreError.unavailable {}
        }
        try await server.start()
        #expect(
            try await store.accept([Given.message("m1"), Given.message("m3", at: 2)]) == [
                .duplicate, .new(Given.anaID),
            ]
        )
        #expect(try await store.claim().first?.events.count == 2)
        try await store.close()
    }

    @Test("connections that a restart broke while they were idle are replaced without an error")
    func restart() async throws {
        let server = try await PostgresServer.make()
        let store = try await PostgresStore.open(url: server.url)
        try await store.ping()
        try await server.kill()
        try await server.start()
        try await store.ping()
        try await store.close()
    }

    @Test("row level security shows nothing to another role, even to one that may read every table")
    func rowLevelSecurity() async throws {
        try await withDatabase { database in
            let store = try await database.connect()
            try await store.answered(["1"])
            let role = database.schema + "_web"
            let tables = try await run(
                "SELECT relname, relrowsecurity::text FROM pg_class WHERE relkind = 'r' AND relnamespace = "
                    + "'\(database.schema)'::regnamespace",
                on: store
            )
            #expect(tables.count >= 9 && tables.allSatisfy { $0[1] == "true" })
            let seen = try await store.pool.write { transaction in
                try transaction.db.script(
                    """
                    CREATE ROLE \(role); GRANT USAGE ON SCHEMA \(database.schema) TO \(role);
                    GRANT ALL ON ALL TABLES IN SCHEMA \(database.schema) TO \(role);
                    SET LOCAL ROLE \(role);
                    """
                )
                return try tables.map { table in
                    try transaction.db.rows("SELECT COUNT(*) FROM \(table[0] ?? "")").first?.integer(0)
                }
            }
            #expect(seen.allSatisfy { $0 == 0 })
            try await store.close()
        }
    }

    @Test("work that one store leaves wakes the others, and not itself")
    func wakes() async throws {
        try await withDatabase { database in
            let stores = [try await database.connect(), try await database.connect()]
            var wakes = stores[1].wakeUps().makeAsyncIterator()
            // The first two say that it listens by now.
            #expect(await wakes.next() == .turns)
            #expect(await wakes.next() == .outbox)
            _ = try await stores[0].accept([Given.message("m1")])
            #expect(await wakes.next() == .turns)
            var commit = try #require(try await stores[0].claim().first).commit()
            commit.messages = [Given.text("1")]
            _ = try await stores[0].commit(commit)
            #expect(await wakes.next() == .outbox)
            // Its own work says nothing; the other's does.
            _ = try await stores[1].accept([Given.message("m2", at: 50)])
            try await stores[0].finish("lead-ana-1-0", .accepted(messageID: "wamid.0"))
            #expect(await wakes.next() == .outbox)
            for store in stores { try await store.close() }
            #expect(await wakes.next() == nil)
        }
    }

    @Test("two installations in one database don't wait for each other's customers")
    func neighbours() async throws {
        try await withDatabase { database in
            let store = try await database.connect()
            let neighbour = try await PostgresDatabase().connect()
            let (held, holds) = AsyncStream.makeStream(of: Void.self)
            let mayEnd = DispatchSemaphore(value: 0)
            async let holding: Void = store.pool.write { transaction in
                var needs = PostgresNeeds()
                needs.addresses = [Given.ana]
                try transaction.load(needs)
                holds.yield()
                _ = mayEnd.wait(timeout: .now() + 60)
            }
            for await _ in held { break }
            let answer = await Task { try await neighbour.accept([Given.message("m1")]) }.result
            mayEnd.signal()
            try await holding
            #expect(try answer.get() == [.new(Given.anaID)])
            for store in [store, neighbour] { try await store.close() }
        }
    }

    @Test("two processes may open and migrate a new database at once")
    func migrateTogether() async throws {
        try await withDatabase { database in
            let stores = try await withThrowingTaskGroup(of: PostgresStore.self) { group in
                for _ in 0..<4 { group.addTask { try await database.connect() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for store in stores {
                try await store.ping()
                try await store.close()
            }
        }
    }

    @Test("what can't be opened is refused with words that help")
    func refusals() async throws {
        try await withDatabase { database in
            #expect(await refusal(database, migrates: false).contains("crset migrate"))
            let store = try await database.connect()
            _ = try await run("INSERT INTO schema_versions (version, name) VALUES (99, 'future')", on: store)
            try await store.close()
            #expect(await refusal(database).contains("newer CRSET"))
            await #expect(throws: StoreError.self) {
                _ = try await PostgresStore.open(url: "postgres://x@/none?host=/nowhere")
            }
        }
    }

    @Test("a conversation that can't be read doesn't stand in the way of the others")
    func unreadable() async throws {
        try await withDatabase { database in
            let store = try await database.connect()
            _ = try await store.accept([
                Given.message("m1"), Given.message("m2", from: Given.rui, newID: Given.ruiID, at: 1),
            ])
            _ = try await run("UPDATE conversations SET state = '{}' WHERE id = 'lead-ana'", on: store)
            #expect(try await store.claim().map(\.state.id) == [Given.ruiID])
            try await store.close()
        }
    }

    @Test("a NUL in an outside id or a name costs nobody anything")
    func nul() async throws {
        try await withDatabase { database in
            let store = try await database.connect()
            let odd = Given.message("m\0", from: Address(channel: "100", userID: "U\0", waID: nil), newID: Given.ruiID)
            #expect(try await store.accept([odd, Given.message("m1")]) == [.new(Given.ruiID), .new(Given.anaID)])
            #expect(try await store.accept([odd]) == [.duplicate])
            try await store.close()
        }
    }
}
