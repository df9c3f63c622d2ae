import Conversation
import Dispatch
import TestSupport
import Testing

@testable import Storage

@Suite("Postgres in trouble")
struct PostgresTroubleTests {
    @Test("a turn of a dead process that somebody holds at that moment is freed with the next beat")
    func lockedWhileFreed() async throws {
        let database = try await PostgresDatabase()
        let store = try await database.connect()
        let other = try await database.connect()
        _ = try await store.beat("dead", now: Given.at(0), windowMilliseconds: 500)
        _ = try await store.accept([Given.message("m1")])
        #expect(try await store.claim(owner: "dead", at: 10, until: 900_000).count == 1)

        let (locked, lock) = AsyncStream.makeStream(of: Void.self)
        let gate = DispatchSemaphore(value: 0)
        async let holding: Void = other.pool.write { transaction in
            _ = try transaction.db.rows("SELECT id FROM conversations FOR UPDATE")
            lock.finish()
            gate.wait()
        }
        for await _ in locked {}
        let late = Pulse.silence + 1
        #expect(try await store.beat("b", now: Given.at(late), windowMilliseconds: 500).freed == 0)
        gate.signal()
        try await holding
        #expect(try await store.beat("b", now: Given.at(late + 1), windowMilliseconds: 500).freed == 1)
        #expect(try await store.claim(owner: "b", at: late + 2).count == 1)
        try await store.close()
        try await other.close()
    }

    @Test("where the server gives fewer connections than the pool may have, those do the work, and no call fails")
    func fewConnections() async throws {
        let database = try await PostgresDatabase()
        let admin = try await database.connect()
        let role = "few_\(database.schema)"
        try await admin.pool.write { transaction in
            try transaction.db.run("CREATE ROLE \(role) LOGIN CONNECTION LIMIT 3")
            try transaction.db.run("GRANT CREATE ON DATABASE postgres TO \(role)")
        }
        let store = try await PostgresStore.open(
            url: database.server.url.replacing("crset@", with: "\(role)@"),
            options: PostgresStore.Options(schema: role, connectionsMax: 8)
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let address = Address(channel: "100", userID: "u\(number)", waID: nil)
                    let id = ConversationID("c\(number)")
                    _ = try await store.accept([Given.message("m\(number)", from: address, newID: id)])
                    #expect(try await store.lead(id) != nil)
                }
            }
            try await group.waitForAll()
        }
        try await store.close()
        try await admin.close()
    }
}
