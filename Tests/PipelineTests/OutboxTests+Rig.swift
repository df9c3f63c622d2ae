import Conversation
import Foundation
import Integrations
import Logging
import Storage
import Synchronization
import Testing

@testable import Pipeline
@testable import Prompts

// What the tests of the sender stand on.

extension OutboxTests {
    /// WhatsApp as the test wants it.
    final class Fake: Sendable {
        struct State {
            var now: Int64 = 0
            var sent: [WhatsAppOutgoing] = []
            var failures: [OutsideError] = []
            var uploaded: [Data] = []
            var uploadFailures: [OutsideError] = []
            var whileUploading: (@Sendable () async -> Void)?
            var later: (at: Int64, body: @Sendable () -> Void)?
        }
        let state = Mutex(State())

        static let start: Int64 = 1_790_000_000_000
        var now: Timestamp { Timestamp(milliseconds: Self.start + state.withLock(\.now)) }
        var sent: [WhatsAppOutgoing] { state.withLock(\.sent) }
        /// Refusals that nobody has run into yet.
        var refusalsLeft: Int { state.withLock(\.failures.count) }

        func advance(_ milliseconds: Int64) {
            let due = state.withLock { state -> (@Sendable () -> Void)? in
                state.now += milliseconds
                guard let later = state.later, later.at <= state.now else { return nil }
                state.later = nil
                return later.body
            }
            due?()
        }
        /// Runs once, when so much time has passed.
        func after(_ milliseconds: Int64, _ body: @escaping @Sendable () -> Void) {
            state.withLock { $0.later = ($0.now + milliseconds, body) }
        }
        func loseAnswer() {
            let error = OutsideError(
                service: .whatsapp,
                code: "timeout",
                message: "no answer",
                remedy: .outcomeUnknown,
                needsOperator: false
            )
            state.withLock { $0.failures.append(error) }
        }
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

        var path: String { folder.path + "/crset.sqlite" }

        init(templates: [PhraseKey: String] = [:], hours: BusinessHours? = nil) throws {
            var settings = PipelineSettings(owner: "test", phoneNumberID: "1064")
            settings.hours = hours
            folder = try Folder()
            settings.templates = [.ptPT: try templates.mapValues { try MessageTemplate($0, language: .ptPT) }]
            store = try SQLiteStore.open(path: folder.path + "/crset.sqlite", options: .init(busySeconds: 0.01))
            let fake = fake
            let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let surroundings = Surroundings(
                now: { fake.now },
                sleep: { until in fake.advance(max(0, until.milliseconds - fake.now.milliseconds)) },
                newID: { "id" }
            )
            let pace = SendPace(perSecond: settings.messagesPerSecond)
            outbox = Outbox(
                store: store,
                whatsApp: fake.client,
                stripe: nil,
                translate: Translate(settings: settings, defaultLanguage: .ptPT),
                settings: settings,
                surroundings: surroundings,
                pace: pace,
                heartbeat: .testing(store, settings, surroundings, pace, log),
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

        /// As the worker does.
        func claimAfterBeat() async throws -> OutboxRow? {
            try await outbox.heartbeat.beatIfDue()
            return try await claim().first
        }

        func claim() async throws -> [OutboxRow] {
            try await store.claimOutbox(
                owner: "test",
                now: fake.now,
                leaseUntil: fake.now.adding(milliseconds: 30_000),
                limit: 10,
                bulkLimit: 10,
                linksOnly: false
            )
        }

        /// Sends all that may go now, and says how many tries that took.
        @discardableResult
        func send() async throws -> Int {
            var tries = 0
            while tries < 20 {
                let rows = try await claim()
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
}
