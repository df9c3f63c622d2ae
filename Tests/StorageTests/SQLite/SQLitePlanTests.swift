import Conversation
import GRDB
import Synchronization
import Testing

@testable import Storage

@Suite("SQLite: query plans")
struct SQLitePlanTests {
    /// The tables that grow with what is stored.
    private static let growing = ["conversations", "identities", "journal", "outbox"]

    @Test("no statement on the way of a message reads a whole table, so that cost doesn't grow with what is stored")
    func noScans() async throws {
        let file = try SQLiteFile()
        defer { file.remove() }
        let store = try SQLiteStore.open(path: file.path)
        let statements = Statements()
        try await store.pool.writeWithoutTransaction { db in db.trace { statements.add("\($0)") } }
        // Reads that follow each other use the same connection.
        try await store.pool.read { db in db.trace { statements.add("\($0)") } }
        try await passMessage(through: store)
        try await store.pool.writeWithoutTransaction { $0.trace() }
        try await store.pool.read { $0.trace() }
        let all = statements.all
        #expect(all.count > 30)
        for sql in all {
            let plan = try await store.pool.read { db in
                let explain = try db.makeStatement(sql: "EXPLAIN QUERY PLAN \(sql)")
                // Whatever the values, the plan is the same.
                explain.setUncheckedArguments([])
                return try Row.fetchAll(explain).map { $0["detail"] as String }
            }
            for line in plan where Self.growing.contains(where: { line == "SCAN \($0)" }) {
                Issue.record("\(line): \(sql)")
            }
        }
        try await store.close()
    }

    /// Everything that happens again and again while a service runs, and when it starts.
    private func passMessage(through store: SQLiteStore) async throws {
        try await store.releaseAllClaims(now: Given.at(0), windowMilliseconds: 60_000)
        _ = try await store.beat("a", now: Given.at(0), windowMilliseconds: 60_000)
        try await store.answered(["1", "2"])
        _ = try await store.accept([
            Given.message("m2", at: 20), Given.message("m3", from: Given.rui, newID: Given.ruiID, at: 20),
        ])
        _ = try await store.take()
        try await store.finish("lead-ana-1-0", .accepted(messageID: "wamid.1"))
        _ = try await store.accept([
            Arrival(
                outsideID: "status:1",
                receivedAt: Given.at(40),
                content: .status(
                    StatusReport(
                        state: .delivered,
                        messageID: "wamid.1",
                        outboxID: "lead-ana-1-0",
                        at: Given.at(40)
                    )
                )
            )
        ])
        for turn in try await store.claim(at: 60_000, until: 90_000) {
            _ = try await store.history(of: turn.state.id, through: 100, limit: 60)
            try await store.abandonTurn(turn.state.id, owner: "a", retryAt: Given.at(60_000))
        }
        _ = try await store.releaseTurns(claimedBy: "a", besides: [])
        _ = try await store.releaseSends(
            claimedBy: "a",
            besides: [],
            of: [],
            leaseEndsBefore: Given.at(60_000),
            now: Given.at(60_000)
        )
        _ = try await store.reconcile(now: Given.at(90_000), windowMilliseconds: 60_000)
        _ = try await store.beat("b", now: Given.at(200_000), windowMilliseconds: 60_000)
        _ = try await store.nextWake()
        _ = try await store.counts(atMost: 1_000)
        try await store.ping()
    }

    private final class Statements: Sendable {
        private let seen = Mutex<Set<String>>([])
        /// Reading and changing; what begins and ends transactions has no plan.
        var all: [String] {
            seen.withLock { seen in
                seen.filter { sql in ["SELECT", "INSERT", "UPDATE", "DELETE"].contains { sql.hasPrefix($0) } }.sorted()
            }
        }
        func add(_ sql: String) { seen.withLock { _ = $0.insert(sql) } }
    }
}
