import Conversation
import Foundation
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Sandbox

/// A person's files: the upload and the message are two calls, and a process can die between them.
@Suite("Files of staff, with the real program", .serialized)
struct StaffFileTests {
    enum Engine: String, CaseIterable {
        case sqlite, postgres

        func database() async throws -> Fleet.Database {
            self == .sqlite ? .sqlite : .postgres(try await PostgresServer.make())
        }
    }

    /// Where the service is when it is killed.
    enum Moment: String, CaseIterable {
        /// WhatsApp has not taken the file yet.
        case uploading
        /// It has the file; the message that carries it is on its way.
        case sending
        /// It has the message, and what it answers may not have been heard.
        case taken
    }

    private static let ana = Customer(waID: "351911111111", userID: "PT.1", name: "Ana")
    /// An uncertain message waits so long for its status.
    private static let settings = ["OUTBOX_RECONCILIATION_WINDOW_MS": "3000"]
    private static let bytes = Data("%PDF-1.7\n".utf8) + Data((0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })

    private static func heard(_ fleet: Fleet) -> [String] { fleet.sandbox.sent(to: ana.key).map(\.text) }

    private static func media(_ fleet: Fleet) -> [Data] {
        fleet.sandbox.graph.state.withLock { state in state.media.values.map { Data($0.bytes) } }
    }

    /// A customer who was answered, and a file to send to them.
    private static func file(_ fleet: Fleet, _ name: String = "proposta.pdf") async throws -> String {
        if heard(fleet).isEmpty {
            try await fleet.sandbox.write(.text("Olá"), as: ana)
            _ = try await eventually("an answer") { heard(fleet).isEmpty ? nil : true }
        }
        let path = fleet.folder.appending(path: name)
        try bytes.write(to: path)
        return path.path
    }

    private static func reply(_ fleet: Fleet, _ arguments: String...) async throws {
        try await fleet.run(["reply", ana.waID ?? "", "--as", "Rita"] + arguments)
    }

    @Test(
        "Killed while it is uploaded, while the message leaves, or right after: it comes once, and what follows it too",
        .timeLimit(.minutes(2)),
        arguments: Engine.allCases,
        Moment.allCases
    )
    func killed(engine: Engine, moment: Moment) async throws {
        try await Fleet.with(on: try await engine.database(), environment: Self.settings) { (fleet) async throws in
            let path = try await Self.file(fleet)
            let before = Self.heard(fleet)
            // Longer than the test: what was on its way when the process died never arrives.
            let hang = Fault.delay(milliseconds: 120_000)
            switch moment {
            case .uploading: fleet.sandbox.inject(FaultRule(.whatsAppMedia, hang))
            case .sending: fleet.sandbox.inject(FaultRule(.whatsAppMessages, hang))
            case .taken: break
            }
            try await Self.reply(fleet, "--file", path)
            _ = try await eventually("the moment", everyMilliseconds: 1) {
                let isThere =
                    moment == .taken ? Self.heard(fleet).count > before.count : fleet.sandbox.faultPlan.rules.isEmpty
                return isThere ? true : nil
            }
            await fleet.kill(0)
            #expect(Self.media(fleet).count == (moment == .uploading ? 0 : 1))
            try await fleet.start()
            try await Self.reply(fleet, "Recebeu?")
            _ = try await eventually("what follows it") { Self.heard(fleet).last == "Recebeu?" ? true : nil }
            #expect(Self.heard(fleet) == before + ["[document proposta.pdf]", "Recebeu?"])
            // Whole, and what was uploaded before the end serves after it.
            #expect(Self.media(fleet) == [Self.bytes])
            let store = try await fleet.openStore()
            let counts = try await eventually("its statuses") {
                let counts = try await store.counts()
                return counts.outboxPending + counts.outboxUncertain == 0 ? counts : nil
            }
            #expect(counts.deadLetters == 0)
            try await store.close()
        }
    }

    @Test(
        "A backup holds their bytes; after it was put back nothing is sent twice, and what had not left goes when asked",
        .timeLimit(.minutes(2)),
        arguments: Engine.allCases
    )
    func restored(engine: Engine) async throws {
        try await Fleet.with(on: try await engine.database(), environment: Self.settings) { (fleet) async throws in
            let before = Self.heard(fleet)
            try await Self.reply(fleet, "--file", try await Self.file(fleet, "um.pdf"))
            _ = try await eventually("the first file") {
                Self.heard(fleet).last == "[document um.pdf]" ? true : nil
            }
            // The second can't leave while the backup is made, and leaves after it.
            fleet.sandbox.inject(FaultRule(.whatsAppMessages, .failure(status: 503, code: "131016"), times: nil))
            try await Self.reply(fleet, "--file", try await Self.file(fleet, "dois.pdf"))
            let store = try await fleet.openStore()
            _ = try await eventually("its upload") { Self.media(fleet).count == 2 ? true : nil }
            let backup = fleet.folder.appending(path: "backup").path
            try await fleet.run(["backup", backup])
            fleet.sandbox.clearFaults()
            _ = try await eventually("the second file") {
                Self.heard(fleet).last == "[document dois.pdf]" ? true : nil
            }
            // A report that came after the restore would tell that it arrived.
            _ = try await eventually("the report of its delivery") { () async throws -> Bool? in
                guard let lead = try await store.leads(LeadQuery(limit: 1)).first else { return nil }
                let lines = try await store.transcript(of: lead.state.id, after: 0, limit: 100)
                return lines.last { $0.outboxID != nil }?.delivery == .delivered ? true : nil
            }
            try await store.close()
            let sent = Self.heard(fleet)
            #expect(sent.count == before.count + 3)

            #expect(try await fleet.stop() == [.exit(0)])
            let restored = try await fleet.run(["restore", backup, "--yes"])
            #expect(restored.contains("Held back: 1 messages"), "\(restored)")
            try await fleet.start()
            let letters = try await fleet.run(["deadletters", "list", "--json"])
            #expect(letters.contains(#""restored""#))
            let export = try await fleet.run(["leads", "export", Self.ana.waID ?? ""])
            #expect(export.contains("um.pdf") && export.contains(Self.bytes.base64EncodedString().prefix(5_000)))
            // Nothing leaves by itself: what is written now comes right behind what was there.
            try await Self.reply(fleet, "Fim")
            _ = try await eventually("what follows") { Self.heard(fleet).last == "Fim" ? true : nil }
            #expect(Self.heard(fleet) == sent + ["Fim"])
            try await fleet.run(["deadletters", "retry", "--code", "restored", "--even-twice"])
            _ = try await eventually("it goes when asked") {
                Self.heard(fleet).last == "[document dois.pdf]" ? true : nil
            }
            #expect(Self.heard(fleet).count == sent.count + 2)
            #expect(Self.media(fleet).allSatisfy { $0 == Self.bytes })
        }
    }
}
