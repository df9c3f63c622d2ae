import Conversation
import Foundation
import Storage
import Testing

@Suite("SQLite: backup and restore")
struct SQLiteBackupTests {
    @Test("a copy made while somebody writes is whole, and goes back with what may have been sent held for a person")
    func roundTrip() async throws {
        let file = try SQLiteFile()
        defer { file.remove() }
        let copy = file.folder.appendingPathComponent("copy.sqlite").path
        let store = try await file.open()
        try await store.answered(["um", "dois"])
        async let writing: Void = {
            for index in 0..<50 { _ = try await store.accept([Given.message("w\(index)", at: Int64(1_000 + index))]) }
        }()
        let report = try await SQLiteBackup.write(from: file.path, to: copy)
        try await writing
        #expect(report.leads == 1 && report.open == 2 && report.lines >= 3)
        await #expect(throws: StoreError.self) { try await SQLiteBackup.write(from: file.path, to: copy) }
        _ = try await store.accept([Given.message("r1", from: Given.rui, newID: Given.ruiID, at: 2_000)])
        try await store.close()

        let former = file.folder.appendingPathComponent("former").path
        let done = try await SQLiteBackup.restore(
            from: copy,
            to: file.path,
            keepingAs: former,
            nowMilliseconds: Given.at(9_000).milliseconds
        )
        #expect(done.held == 2 && done.former == former)
        let restored = try await file.open()
        #expect(try await restored.lead(Given.ruiID) == nil)
        #expect(try await restored.take(at: 900_000).isEmpty)
        let letters = try await restored.deadLetters(DeadLetterQuery())
        #expect(letters.count == 2 && letters.allSatisfy { $0.code == "restored" && $0.mayHaveArrived })
        try await restored.close()
        #expect(try await SQLiteBackup.verify(former).leads == 2)
    }

    @Test(
        "what is damaged, cut off or something else is refused, and the database stays",
        arguments: ["cut", "bits", "text"]
    )
    func damaged(kind: String) async throws {
        let file = try SQLiteFile()
        defer { file.remove() }
        let copy = file.folder.appendingPathComponent("copy.sqlite").path
        let store = try await file.open()
        for index in 0..<200 {
            _ = try await store.accept([Given.message("w\(index)", String(repeating: "x", count: 500))])
        }
        try await store.close()
        _ = try await SQLiteBackup.write(from: file.path, to: copy)
        var data = try Data(contentsOf: URL(fileURLWithPath: copy))
        switch kind {
        case "cut": data = data.prefix(data.count / 2)
        case "bits": for index in stride(from: 8_192, to: data.count, by: 97) { data[index] ^= 0x5A }
        default: data = Data("not a database, but long enough to look like one".utf8)
        }
        try data.write(to: URL(fileURLWithPath: copy))
        let before = try Data(contentsOf: URL(fileURLWithPath: file.path))
        await #expect(throws: (any Error).self) {
            try await SQLiteBackup.restore(from: copy, to: file.path, keepingAs: file.path + ".f", nowMilliseconds: 1)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: file.path)) == before)
    }
}
