import Conversation
import Foundation
import Integrations
import Storage
import Testing

@testable import Pipeline

@Suite("Sending files and templates of staff")
struct FileSendTests {
    private static let bytes = Data("%PDF-1.7 proposta".utf8)

    private static func keep(_ scene: OutboxTests.Scene) async throws -> OutMessage {
        let id = ConversationID("lead")
        let file = OutFile(
            id: "f1",
            kind: .document,
            name: "proposta.pdf",
            mimeType: "application/pdf",
            size: bytes.count
        )
        #expect(try await scene.store.beginFile(file, of: id, now: scene.fake.now))
        #expect(try await scene.store.addFilePart(bytes, number: 0, to: "f1"))
        #expect(try await scene.store.finishFile("f1", size: bytes.count))
        return OutMessage(.file(file, caption: "Aqui está"), author: .staff)
    }

    /// The scene with a document that is to be sent.
    private static func scene() async throws -> OutboxTests.Scene {
        let scene = try OutboxTests.Scene()
        try await scene.customerWrites()
        try await scene.say(try await keep(scene))
        return scene
    }

    @Test("A document is uploaded and goes by its media id, with its name and caption")
    func document() async throws {
        let scene = try await Self.scene()
        try await scene.send()
        #expect(scene.fake.uploaded == [Self.bytes])
        #expect(
            scene.fake.sent.map(\.content) == [
                .media(kind: .document, source: .id("media-1"), caption: "Aqui está", filename: "proposta.pdf")
            ]
        )
        #expect(try await scene.store.file("f1")?.upload?.mediaID == "media-1")
    }

    @Test("A repeat needs no second upload while WhatsApp has the file, and makes one when it has not")
    func again() async throws {
        let scene = try await Self.scene()
        scene.fake.fail(131_000)
        try await scene.send()
        scene.fake.advance(60_000)
        try await scene.send()
        #expect(scene.fake.uploaded.count == 1 && scene.fake.sent.count == 1)

        let later = try await Self.scene()
        let upload = StoredFile.Upload(mediaID: "stale", channel: "1064", at: later.fake.now.adding(hours: -24 * 30))
        try await later.store.keep(upload, of: "f1")
        try await later.send()
        #expect(later.fake.uploaded.count == 1 && later.fake.mediaIDs == ["media-1"])
    }

    @Test("A media id that WhatsApp doesn't know any more is replaced by a new upload, once")
    func unknownMedia() async throws {
        let scene = try await Self.scene()
        try await scene.store.keep(.init(mediaID: "gone", channel: "1064", at: scene.fake.now), of: "f1")
        scene.fake.fail(100)
        try await scene.send()
        #expect(scene.fake.mediaIDs == ["media-1"])

        let wrong = try await Self.scene()
        wrong.fake.fail(100)
        try await wrong.send()
        #expect(wrong.fake.sent.isEmpty && wrong.fake.uploaded.count == 1)
        #expect(try await wrong.store.deadLetters(DeadLetterQuery()).map(\.code) == ["100"])
    }

    @Test("Nothing is uploaded while the window is shut or sending is halted; an upload that fails is tried again")
    func notNow() async throws {
        let shut = try await Self.scene()
        shut.fake.advance(25 * 3_600_000)
        try await shut.send()
        #expect(shut.fake.uploaded.isEmpty && shut.fake.sent.isEmpty)
        try await shut.customerWrites("wamid.again")
        try await shut.send()
        #expect(shut.fake.sent.count == 1)

        let halted = try OutboxTests.Scene()
        try await halted.customerWrites()
        try await halted.say(OutMessage(.text("um")), try await Self.keep(halted))
        halted.fake.fail(190)
        try await halted.send()
        #expect(halted.outbox.pace.halt != nil && halted.fake.uploaded.isEmpty)

        let failing = try await Self.scene()
        failing.fake.failUploads(131_000)
        try await failing.send()
        #expect(failing.fake.sent.isEmpty)
        failing.fake.advance(60_000)
        try await failing.send()
        #expect(failing.fake.sent.count == 1)
    }

    @Test("A sender that lost its row while it uploaded sends nothing")
    func lost() async throws {
        let scene = try await Self.scene()
        scene.fake.whileUploading {
            // Longer than any upload may take: the row is another's by now.
            scene.fake.advance(10 * 60_000)
            _ = try? await scene.store.reconcile(now: scene.fake.now, windowMilliseconds: 60_000)
        }
        try await scene.send()
        #expect(scene.fake.sent.isEmpty && scene.fake.uploaded.count == 1)
        // It goes after the window, with what was uploaded.
        scene.fake.advance(61_000)
        _ = try await scene.store.reconcile(now: scene.fake.now, windowMilliseconds: 60_000)
        try await scene.send()
        #expect(scene.fake.sent.count == 1)
    }

    @Test("A file that was erased is a dead letter, not a retry without end")
    func erased() async throws {
        let scene = try OutboxTests.Scene()
        try await scene.customerWrites()
        let file = OutFile(id: "none", kind: .image, name: "a.jpg", mimeType: "image/jpeg", size: 3)
        try await scene.say(OutMessage(.file(file, caption: nil), author: .staff))
        try await scene.send()
        #expect(try await scene.store.deadLetters(DeadLetterQuery()).map(\.code) == ["no_file"])
    }

    @Test("A person's template goes out beyond the window as it was filled in")
    func template() async throws {
        let scene = try OutboxTests.Scene()
        try await scene.customerWrites()
        let template = OutTemplate(
            name: "question",
            language: "pt_PT",
            parameters: [.init(text: "Ana")],
            linkSuffix: "abc",
            words: "Olá Ana"
        )
        try await scene.say(OutMessage(.template(template), author: .staff))
        scene.fake.advance(30 * 3_600_000)
        try await scene.send()
        #expect(
            scene.fake.sent.map(\.content) == [
                .template(
                    name: "question",
                    language: "pt_PT",
                    bodyParameters: [.init(text: "Ana")],
                    buttons: [.url(index: 0, suffix: "abc")]
                )
            ]
        )
    }
}
