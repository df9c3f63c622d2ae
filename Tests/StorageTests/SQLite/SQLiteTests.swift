import Conversation
import Foundation
import GRDB
import Testing

@testable import Storage

@Suite("SQLite")
struct SQLiteTests {
    private func withFile(_ body: (SQLiteFile) async throws -> Void) async throws {
        let file = try SQLiteFile()
        defer { file.remove() }
        try await body(file)
    }

    private func refusal(_ open: () throws -> SQLiteStore) -> String {
        do {
            _ = try open()
            return "opened"
        } catch {
            return "\(error)"
        }
    }

    @Test("WAL with synchronous=FULL is in force on the writer, after every opening")
    func pragmas() async throws {
        try await withFile { file in
            for _ in 0..<2 {
                let store = try SQLiteStore.open(path: file.path)
                let values = try await store.group.write { db in
                    try ["journal_mode", "synchronous", "busy_timeout"].map {
                        try String.fetchOne(db, sql: "PRAGMA \($0)") ?? ""
                    }
                }
                // 2 = FULL
                #expect(values == ["wal", "2", "5000"])
                try await store.close()
            }
        }
    }

    @Test("a full disk makes writes unavailable, keeps what was committed, and ends when there is room")
    func fullDisk() async throws {
        try await withFile { file in
            let store = try SQLiteStore.open(path: file.path)
            _ = try await store.accept([Given.message("m0")])
            func limitPages(_ sql: String) async throws {
                // Outside of a transaction, as the pragma wants it.
                try await store.pool.writeWithoutTransaction { db in _ = try Int.fetchOne(db, sql: sql) }
            }
            try await limitPages("PRAGMA max_page_count = 1")
            let big = Given.message("m1", String(repeating: "x", count: 500_000), at: 1)
            do {
                _ = try await store.accept([big])
                Issue.record("accepted on a full disk")
            } catch StoreError.unavailable(let reason) {
                #expect(reason.contains("full"))
            }
            try await limitPages("PRAGMA max_page_count = 1000000")
            #expect(try await store.accept([Given.message("m0"), big]) == [.duplicate, .new(Given.anaID)])
            try await store.close()
        }
    }

    @Test("a lock held by another process makes writes unavailable after the time-out, for all waiting at once")
    func locked() async throws {
        try await withFile { file in
            let store = try SQLiteStore.open(path: file.path, options: .init(busySeconds: 0.01))
            var configuration = Configuration()
            configuration.allowsUnsafeTransactions = true
            let other = try DatabaseQueue(path: file.path, configuration: configuration)
            try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
            let refused = try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<20 {
                    group.addTask {
                        do {
                            _ = try await store.accept([Given.message("m\(index)")])
                            return false
                        } catch StoreError.unavailable {
                            return true
                        }
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(refused == 20)
            #expect(try await store.counts().leads == 0, "reading goes on")
            try other.inDatabase { try $0.execute(sql: "ROLLBACK") }
            #expect(try await store.accept([Given.message("m1")]) == [.new(Given.anaID)])
            try await store.close()
        }
    }

    @Test("the queue of writes is bounded: what it refuses is not written, the rest is")
    func boundedQueue() async throws {
        try await withFile { file in
            let queue = try DatabaseQueue(path: file.path)
            try queue.inDatabase { try $0.execute(sql: "CREATE TABLE t (x INTEGER)") }
            let limits = GroupCommit.Limits(itemsWaitingMax: 50, itemsPerBatchMax: 100, jobsPerBatchMax: 10)
            let group = GroupCommit(writer: queue, limits: limits)
            let gate = DispatchSemaphore(value: 0)
            let outcomes = try await withThrowingTaskGroup(of: String.self) { tasks in
                queue.asyncWriteWithoutTransaction { _ in gate.wait() }
                for index in 0..<60 {
                    tasks.addTask {
                        do {
                            return try await group.write { db in
                                try db.execute(sql: "INSERT INTO t VALUES (?)", arguments: [index])
                                return "written"
                            }
                        } catch StoreError.overloaded {
                            return "overloaded"
                        }
                    }
                }
                // The first to be answered are those that find the queue full.
                var outcomes: [String] = []
                for _ in 0..<10 { outcomes.append(try await tasks.next() ?? "") }
                gate.signal()
                for try await outcome in tasks { outcomes.append(outcome) }
                return outcomes
            }
            #expect(outcomes.prefix(10).allSatisfy { $0 == "overloaded" })
            #expect(outcomes.suffix(50).allSatisfy { $0 == "written" })
            #expect(try await queue.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM t") } == 50)
        }
    }

    @Test("two processes may open and migrate a new file at once")
    func migrateTogether() async throws {
        try await withFile { file in
            let stores = try await withThrowingTaskGroup(of: SQLiteStore.self) { group in
                for _ in 0..<4 { group.addTask { try SQLiteStore.open(path: file.path) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(stores.count == 4)
            for store in stores {
                try await store.ping()
                try await store.close()
            }
        }
    }

    @Test("what can't be opened is refused with words that help")
    func refusals() async throws {
        try await withFile { file in
            let folder = file.folder.path
            #expect(refusal { try .open(path: folder + "/none/x.sqlite") }.contains("does not exist"))
            #expect(refusal { try .open(path: folder) }.contains("is a folder"))
            #expect(refusal { try .open(path: file.path, options: .init(migrates: false)) }.contains("crset migrate"))

            try Data(String(repeating: "no database ", count: 500).utf8).write(
                to: URL(fileURLWithPath: folder + "/text")
            )
            #expect(refusal { try .open(path: folder + "/text") }.contains("not an SQLite database"))

            let empty = try DatabaseQueue(path: folder + "/empty")
            try empty.inDatabase { try $0.execute(sql: "CREATE TABLE other (x INTEGER)") }
            #expect(
                refusal { try .open(path: folder + "/empty", options: .init(migrates: false)) }.contains(
                    "crset migrate"
                )
            )

            let newer = try SQLiteStore.open(path: file.path)
            try await newer.pool.write { db in
                try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 from the future')")
            }
            try await newer.close()
            #expect(refusal { try .open(path: file.path) }.contains("newer CRSET"))
        }
    }

    @Test("a conversation that can't be read doesn't stand in the way of the others")
    func unreadable() async throws {
        try await withFile { file in
            let store = try SQLiteStore.open(path: file.path)
            _ = try await store.accept([
                Given.message("m1"), Given.message("m2", from: Given.rui, newID: Given.ruiID, at: 1),
            ])
            _ = try await store.group.write {
                try $0.run("UPDATE conversations SET state = '{}' WHERE id = 'lead-ana'")
            }
            #expect(try await store.claim().map(\.state.id) == [Given.ruiID])
            try await store.close()
        }
    }

    @Test(
        "phone numbers are read as people write them",
        arguments: [
            ("+351 910-000-001", "351910000001", true, nil), ("00351910000001", "351910000001", true, nil),
            ("0910 000 001", "0910000001", false, "910000001"),
            ("(11) 98765.4321", "11987654321", false, "11987654321"),
        ] as [(String, String, Bool, String?)]
    )
    func phones(text: String, digits: String, isInternational: Bool, suffix: String?) throws {
        let phone = try #require(PhoneReference(text))
        #expect(phone.digits == digits && phone.isInternational == isInternational && phone.suffix == suffix)
    }

    @Test("what is no phone number isn't taken for one", arguments: ["", "12345", "abc123456", "12+3456789", "+"])
    func noPhones(text: String) {
        #expect(PhoneReference(text) == nil)
    }
}
