import Conversation

/// The chat and who is chatting. Says for each line typed what is to be done; whoever runs it does it.
struct DemoSession: Sendable {
    /// Work that takes a while.
    enum Job: Equatable, Sendable {
        case send(DemoBackend.Outgoing, id: String)
        case pay(url: String, SlashCommand.Pay)
        case lead, transcript, restart
        case become(DemoBackend.Customer)
        case quit
    }

    /// What came of it.
    struct Outcome: Equatable, Sendable {
        var notice: String?
        var mark: (id: String, delivery: Chat.Delivery)?
        /// What went wrong, in one line.
        var failure: String?

        static func == (left: Outcome, right: Outcome) -> Bool {
            left.notice == right.notice && left.mark?.id == right.mark?.id
                && left.mark?.delivery == right.mark?.delivery && left.failure == right.failure
        }
    }

    private(set) var chat = Chat()
    private(set) var words: DemoWords
    private(set) var customer: DemoBackend.Customer
    private var customersMade = 1

    init(words: DemoWords) {
        self.words = words
        customer = words.customer(number: 0, phone: nil)
    }

    /// Takes a line of the customer's. Nil: it is done already.
    mutating func begin(_ text: String, _ backend: DemoBackend) -> Job? {
        guard let command = SlashCommand(text) else { return say(text, backend) }
        switch command {
        case .pay(let method):
            guard let link = chat.newestLink else { return notice(words.nothingToPay) }
            return pay(link, method)
        case .lead: return .lead
        case .transcript: return .transcript
        case .restart:
            chat.append(.notice(words.restarting))
            return .restart
        case .voice:
            return own(words.voiceSent, .voice, backend)
        case .new(let language, let phone): return become(language, phone)
        case .help: return notice(words.help)
        case .quit: return .quit
        case .unknown(let name): return notice(words.unknownCommand(name))
        }
    }

    mutating func apply(_ happening: DemoBackend.Happening) {
        switch happening {
        case .message(let message): chat.append(.message(message))
        case .typing: chat.isTyping = true
        case .read(let id): chat.markRead(id)
        case .notice(let text): chat.append(.notice(text))
        }
    }

    mutating func apply(_ outcome: Outcome) {
        if let mark = outcome.mark { chat.mark(mark.id, mark.delivery) }
        for text in [outcome.notice, outcome.failure].compactMap({ $0 }) where !text.isEmpty {
            chat.append(.notice(text))
        }
    }

    /// The typing indicator of WhatsApp ends by itself.
    mutating func stopTyping() { chat.isTyping = false }

    private mutating func say(_ text: String, _ backend: DemoBackend) -> Job? {
        switch chat.tap(text) {
        case .choice(let choice, let id): own(choice.title, .choice(choice, of: id), backend)
        case .link(let link): pay(link, .card)
        case nil: own(text, .text(text), backend)
        }
    }

    private mutating func own(_ text: String, _ outgoing: DemoBackend.Outgoing, _ backend: DemoBackend) -> Job? {
        let id = backend.newID()
        chat.append(.message(.init(id: id, author: .customer, text: text, time: backend.time())))
        return .send(outgoing, id: id)
    }

    private mutating func pay(_ link: Chat.Link, _ method: SlashCommand.Pay) -> Job? {
        chat.append(.notice("\(words.paying(method.label)) \(link.url)"))
        return .pay(url: link.url, method)
    }

    private mutating func become(_ language: Language?, _ phone: String?) -> Job? {
        if let language, let words = DemoWords.of(language) { self.words = words }
        customer = words.customer(number: customersMade, phone: phone)
        customersMade += 1
        chat.leave()
        return notice(words.newCustomer(customer.name, customer.phone), then: .become(customer))
    }

    private mutating func notice(_ text: String, then job: Job? = nil) -> Job? {
        chat.append(.notice(text))
        return job
    }
}

extension DemoSession.Job {
    /// Does the work. Never throws: what went wrong is part of the outcome.
    func run(_ backend: DemoBackend, _ words: DemoWords) async -> DemoSession.Outcome {
        do {
            switch self {
            case .send(let outgoing, let id):
                do { try await backend.send(outgoing, id) } catch {
                    return .init(mark: (id, .failed), failure: "\(words.failed): \(error)")
                }
                return .init(mark: (id, .delivered))
            case .pay(let url, let method):
                return .init(notice: try await backend.pay(url, method) ? nil : words.payFailed)
            case .lead:
                let card = try await backend.lead()
                return .init(notice: card.isEmpty ? words.noLead : card.joined(separator: "\n"))
            case .transcript:
                let lines = try await backend.transcript()
                return .init(notice: lines.isEmpty ? words.noLead : lines.joined(separator: "\n"))
            case .restart:
                try await backend.restart()
                return .init(notice: words.restarted)
            case .become(let customer):
                await backend.become(customer)
                return .init()
            case .quit: return .init()
            }
        } catch {
            return .init(failure: "\(error)")
        }
    }
}

extension SlashCommand.Pay {
    var label: String {
        switch self {
        case .card, .fail: "card"
        case .mbway: "MB WAY"
        case .multibanco: "Multibanco"
        }
    }
}

extension DemoWords {
    /// The first customer has the language's own number; further ones follow it.
    func customer(number: Int, phone: String?) -> DemoBackend.Customer {
        let next = (Int(self.phone) ?? 0) + number
        return .init(name: names[number % names.count], phone: phone ?? String(next), language: language)
    }
}
