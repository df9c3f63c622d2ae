import Conversation
import Foundation
import Storage
import Testing

@Suite("Every store: files that staff sends")
struct FileConformance {
    static func file(_ id: String = "f1", size: Int = 0) -> OutFile {
        OutFile(id: id, kind: .document, name: "proposta.pdf", mimeType: "application/pdf", size: size)
    }

    /// Whole, of so many parts.
    static func keep(_ store: any Store, _ id: String = "f1", parts: [Data] = [Data([0, 1, 0xFF])]) async throws
        -> OutFile
    {
        #expect(try await store.beginFile(file(id), of: Given.anaID, now: Given.at(10)))
        for (number, bytes) in parts.enumerated() {
            #expect(try await store.addFilePart(bytes, number: number, to: id))
        }
        let size = parts.reduce(0) { $0 + $1.count }
        #expect(try await store.finishFile(id, size: size))
        return file(id, size: size)
    }

    static func send(_ files: OutFile..., by who: String = "Rita", at time: Int64 = 100) -> StaffAct {
        StaffConformance.act(.send(files.map { .file($0, caption: nil) }), by: who, at: time)
    }

    @Test("every byte comes back, part by part", arguments: Engine.all)
    func bytes(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            let first = Data((0..<StoredFile.partBytes).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            let file = try await Self.keep(store, parts: [first, Data([0, 0x5C, 0x27, 0xFF])])
            let stored = try #require(try await store.file("f1"))
            #expect(stored.file == file && stored.isWhole && !stored.isUsed && stored.parts == 2)
            #expect(stored.conversation == Given.anaID && stored.upload == nil)
            #expect(try await store.filePart(0, of: "f1") == first)
            #expect(try await store.filePart(1, of: "f1") == Data([0, 0x5C, 0x27, 0xFF]))
            #expect(try await store.filePart(2, of: "f1") == nil)
            // What is whole stays as it is.
            #expect(try await !store.addFilePart(Data([1]), number: 2, to: "f1"))
            #expect(try await !store.finishFile("f1", size: 9))
        }
    }

    @Test("a message carries a whole file of its own conversation, and no two messages the same", arguments: Engine.all)
    func use(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            _ = try await store.accept([Given.message("r1", from: Given.rui, newID: Given.ruiID)])
            #expect(try await store.act(Self.send(Self.file("no"))) == .noFile("no"))
            #expect(try await store.beginFile(Self.file("half"), of: Given.anaID, now: Given.at(10)))
            #expect(try await store.act(Self.send(Self.file("half"))) == .noFile("half"))
            let file = try await Self.keep(store)
            let other = StaffAct(
                .send([.file(file, caption: nil)]),
                on: Given.ruiID,
                by: "Rita",
                at: Given.at(100),
                requestID: "other"
            )
            #expect(try await store.act(other) == .noFile("f1"))
            #expect(try await store.files(of: Given.anaID, after: nil, limit: 10).isEmpty)
            // Of two who send it at once one does.
            let outcomes = try await withThrowingTaskGroup(of: StaffOutcome.self) { group in
                for time in [100, 101] as [Int64] { group.addTask { try await store.act(Self.send(file, at: time)) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(outcomes.map { "\($0)" }) == ["done(withdrawn: 0)", "noFile(\"f1\")"])
            #expect(try await store.files(of: Given.anaID, after: nil, limit: 10).map(\.file) == [file])
            #expect(try await store.files(of: Given.anaID, after: "f1", limit: 10).isEmpty)
            // It isn't taken back any more.
            try await store.dropFile("f1")
            #expect(try await store.file("f1") != nil)
            let turn = try #require(try await store.claim(at: 300).first { $0.state.id == Given.anaID })
            #expect(turn.events.last?.event == .staff(.send([.file(file, caption: nil)], by: "Rita")))
            #expect(try await store.staffLog(StaffLogQuery()).map(\.detail) == ["document"])
        }
    }

    @Test("a refused act leaves its file free for another try", arguments: Engine.all)
    func refused(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            let file = try await Self.keep(store)
            let late = CustomerWindow.milliseconds
            #expect(try await store.act(Self.send(file, at: late)) == .windowClosed(since: Given.at(-500)))
            _ = try await store.act(StaffConformance.act(.takeOver, by: "João"))
            #expect(try await store.act(Self.send(file)) == .heldBy("João"))
            #expect(try await store.act(Self.send(file, by: "João")) == .done(withdrawn: 0))
        }
    }

    @Test("a template goes whether the window is open or not; beside a file it does not", arguments: Engine.all)
    func template(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            let file = try await Self.keep(store)
            let late = CustomerWindow.milliseconds + 1_000
            let template = OutMessage.Content.template(OutTemplate(name: "hello", language: "pt_PT"))
            let both = StaffConformance.act(.send([template, .file(file, caption: nil)]), at: late)
            #expect(try await store.act(both) == .windowClosed(since: Given.at(-500)))
            #expect(try await store.act(StaffConformance.act(.send([template]), at: late)) == .done(withdrawn: 0))
            #expect(try await store.staffLog(StaffLogQuery()).map(\.detail) == ["template hello"])
        }
    }

    @Test(
        "what no message names within a day is forgotten, and nobody can fill the disk with it",
        arguments: Engine.all
    )
    func unused(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            #expect(try await !store.beginFile(Self.file(), of: ConversationID("nobody"), now: Given.at(10)))
            _ = try await Self.keep(store, "old")
            let sent = try await Self.keep(store, "sent")
            _ = try await store.act(Self.send(sent))
            let day: Int64 = 86_400_000
            #expect(try await store.beginFile(Self.file("new"), of: Given.anaID, now: Given.at(day)))
            #expect(try await store.file("old") != nil)
            #expect(try await store.beginFile(Self.file("newer"), of: Given.anaID, now: Given.at(day + 11)))
            #expect(try await store.file("old") == nil)
            #expect(try await store.filePart(0, of: "old") == nil)
            #expect(try await store.filePart(0, of: "sent") != nil)
            #expect(try await !store.addFilePart(Data([1]), number: 0, to: "old"))
            // 1 GiB of parts, however small they are.
            for number in 0..<((1 << 30) / StoredFile.partBytes) {
                _ = try await store.addFilePart(Data([1]), number: number, to: "new")
            }
            #expect(try await !store.beginFile(Self.file("more"), of: Given.anaID, now: Given.at(day + 12)))
            try await store.dropFile("new")
            #expect(try await store.beginFile(Self.file("more"), of: Given.anaID, now: Given.at(day + 12)))
        }
    }

    @Test("an upload is remembered, and a sender that takes its time keeps its row", arguments: Engine.all)
    func upload(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["um"])
            _ = try await Self.keep(store)
            let upload = StoredFile.Upload(mediaID: "9001", channel: "1064", at: Given.at(50))
            try await store.keep(upload, of: "f1")
            #expect(try await store.file("f1")?.upload == upload)
            let row = try #require(try await store.take(at: 30, until: 1_000).first)
            #expect(try await !store.prolongSend(row.id, owner: "another", until: Given.at(90_000)))
            #expect(try await store.prolongSend(row.id, owner: "s", until: Given.at(90_000)))
            #expect(try await store.prolongSend(row.id, owner: "s", until: Given.at(2_000)))
            #expect(try await store.reconcile(now: Given.at(80_000), windowMilliseconds: 10).becameUncertain == 0)
            #expect(try await store.reconcile(now: Given.at(90_000), windowMilliseconds: 10).becameUncertain == 1)
            #expect(try await !store.prolongSend(row.id, owner: "s", until: Given.at(200_000)))
        }
    }

    @Test("who is forgotten takes all their files along", arguments: Engine.all)
    func erase(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            let sent = try await Self.keep(store, "sent")
            _ = try await store.act(Self.send(sent))
            _ = try await Self.keep(store, "unsent")
            let parts = try #require(try await store.erase(Given.anaID, by: "Rita", at: Given.at(200)))
            #expect(parts.first { $0.store == "files" }?.count == 2)
            #expect(try await store.file("sent") == nil)
            #expect(try await store.filePart(0, of: "sent") == nil)
            #expect(try await store.filePart(0, of: "unsent") == nil)
        }
    }
}
