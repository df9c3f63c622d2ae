import Conversation
import Desk
import Foundation
import Logging
import Prompts
import Sandbox
import Server
import Storage

/// The service and the sandbox in this process, joined by HTTP on loopback as they would be joined by the internet.
actor LiveBackend {
    private let sandbox: Sandbox
    private let settings: Settings
    private let library: PromptLibrary
    private let log: Logger
    private let view: TranscriptView
    private var service: (application: Server.Application, task: Task<Void, any Error>)?
    private var customer: DemoBackend.Customer
    /// Notes up to this line of the transcript were shown already.
    private var explained: Int64 = 0

    /// - Parameter settings: of the service, already pointing to the sandbox's credentials; its addresses are set here.
    init(
        sandbox: Sandbox,
        settings: Settings,
        library: PromptLibrary,
        customer: DemoBackend.Customer,
        view: TranscriptView,
        log: Logger
    ) {
        self.sandbox = sandbox
        self.settings = settings
        self.library = library
        self.customer = customer
        self.view = view
        self.log = log
    }

    func start() async throws {
        let application = try await Server.Application(settings: settings, library: library, log: log)
        // Whichever comes first: the port, the end of the service, or the end of patience.
        let (news, teller) = AsyncStream.makeStream(of: Int?.self)
        let task = Task {
            defer { teller.yield(nil) }
            try await application.run()
        }
        let listening = Task { for await port in application.listening { teller.yield(port) } }
        let patience = Task {
            try await Task.sleep(for: .seconds(30))
            teller.yield(nil)
        }
        defer {
            listening.cancel()
            patience.cancel()
        }
        service = (application, task)
        guard let port = await news.first(where: { _ in true }) ?? nil else {
            await kill()
            try await task.value
            throw Failure(description: "the service did not start listening within 30 s")
        }
        let base = "http://127.0.0.1:\(port)/webhooks"
        sandbox.setWebhooks(whatsApp: base + "/whatsapp", stripe: base + "/stripe")
    }

    /// At once: turns and sends under way are cut off where they are.
    func kill() async {
        guard let service else { return }
        self.service = nil
        service.task.cancel()
        _ = await service.task.result
    }

    func stop() async {
        await kill()
        await sandbox.stop()
    }

    // MARK: What the customer does

    private var sandboxCustomer: Customer { .init(waID: customer.phone, name: customer.name) }

    func become(_ customer: DemoBackend.Customer, voice: String) {
        self.customer = customer
        explained = 0
        sandbox.setTranscript(voice)
    }

    func send(_ outgoing: DemoBackend.Outgoing, id: String) async throws {
        var message: Sandbox.CustomerMessage =
            switch outgoing {
            case .text(let text): .text(text)
            case .choice(let choice, let wamid) where choice.isRow:
                .listReply(id: choice.id, title: choice.title, to: wamid)
            case .choice(let choice, let wamid): .buttonReply(id: choice.id, title: choice.title, to: wamid)
            // The first bytes of an Ogg file; the sandbox's transcription doesn't listen.
            case .voice: .voice(Array("OggS".utf8) + Array(repeating: 0, count: 60))
            }
        message.id = id
        try await sandbox.write(message, as: sandboxCustomer)
    }

    func pay(_ url: String, _ method: SlashCommand.Pay) async throws -> Bool {
        switch method {
        case .card: try await sandbox.pay(url, method: .card)
        case .mbway: try await sandbox.pay(url, method: .mbWay)
        case .multibanco:
            let session = try await sandbox.pay(url, method: .multibanco)
            // A voucher is paid at a cash machine; here the customer is quick.
            try await Task.sleep(for: .seconds(3))
            try await sandbox.settleVoucher(session: session)
        case .fail:
            _ = try? await sandbox.pay(url, method: .card, outcome: .declined)
            return false
        }
        return true
    }

    // MARK: What staff sees

    private func record() async throws -> LeadRecord? {
        guard let desk = service?.application.desk else { return nil }
        do { return try await desk.lead("+" + customer.phone) } catch is DeskError { return nil }
    }

    func stage() async throws -> Stage.Name? { try await record()?.state.stage.name }

    func lead() async throws -> [String] {
        try await record().map { LeadCard(columns: 80, clock: view.clock).lines(LeadDocument($0)) } ?? []
    }

    func transcript() async throws -> [String] {
        guard let desk = service?.application.desk, let record = try await record() else { return [] }
        var lines = view.heading(LeadDocument(record))
        var seq: Int64 = 0
        while true {
            let entries = try await desk.transcript(of: record.state.id, after: seq)
            lines += entries.flatMap { TranscriptDocument.Entry.list($0).flatMap { view.lines($0) } }
            guard let last = entries.last, entries.count == 500 else { return lines }
            seq = last.entry.seq
        }
    }

    // MARK: What happens

    /// Of the customer who is being played; nil of others.
    func happening(_ happening: Happening, at time: String) -> DemoBackend.Happening? {
        switch happening {
        case .message(let message) where message.customer == customer.phone && message.type != "reaction":
            .message(Chat.Message(message, time: time))
        case .typing(let phone, _) where phone == customer.phone: .typing
        case .read(let phone, let id) where phone == customer.phone: .read(id)
        default: nil
        }
    }

    /// With `--explain`: what the service noted since the last time, and why it said what it said.
    func explanation() async throws -> String? {
        guard view.explains, let desk = service?.application.desk, let record = try await record() else { return nil }
        let entries = try await desk.transcript(of: record.state.id, after: explained)
        explained = entries.last?.entry.seq ?? explained
        var lines: [String] = []
        for entry in entries {
            if case .note(let note) = entry.entry.content { lines.append("\(note.kind.rawValue): \(note.text)") }
            if let why = entry.explanation {
                let words = [
                    why.model ?? "guided mode", why.modelTrouble.map { "no model: \($0)" },
                    "\(why.stageBefore.rawValue) → \(why.stageAfter.rawValue)",
                    "score \(why.scoreBefore) → \(why.scoreAfter)",
                ]
                lines.append(words.compactMap { $0 }.joined(separator: " · "))
            }
        }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }
}

extension Chat.Message {
    fileprivate init(_ message: SentMessage, time: String) {
        self.init(
            id: message.wamid,
            author: .business,
            text: message.text,
            time: time,
            choices: message.choices.map { .init(id: $0.id, title: $0.title, isRow: $0.isRow) },
            link: message.url.map { .init(label: message.urlTitle ?? $0, url: $0) }
        )
    }
}

extension DemoBackend {
    /// Over a running backend.
    init(_ live: LiveBackend, sandbox: Sandbox, settings: Settings) {
        let clock = BusinessClock(zone: settings.business.timezone)
        let (stream, continuation) = AsyncStream.makeStream(
            of: Happening.self,
            bufferingPolicy: .bufferingOldest(4_096)
        )
        let source = sandbox.happenings()
        let listener = Task {
            for await happening in source {
                guard let happening = await live.happening(happening, at: clock.time()) else { continue }
                continuation.yield(happening)
                if case .message = happening, let words = try? await live.explanation() {
                    continuation.yield(.notice(words))
                }
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in listener.cancel() }
        self.init(
            business: settings.business.identity.name,
            happenings: stream,
            time: { clock.time() },
            send: { try await live.send($0, id: $1) },
            pay: { try await live.pay($0, $1) },
            stage: { try await live.stage() },
            lead: { try await live.lead() },
            transcript: { try await live.transcript() },
            become: { customer in
                await live.become(customer, voice: DemoWords.of(customer.language)?.voice ?? "")
            },
            restart: {
                await live.kill()
                try await live.start()
            },
            newID: { "wamid.DEMO" + UUID().uuidString.filter { $0 != "-" } }
        )
    }
}

/// The time of day where the business is.
private struct BusinessClock: Sendable {
    private let calendar: Calendar

    init(zone: String) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: zone) ?? .gmt
        self.calendar = calendar
    }

    func time() -> String {
        let parts = calendar.dateComponents([.hour, .minute], from: Date())
        let padded = [parts.hour ?? 0, parts.minute ?? 0].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return padded.joined(separator: ":")
    }
}
