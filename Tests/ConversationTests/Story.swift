import Foundation
import Testing

@testable import Conversation

/// A dialogue as a text file: what happens, and what is expected of it.
///
/// One line each. `#` comments. Happenings:
/// - `customer: words`, `late: words` (an hour old), `tap: id`, `voice: words | nothing`, `image: caption`, `reaction: 👍`
/// - `model: intent=buy product=site name=Ana | words of the reply` is what the model says to the lines before it;
///   without such a line the model can't be had and guided mode answers.
/// - `stripe: paid | unpaid | later paid | later failed | expired | wrong amount | wrong link | refunded | refund failed
///   | disputed | dispute closed`, `stripe is down`, `stripe refuses` (for good), `stripe refuses the key`,
///   `stripe is back`
/// - `staff: takes over | releases | releases and the bot answers | says words
///   | sets the stage name`, `owner: words`, `timer: kind`, `undelivered: code`
///
/// Expectations, of all that happened since the last `customer`, `stripe`, `staff` or `timer` line:
/// - `bot: words` (one message holds them), `bot is silent`, `bot says once` (one message), `button: title or id`
/// - `stage: name`, `field: id = value`, `alert: kind`, `note: words`, `timer set: kind`, `timer off: kind`
/// - `no words: text` (no message holds them), `score: number`, `language: tag`
struct Story: CustomTestStringConvertible {
    var name: String
    var lines: [(number: Int, key: String, value: String)]

    var testDescription: String { name }

    init(_ url: URL) throws {
        name = url.deletingPathExtension().lastPathComponent
        let text = try String(contentsOf: url, encoding: .utf8)
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            let line = line.trimmingCharacters(in: .whitespaces)
            guard !line.isEmpty, !line.hasPrefix("#") else { return nil }
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            return (index + 1, parts[0], parts.count > 1 ? parts[1] : "")
        }
    }

    static let all: [Story] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Stories")
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "story" }.sorted { $0.path < $1.path }.compactMap { try? Story($0) }
    }()
}

/// Plays a story against `advance`, with a Stripe and a model that the story commands.
struct StoryPlayer {
    var state: ConversationState
    let playbook: Playbook
    var now = Timestamp(milliseconds: 1_795_000_000_000)
    var timers: [TimerKind: Timestamp] = [:]
    var stripeTrouble: LinkTrouble?
    var nextModelAnswer: Event?
    var messages = 0
    var sessions = 0

    // Since the last happening.
    var said: [OutMessage] = []
    var alerts: [Alert] = []
    var notes: [Note] = []

    init(_ playbook: Playbook, language: Language) {
        self.playbook = playbook
        state = ConversationState(id: ConversationID("c1"), language: language)
    }

    mutating func play(_ story: Story) throws {
        var burst: [CustomerMessage] = []
        for (number, key, value) in story.lines {
            if let message = customerMessage(key, value) {
                burst.append(message)
                continue
            }
            if key == "model" { nextModelAnswer = try modelAnswer(value) }
            if !burst.isEmpty {
                happen(.messages(burst))
                burst = []
            }
            if key == "model" { continue }
            if try happened(key, value) { continue }
            try check(key, value, Comment("\(story.name):\(number) \(key): \(value)"))
        }
        if !burst.isEmpty { happen(.messages(burst)) }
    }

    private mutating func happen(_ event: Event) {
        (said, alerts, notes) = ([], [], [])
        now = now.adding(milliseconds: 60_000)
        var queue = [event]
        var steps = 0
        while !queue.isEmpty, steps < 50 {
            steps += 1
            let (next, effects) = advance(state, queue.removeFirst(), at: now, by: playbook)
            state = next
            queue += effects.compactMap { perform($0) }
        }
    }

    private mutating func perform(_ effect: Effect) -> Event? {
        switch effect {
        case .askModel:
            defer { nextModelAnswer = nil }
            return nextModelAnswer ?? .modelUnavailable(reason: "the story has no model")
        case .createLink(let offer):
            if let stripeTrouble { return .linkFailed(offer.id, reason: "down", stripeTrouble) }
            return .linkCreated(offer.id, PaymentLink(id: "plink_\(offer.id)", url: "https://buy.example/\(offer.id)"))
        case .transcribe(let id, let mediaID, _):
            return .transcribed(id, text: mediaID == "nothing" ? nil : mediaID)
        case .send(let message): said.append(message)
        case .alertStaff(let alert): alerts.append(alert)
        case .note(let note): notes.append(note)
        case .schedule(let kind, let at): timers[kind] = at
        case .cancel(let kind): timers[kind] = nil
        case .deactivateLink: break
        }
        return nil
    }

    // MARK: What happens

    private mutating func customerMessage(_ key: String, _ value: String) -> CustomerMessage? {
        let content: CustomerMessage.Content
        switch key {
        case "customer", "late": content = .text(value)
        case "tap": content = .choice(id: value, title: value)
        case "voice": content = .voice(mediaID: value, mimeType: "audio/ogg")
        case "image": content = .media(kind: "image", mediaID: "m1", caption: value.isEmpty ? nil : value)
        case "reaction": content = .reaction(emoji: value)
        case "poll": content = .unreadable(kind: "poll")
        default: return nil
        }
        messages += 1
        return CustomerMessage(
            id: "wamid.\(messages)",
            at: key == "late" ? now.adding(hours: -1) : now,
            content: content
        )
    }

    private mutating func happened(_ key: String, _ value: String) throws -> Bool {
        switch key {
        case "profile name": state.profileName = value
        case "stripe is down": stripeTrouble = .passing
        case "stripe refuses": stripeTrouble = .final
        case "stripe refuses the key": stripeTrouble = .refused
        case "stripe is back": stripeTrouble = nil
        case "no payments": throw StoryError("not a happening")
        case "stripe": happen(.payment(try news(value)))
        case "stripe again": happen(.payment(try news(value, isRepeat: true)))
        case "staff" where value == "takes over": happen(.staff(.takeOver(by: "Rita")))
        case "staff" where value == "releases": happen(.staff(.release(by: "Rita")))
        case "staff" where value == "releases and the bot answers":
            happen(.staff(.release(by: "Rita", answering: [])))
        case "staff" where value.hasPrefix("sets the stage "):
            let name = String(value.dropFirst("sets the stage ".count))
            let stage = try require(Stage.Name(rawValue: name), "no stage \(name)")
            happen(.staff(.setStage(stage, reason: "story", by: "Rita")))
        case "staff" where value.hasPrefix("says "):
            happen(.staff(.reply(text: String(value.dropFirst(5)), by: "Rita")))
        case "owner": happen(.ownerAnswered(text: value))
        case "undelivered": happen(.undeliverable(code: value, reason: "story"))
        case "timer":
            let kind = try require(TimerKind(rawValue: value), "no timer \(value)")
            // Now and not before it is due.
            now = max(now, timers[kind] ?? now)
            timers[kind] = nil
            happen(.timer(kind))
        default: return false
        }
        return true
    }

    private mutating func news(_ value: String, isRepeat: Bool = false) throws -> PaymentNews {
        let kinds: [String: PaymentNews.Kind] = [
            "paid": .completedPaid, "unpaid": .completedUnpaid, "later paid": .laterPaid,
            "later failed": .laterFailed, "expired": .sessionExpired, "refunded": .refunded,
            "refund failed": .refundFailed, "disputed": .disputed, "dispute closed": .disputeClosed,
            "wrong amount": .completedPaid, "wrong link": .completedPaid, "former paid": .completedPaid,
            "former unpaid": .completedUnpaid, "former failed": .laterFailed,
        ]
        let kind = try require(kinds[value], "no payment \(value)")
        var offer = state.formerOffers.last?.offer
        var link = state.formerOffers.last?.link
        if !value.hasPrefix("former") {
            if case .awaitingPayment(let current, let currentLink, _) = state.stage.standing {
                (offer, link) = (current, currentLink)
            }
            if case .paid(let payment) = state.stage.standing { offer = payment.offer }
        }
        if !isRepeat, kind != .laterPaid, kind != .laterFailed { sessions += 1 }
        var amount = offer?.price
        if value == "wrong amount" { amount?.minorUnits -= 100 }
        return PaymentNews(
            kind: kind,
            offerID: value == "wrong link" ? "c1-99" : offer?.id,
            sessionID: "cs_\(sessions)",
            paymentIntent: "pi_1",
            linkID: value == "wrong link" ? "plink_other" : link?.id,
            amount: amount,
            mode: "payment",
            isLive: false
        )
    }

    private func modelAnswer(_ value: String) throws -> Event {
        let parts = value.split(separator: "|", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        var understanding = Understanding(intent: .other)
        for pair in parts[0].split(separator: " ") {
            let sides = pair.split(separator: "=", maxSplits: 1).map(String.init)
            let text = sides[1].replacingOccurrences(of: "_", with: " ")
            switch sides[0] {
            case "intent": understanding.intent = try require(.init(rawValue: sides[1]), "no intent \(sides[1])")
            case "product": understanding.product = sides[1]
            case "language": understanding.language = Language(sides[1])
            default:
                let field = try require(playbook.qualification.field(sides[0]), "no field \(sides[0])")
                understanding.fields[field.id] = fieldValue(sides[1], text, field)
            }
        }
        return .understood(understanding, reply: parts.count > 1 ? parts[1] : "Certo.")
    }

    private func fieldValue(_ raw: String, _ text: String, _ field: Field) -> FieldValue {
        switch field.kind {
        case .integer: .number(Int(raw) ?? -1)
        case .money(let currency, _): .money(Money(minorUnits: (Int(raw) ?? 0) * 100, currency: currency))
        case .choice: .choice(raw)
        case .yesNo: .yes(raw == "yes")
        case .date: .date(raw)
        default: .text(text)
        }
    }

    // MARK: What is expected

    private func check(_ key: String, _ value: String, _ comment: Comment) throws {
        switch key {
        case "bot":
            #expect(
                said.contains { $0.author == .bot && $0.text.contains(value) },
                "\(comment) – said: \(said.map(\.text))"
            )
        case "staff wrote": #expect(said.contains { $0.author == .staff && $0.text == value }, comment)
        case "bot is silent":
            #expect(said.filter { $0.author == .bot }.isEmpty, "\(comment) – said: \(said.map(\.text))")
        case "bot says once": #expect(said.count == 1, "\(comment) – said: \(said.map(\.text))")
        case "no words": #expect(!said.contains { $0.text.contains(value) }, "\(comment) – said: \(said.map(\.text))")
        case "button": #expect(choices.contains { $0.id == value || $0.title == value }, "\(comment) – \(choices)")
        case "link": #expect(links.contains { $0.contains(value) }, "\(comment) – \(links)")
        case "stage": #expect(state.stage.name.rawValue == value, comment)
        case "field":
            let sides = value.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(state.fields[sides[0]]?.plainText == sides[1], "\(comment) – known: \(state.fields)")
        case "unknown field": #expect(state.fields[value] == nil, comment)
        case "alert": #expect(alerts.contains { $0.kind.rawValue == value }, "\(comment) – \(alerts)")
        case "no alert": #expect(!alerts.contains { $0.kind.rawValue == value }, comment)
        case "note": #expect(notes.contains { $0.text.contains(value) }, "\(comment) – \(notes.map(\.text))")
        case "timer set": #expect(timers[try require(TimerKind(rawValue: value), "no timer")] != nil, comment)
        case "timer off": #expect(timers[try require(TimerKind(rawValue: value), "no timer")] == nil, comment)
        case "score": #expect(state.score == Int(value), comment)
        case "language": #expect(state.language.rawValue == value, comment)
        case "payments": #expect(state.payments.count == Int(value), comment)
        default: throw StoryError("“\(key)” is no line of a story (\(comment))")
        }
    }

    private var choices: [OutMessage.Choice] {
        said.flatMap { message -> [OutMessage.Choice] in
            switch message.content {
            case .buttons(_, let choices), .list(_, _, let choices): choices
            case .text, .link, .file, .template: []
            }
        }
    }

    private var links: [String] {
        said.compactMap { if case .link(_, _, let url) = $0.content { url } else { nil } }
    }
}

struct StoryError: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

private func require<T>(_ value: T?, _ problem: String) throws -> T {
    guard let value else { throw StoryError(problem) }
    return value
}
