import Conversation
import Integrations
import Storage

/// What one customer does in a history, and what staff does about them.
struct Life {
    let customer: Customer
    let world: World

    private enum Step: CaseIterable {
        case chat, burst, buy, pay, tap, react, voice, picture, takeOver, ownerAnswers, optOut, human, silence
    }

    private static let steps: [Step] = [
        .chat, .chat, .chat, .chat, .burst, .burst, .burst, .buy, .buy, .buy, .pay, .tap, .tap, .react, .voice,
        .picture, .takeOver, .takeOver, .ownerAnswers, .optOut, .human, .silence,
    ]

    func run() async {
        await pause(0...(world.isLong ? 3_600_000 : 240_000))
        burst(world.chance.whole(1...3))
        await hear()
        for _ in 0..<world.chance.whole(2...9) where !world.isOver {
            await take(world.chance.one(of: Self.steps))
            await hear()
            await pause(500...world.chance.one(of: [2_000, 15_000, 60_000]))
            if world.isLong, world.chance.happens(0.3) { await pause(60_000...108_000_000) }
        }
        if world.chance.happens(0.7) { await pay() }
        if world.chance.happens(0.15) { await beForgotten() }
        customer.isDone = true
    }

    private func take(_ step: Step) async {
        switch step {
        case .chat: chat()
        case .burst:
            for _ in 0..<world.chance.whole(2...5) {
                chat()
                await pause(100...world.chance.one(of: [600, 2_500, 6_000]))
            }
        case .buy: buy()
        case .pay: await pay()
        case .tap: tap()
        case .react: if let last = customer.heard.last { customer.react(to: last) }
        case .voice: customer.sendVoice()
        case .picture: customer.sendPicture()
        case .takeOver: await takeOver()
        case .ownerAnswers: if customer.waID != nil, customer.conversation != nil { await ownerAnswers() }
        case .optOut: if world.chance.happens(0.4) { customer.say(Words.optOut, Meaning(), kind: .optOut) }
        case .human: await askForHuman()
        case .silence: await pause(60_000...(world.isLong ? 400_000_000 : 400_000))
        }
    }

    // MARK: Words

    private func chat() {
        let (text, meaning) = world.chance.one(of: [
            ("Chamo-me Ana", Meaning(fields: [("name", "Ana")])),
            ("Preciso de um site", Meaning(fields: [("need", "website")])),
            ("O meu email é ana@exemplo.pt", Meaning(fields: [("email", "ana@exemplo.pt")])),
            ("Tenho 800 euros", Meaning(fields: [("budget", 800)])),
            ("Somos 3 pessoas", Meaning(fields: [("team_size", 3)])),
            ("Quanto tempo demora?", Meaning(intent: "question")),
            ("E também mais uma coisa", Meaning(intent: "other")),
            ("Tenho uma padaria", Meaning(fields: [("business", "padaria")])),
        ])
        customer.say(text, meaning)
    }

    private func burst(_ count: Int) { for _ in 0..<count { chat() } }

    private func buy() {
        let (word, product) = world.chance.one(of: [("site", "site"), ("assistente", "whatsapp_bot")])
        customer.say("Quero comprar o \(word)", Meaning(intent: "buy", product: product))
    }

    private func tap() {
        guard let last = customer.heard.last, !last.choices.isEmpty else { return chat() }
        customer.tap(world.chance.one(of: last.choices), on: last)
    }

    // MARK: Paying

    private func pay() async {
        guard let url = customer.heard.last(where: { $0.link != nil })?.link, !customer.triedLinks.contains(url)
        else { return }
        customer.triedLinks.insert(url)
        if world.chance.happens(0.3) { await pause(10_000...600_000) }
        let isVoucher = world.chance.happens(0.3)
        let later = isVoucher ? world.chance.milliseconds(30_000...(world.isLong ? 200_000_000 : 300_000)) : nil
        let fails = world.chance.happens(0.2)
        guard let session = world.stripe.pay(url, later: later, fails: fails, by: customer, world) else { return }
        // Until its news is on its way, the history goes on.
        if let later { await pause(later...later + 1) }
        guard world.chance.happens(0.2) else { return }
        await pause(1_000...(world.isLong ? 40_000_000 : 60_000))
        world.stripe.takeBack(session, byBank: world.chance.happens(0.4), from: customer, world)
    }

    // MARK: Staff

    private func askForHuman() async {
        guard world.chance.happens(0.6) else { return }
        customer.say(Words.human, Meaning(intent: "human"), kind: .human)
        await pause(20_000...200_000)
        await release()
    }

    private func takeOver() async {
        guard let conversation = customer.conversation else { return }
        world.ledger.mutes.append(.init(customer: customer.number, kind: .takeover, from: world.now))
        let index = world.ledger.mutes.count - 1
        world.note("staff takes over \(customer.name)")
        let begins = world.chance.happens(0.5) ? StaffAct.What.takeOver : .reply("[staff] Olá, sou o Rui.")
        // Words are refused when the window is shut; then there is a takeover without any.
        if await staff(begins, conversation).isRefused { await staff(.takeOver, conversation) }
        world.ledger.mutes[index].keptAt = world.now
        for _ in 0..<world.chance.whole(0...3) {
            await pause(3_000...40_000)
            if world.chance.happens(0.6) {
                chat()
            } else {
                await staff(.reply("[staff] Já vejo isso."), conversation)
            }
        }
        await pause(5_000...60_000)
        await release()
    }

    private func ownerAnswers() async {
        customer.ownerAnswers()
        await pause(1_000...60_000)
        if world.chance.happens(0.5) { chat() }
        await pause(5_000...120_000)
        await release()
    }

    /// Whoever opted out stays so.
    private func release() async {
        guard let conversation = customer.conversation, !hasOptedOut else { return }
        world.note("staff releases \(customer.name)")
        let released = world.ledger.mutes.indices.filter {
            world.ledger.mutes[$0].customer == customer.number && world.ledger.mutes[$0].end == nil
        }
        let answers = world.chance.happens(0.4)
        // What silences the bot may still be on its way through the inbox.
        for _ in 0..<6 {
            for index in released { world.ledger.mutes[index].until = world.now }
            let outcome = await staff(.release(answers: answers), conversation)
            for index in released { world.ledger.mutes[index].releasedAt = world.now }
            guard outcome == .notHeld, !released.isEmpty else { return }
            await pause(5_000...60_000)
        }
    }

    /// By the customer's own wish, or by the law. Now and then they write again, as a stranger.
    private func beForgotten() async {
        guard let conversation = customer.conversation,
            !world.ledger.mutes.contains(where: { $0.customer == customer.number })
        else { return }
        let from = world.now
        world.note("staff forgets \(customer.name)")
        while !world.isOver {
            let open = world.processes.filter(\.life.isServing)
            if !open.isEmpty, await world.chance.one(of: open).forgets(ConversationID(conversation)) { break }
            await pause(500...2_000)
        }
        world.ledger.erased.append(
            .init(customer: customer.number, conversation: conversation, from: from, until: world.now)
        )
        guard world.chance.happens(0.5) else { return }
        await pause(1_000...60_000)
        chat()
        await hear()
    }

    private var hasOptedOut: Bool {
        world.ledger.mutes.contains { $0.customer == customer.number && $0.kind == .optOut }
    }

    /// Until a process answers.
    @discardableResult
    private func staff(_ what: StaffAct.What, _ conversation: String) async -> StaffOutcome {
        var act = StaffAct(
            what,
            on: ConversationID(conversation),
            by: "Rui",
            at: world.now,
            requestID: "\(world.chance.next())",
            force: true
        )
        while !world.isOver {
            let open = world.processes.filter(\.life.isServing)
            act.at = world.now
            if !open.isEmpty, let outcome = await world.chance.one(of: open).takesStaff(act) { return outcome }
            await pause(500...2_000)
        }
        return .unknown
    }

    // MARK: Waiting

    /// Until something more is delivered, within a minute and a half.
    private func hear() async {
        let before = customer.received.count
        for _ in 0..<90 where customer.received.count == before && !world.isOver { await pause(1_000...1_000) }
    }

    private func pause(_ range: ClosedRange<Int64>) async {
        try? await world.time.sleep(world.chance.milliseconds(range))
    }
}

extension StaffOutcome {
    fileprivate var isRefused: Bool {
        switch self {
        case .done, .duplicate: false
        default: true
        }
    }
}
