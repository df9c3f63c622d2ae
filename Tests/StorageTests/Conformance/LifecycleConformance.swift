import Conversation
import Storage
import Testing

@Suite("Every store: lifecycle")
struct LifecycleConformance {
    @Test("closing and opening again keeps everything", arguments: Engine.all)
    func reopen(engine: Engine) async throws {
        let database = try await engine.make()
        defer { database.remove() }
        let first = try await database.open()
        try await first.answered(["1"])
        _ = try await first.accept([Given.message("m2", "Ainda aí?", at: 100)])
        let before = try await first.transcript(of: Given.anaID, after: 0, limit: 10)
        let lead = try await first.lead(Given.anaID)
        try await first.close()

        let second = try await database.open()
        #expect(try await second.transcript(of: Given.anaID, after: 0, limit: 10) == before)
        #expect(try await second.lead(Given.anaID) == lead)
        #expect(try await second.accept([Given.message("m2", at: 100)]) == [.duplicate])
        #expect(try await second.claim(at: 100).first?.texts == ["Ainda aí?"])
        #expect(try await second.take().map(\.id) == ["lead-ana-1-0"])
        try await second.close()
    }

    @Test("two processes on one database share it without taking the same work", arguments: Engine.all)
    func twoStores(engine: Engine) async throws {
        let database = try await engine.make()
        defer { database.remove() }
        let stores = [try await database.open(), try await database.open()]
        let ids = (0..<40).map { ConversationID("lead-\($0)") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, id) in ids.enumerated() {
                let address = Address(channel: "100", userID: "U\(index)", waID: nil)
                let message = Given.message("m\(index)", from: address, newID: id)
                // Both get every message, as after a redelivery.
                for store in stores { group.addTask { _ = try await store.accept([message]) } }
            }
            try await group.waitForAll()
        }
        let claimed = try await withThrowingTaskGroup(of: [ConversationID].self) { group in
            for index in 0..<8 {
                group.addTask { try await stores[index % 2].claim(owner: "w\(index)").map(\.state.id) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(claimed.count == 40 && Set(claimed) == Set(ids))
        for store in stores { try await store.close() }
    }

    @Test("ping succeeds while open; after closing every call says so", arguments: Engine.all)
    func closed(engine: Engine) async throws {
        let database = try await engine.make()
        defer { database.remove() }
        let store = try await database.open()
        try await store.ping()
        try await store.close()
        await #expect(throws: StoreError.closed) { try await store.ping() }
        await #expect(throws: StoreError.closed) { _ = try await store.accept([Given.message("m1")]) }
        await #expect(throws: StoreError.closed) { _ = try await store.lead(Given.anaID) }
        try await store.close()
    }

    @Test("a cancelled caller's message is kept all the same", arguments: Engine.all)
    func cancelled(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await store.accept([Given.message("m1")])
            }
            #expect(try await task.value == [.new(Given.anaID)])
            #expect(try await store.lead(Given.anaID) != nil)
        }
    }

    @Test("a call that fails doesn't hurt the calls that share its moment", arguments: Engine.all)
    func neighbours(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m")])
            // A new customer with an id that is taken can't be stored.
            let bad = Given.message("bad", from: Given.rui, newID: Given.anaID)
            let failed = try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<60 {
                    let good = Given.message("m\(index)", at: 1)
                    group.addTask {
                        do {
                            let answer = try await store.accept([index == 30 ? bad : good])
                            return answer != [.new(Given.anaID)]
                        } catch is StoreError {
                            return true
                        }
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(failed == 1)
            #expect(try await store.claim().first?.events.count == 60)
        }
    }

    @Test("a call that fails has changed nothing", arguments: Engine.all)
    func atomic(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m")])
            let bad = Given.message("bad", from: Given.rui, newID: Given.anaID)
            await #expect(throws: StoreError.self) { _ = try await store.accept([Given.message("m1", at: 1), bad]) }
            #expect(try await store.claim().first?.events.count == 1)
        }
    }
}
