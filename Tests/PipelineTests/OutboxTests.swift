import Conversation
import Foundation
import Integrations
import Logging
import Storage
import Synchronization
import Testing

@testable import Pipeline
@testable import Prompts

/// The sender on a real store, with time and WhatsApp in the test's hands.
@Suite("Sending")
struct OutboxTests {
    /// WhatsApp as the test wants it.
    final class Fake: Sendable {
        struct State {
            var now: Int64 = 0
            var sent: [WhatsAppOutgoing] = []
            var failures: [OutsideError] = []
            var uploaded: [Data] = []
            var uploadFailures: [OutsideError] = []
            var whileUploading: (@Sendable () async -> Void)?
        }
        let state = Mutex(State())

        static let start: Int64 = 1_790_000_000_000
        var now: Timestamp { Timestamp(milliseconds: Self.start + state.withLock(\.now)) }
        var sent: [WhatsAppOutgoing] { state.withLock(\.sent) }
        /// Refusals that nobody has run into yet.
        var refusalsLeft: Int { state.withLock(\.failures.count) }

        func advance(_ milliseconds: Int64) { state.withLock { $0.now += milliseconds } }
        func fail(_ codes: Int...) { state.withLock { $0.failures += codes.map(Self.error) } }

        var uploaded: [Data] { state.withLock(\.uploaded) }
        /// Of what was sent.
        var mediaIDs: [String] {
            sent.compactMap { if case .media(_, .id(let id), _, _) = $0.content { id } else { nil } }
        }
        func failUploads(_ codes: Int...) { state.withLock { $0.uploadFailures += codes.map(Self.error) } }
        /// Runs once, before the next upload is answered.
        func whileUploading(_ body: @escaping @Sendable () async -> Void) {
            state.withLock { $0.whileUploading = body }
        }

        private func upload(_ file: Data) async throws(OutsideError) -> String {
            let meanwhile: (@Sendable () async -> Void)? = state.withLock { state in
                defer { state.whileUploading = nil }
                return state.whileUploading
            }
            let failure: OutsideError? = state.withLock { state in
                if !state.uploadFailures.isEmpty { return state.uploadFailures.removeFirst() }
                state.uploaded.append(file)
                return nil
            }
            await meanwhile?()
            if let failure { throw failure }
            return "media-\(uploaded.count)"
        }

        static func error(_ code: Int) -> OutsideError {
            OutsideError(
                service: .whatsapp,
                code: String(code),
                message: "refused",
                remedy: WhatsAppErrorTable.remedy(code),
                needsOperator: WhatsAppErrorTable.needsOperator(code)
            )
        }

        var client: WhatsAppClient {
            WhatsAppClient(
                send: { [self] (message, _) async throws(OutsideError) in
                    let failure: OutsideError? = state.withLock { state in
                        if !state.failures.isEmpty { return state.failures.removeFirst() }
                        state.sent.append(message)
                        return nil
                    }
                    if let failure { throw failure }
                    return WhatsAppReceipt(messageID: "wamid.\(sent.count)")
                },
                markRead: { _, _, _ async throws(OutsideError) in },
                mediaInfo: { _, _ async throws(OutsideError) in throw Self.error(100) },
                download: { _, _ async throws(OutsideError) in throw Self.error(100) },
                upload: { [self] (file, _, _, _) async throws(OutsideError) in try await upload(file) },
                checkPhoneNumber: { _ async throws(OutsideError) in throw Self.error(100) }
            )
        }
    }

    /// Gone with the test.
    private final class Folder: Sendable {
        let path = FileManager.default.temporaryDirectory.appending(path: "crset-\(UUID().uuidString)").path

        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    /// A customer to whom messages are written.
    struct Scene {
        let fake = Fake()
        private let folder: Folder
        let store: any Store
        let outbox: Outbox
        static let address = Address(channel: "1064", userID: "PT.1", waID: "351911111111")

        init(templates: [PhraseKey: String] = [:], hours: BusinessHours? = nil) throws {
            var settings = PipelineSettings(owner: "test", phoneNumberID: "1064")
            settings.hours = hours
            folder = try Folder()
            settings.templates = [.ptPT: try templates.mapValues { try MessageTemplate($0, language: .ptPT) }]
            store = try SQLiteStore.open(path: folder.path + "/crset.sqlite")
            let fake = fake
            let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let surroundings = Surroundings(
                now: { fake.now },
                sleep: { until in fake.advance(max(0, until.milliseconds - fake.now.milliseconds)) },
                newID: { "id" }
            )
            outbox = Outbox(
                store: store,
                whatsApp: fake.client,
                stripe: nil,
                translate: Translate(settings: settings, defaultLanguage: .ptPT),
                settings: settings,
                surroundings: surroundings,
                pace: SendPace(perSecond: settings.messagesPerSecond),
                alerts: ServiceAlerts(store: store, surroundings: surroundings, log: log),
                log: log
            )
        }

        func customerWrites(_ id: String = "wamid.in") async throws {
            _ = try await store.accept([
                Arrival(
                    outsideID: "wa:\(id)",
                    receivedAt: fake.now,
                    content: .message(
                        CustomerMessage(id: id, at: fake.now, content: .text("Olá")),
                        from: Sender(
                            address: Self.address,
                            profileName: "Ana",
                            language: .ptPT,
                            source: nil,
                            newID: ConversationID("lead")
                        )
                    ),
                    due: .atOnce
                )
            ])
        }

        /// What the conversation is still to hear.
        func openEvents() async throws -> [Event] {
            try await store.claimTurns(
                owner: "test",
                now: fake.now,
                leaseUntil: fake.now.adding(milliseconds: 60_000),
                limit: 1,
                bulkLimit: 1
            ).flatMap { $0.events.map(\.event) }
        }

        func say(_ messages: OutMessage...) async throws {
            let turn = try #require(
                try await store.claimTurns(
                    owner: "test",
                    now: fake.now,
                    leaseUntil: fake.now.adding(milliseconds: 60_000),
                    limit: 1,
                    bulkLimit: 1
                ).first
            )
            _ = try await store.commit(
                TurnCommit(
                    state: turn.state,
                    address: turn.address,
                    owner: "test",
                    now: fake.now,
                    turn: turn.turn + 1,
                    handledThrough: turn.events.last?.seq,
                    timers: turn.timers,
                    messages: messages.map { NewMessage($0, explanation: nil) }
                )
            )
        }

        /// Sends all that may go now, and says how many tries that took.
        @discardableResult
        func send() async throws -> Int {
            var tries = 0
            while tries < 20 {
                let rows = try await store.claimOutbox(
                    owner: "test",
                    now: fake.now,
                    leaseUntil: fake.now.adding(milliseconds: 30_000),
                    limit: 10,
                    bulkLimit: 10,
                    linksOnly: false
                )
                if rows.isEmpty { break }
                for row in rows { await outbox.send(row) }
                tries += rows.count
            }
            return tries
        }

        /// What WhatsApp reports about a message that it took, the first, second …
        func status(_ state: WhatsAppStatus.State, of number: Int, code: Int? = nil) throws -> Arrival {
            let status = WhatsAppStatus(
                messageID: "wamid.\(number)",
                phoneNumberID: "1064",
                state: state,
                timestampMilliseconds: fake.now.milliseconds,
                callbackData: fake.sent[number - 1].callbackData,
                errors: code.map { [WhatsAppIssue(code: $0)] } ?? []
            )
            let arrival = outbox.translate.arrival(of: .status(status), at: fake.now) { "id" }
            return try #require(arrival)
        }

        var alerts: [Alert.Kind] {
            get async throws { try await store.lead(ConversationID("lead"))?.openAlerts.map(\.alert.kind) ?? [] }
        }
        var dead: [DeadLetter] { get async throws { try await store.deadLetters(DeadLetterQuery()) } }
    }

    static let day: Int64 = 24 * 3_600_000

    static func paid(language: Language = .ptPT) -> OutMessage {
        OutMessage(
            .text("Pagamento confirmado"),
            fixedText: .init(key: .paid, language: language, values: ["product": "Site\n novo", "price": "490 €"])
        )
    }

    @Test("after 24 hours the configured template goes out in place of its text")
    func template() async throws {
        let scene = try Scene(templates: [.paid: "crset_paid product price"])
        try await scene.customerWrites()
        try await scene.say(Self.paid())
        scene.fake.advance(Self.day)
        try await scene.send()
        #expect(
            scene.fake.sent.map(\.content) == [
                .template(
                    name: "crset_paid",
                    language: "pt_PT",
                    bodyParameters: [.init(text: "Site novo"), .init(text: "490 €")]
                )
            ]
        )
    }

    @Test("within 24 hours the text goes out, template or not")
    func open() async throws {
        let scene = try Scene(templates: [.paid: "crset_paid product price"])
        try await scene.customerWrites()
        scene.fake.advance(Self.day - 120_000)
        try await scene.say(Self.paid())
        try await scene.send()
        #expect(scene.fake.sent.map(\.content) == [.text(body: "Pagamento confirmado")])
    }

    @Test("without a template the message waits for the customer, staff is told, and nothing is tried")
    func waits() async throws {
        let scene = try Scene()
        try await scene.customerWrites()
        try await scene.say(Self.paid(), OutMessage(.text("Até já")))
        scene.fake.advance(Self.day)
        try await scene.send()
        #expect(scene.fake.sent.isEmpty)
        #expect(try await scene.alerts.contains(.windowClosed))
        try await scene.customerWrites("wamid.back")
        scene.fake.advance(10_000)
        try await scene.send()
        scene.fake.advance(10_000)
        try await scene.send()
        #expect(
            scene.fake.sent.map(\.content) == [.text(body: "Pagamento confirmado"), .text(body: "Até já")]
        )
    }

    @Test("a window that WhatsApp calls shut is shut, whatever our clock says")
    func refusedWindow() async throws {
        let scene = try Scene(templates: [.paid: "crset_paid product price"])
        try await scene.customerWrites()
        try await scene.say(Self.paid())
        scene.fake.fail(131047)
        #expect(try await scene.send() == 2)
        guard case .template(let name, _, _, _) = scene.fake.sent.first?.content else {
            Issue.record("no template went out: \(scene.fake.sent)")
            return
        }
        #expect(name == "crset_paid")
    }

    @Test("131047 as a later status makes the message wait for the customer")
    func refusedLater() async throws {
        let scene = try Scene()
        try await scene.customerWrites()
        try await scene.say(OutMessage(.text("Olá")))
        try await scene.send()
        let arrival = try scene.status(.failed, of: 1, code: 131047)
        _ = try await scene.store.accept([arrival])
        try await scene.send()
        #expect(scene.fake.sent.count == 1)
        #expect(try await scene.alerts == [.windowClosed])
        #expect(try await scene.dead.isEmpty)
    }

    @Test("a dead token loses nothing: everything waits, one message probes, and then all go in order")
    func halt() async throws {
        let scene = try Scene()
        try await scene.customerWrites()
        try await scene.say(OutMessage(.text("1")))
        scene.fake.fail(190, 190)
        #expect(try await scene.send() == 1)
        try await scene.customerWrites("wamid.in2")
        try await scene.say(OutMessage(.text("2")))
        // Nothing is tried while it is known to be useless.
        try await scene.send()
        #expect(scene.fake.refusalsLeft == 1)
        #expect(try await scene.store.openServiceAlerts().map(\.cause) == [.whatsAppToken])
        scene.fake.advance(60_000)
        try await scene.send()
        #expect(scene.fake.refusalsLeft == 0)
        scene.fake.advance(120_000)
        try await scene.send()
        scene.fake.advance(120_000)
        try await scene.send()
        #expect(scene.fake.sent.map(\.content) == [.text(body: "1"), .text(body: "2")])
        #expect(try await scene.store.openServiceAlerts().isEmpty)
        #expect(try await scene.dead.isEmpty)
    }

    @Test("codes that ask for few tries get few tries")
    func fewTries() async throws {
        let scene = try Scene()
        try await scene.customerWrites()
        try await scene.say(OutMessage(.text("Olá")))
        scene.fake.fail(2, 131000, 131000, 131000, 131000)
        for _ in 0..<8 {
            try await scene.send()
            scene.fake.advance(300_000)
        }
        #expect(try await scene.dead.map(\.code) == ["131000"])
        #expect(try await scene.dead.first?.attempts == 5)
    }

    @Test("an account without money shows in the statuses: staff is told, the message waits, and it ends by itself")
    func account() async throws {
        let scene = try Scene()
        let inbox = Inbox(store: scene.store, turns: Doorbell(), alerts: scene.outbox.alerts, log: scene.outbox.log)
        try await scene.customerWrites()
        try await scene.say(OutMessage(.text("Olá")))
        try await scene.send()
        try await inbox.accept([scene.status(.failed, of: 1, code: 131042)])
        #expect(try await scene.store.openServiceAlerts().map(\.cause) == [.whatsAppAccount])
        #expect(try await scene.send() == 0)
        scene.fake.advance(1_800_000)
        #expect(try await scene.send() == 1)
        try await inbox.accept([scene.status(.delivered, of: 2)])
        #expect(try await scene.store.openServiceAlerts().isEmpty)
    }
}
