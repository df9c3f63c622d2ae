import Foundation
import Testing

@testable import Conversation

@Suite("Timers of a conversation")
struct TimerTests {
    /// 2026-11-23T00:00:00Z, a Monday.
    private static let monday: Int64 = 1_795_392_000_000

    private static func at(_ day: Int, _ hour: Int, _ minute: Int = 0) -> Timestamp {
        Timestamp(milliseconds: monday + Int64((day * 24 + hour) * 60 + minute) * 60_000)
    }

    /// Monday to Friday, 9 to 18 o'clock.
    private static let hours = BusinessHours(
        minutes: (0..<5).map { $0 * 1_440 + 540..<$0 * 1_440 + 1_080 },
        clock: .utc
    )

    private static func playbook(_ hours: BusinessHours? = hours) throws -> Playbook {
        var playbook = try Sample.playbook()
        playbook.policy.hours = hours
        return playbook
    }

    private static func state(_ stage: Stage, lastCustomerMessageAt: Timestamp? = nil) -> ConversationState {
        var state = ConversationState(id: ConversationID("c1"), language: .en)
        state.stage = stage
        state.lastCustomerMessageAt = lastCustomerMessageAt
        return state
    }

    private static let offer = Offer(
        id: "c1-1",
        product: "site",
        productName: "Business website",
        price: Money(minorUnits: 49_000, currency: "EUR"),
        stripePrice: nil,
        madeAt: Timestamp(milliseconds: monday)
    )
    private static let link = PaymentLink(id: "plink_1", url: "https://buy.example/1")
    private static let awaiting = Stage.awaitingPayment(offer, link, .open)

    private func due(_ kind: TimerKind, in effects: [Effect]) -> Timestamp? {
        effects.lazy.compactMap { if case .schedule(kind, let at) = $0 { at } else { nil } }.last
    }

    private func said(_ effects: [Effect]) -> [String] {
        effects.compactMap { if case .send(let message) = $0 { message.fixedText?.key ?? message.text } else { nil } }
    }

    /// When the follow-up comes after a message at this moment.
    private func followUp(_ moment: Timestamp, _ playbook: Playbook) -> Timestamp? {
        let message = CustomerMessage(id: "m", at: moment, content: .text("My name is Tom"))
        let asked = advance(Self.state(.new), .messages([message]), at: moment, by: playbook)
        return due(.followUp, in: advance(asked.state, .modelUnavailable(reason: ""), at: moment, by: playbook).effects)
    }

    @Test("a follow-up comes after its hours, within the business's, and while WhatsApp's window is open if it can be")
    func followUps() throws {
        let playbook = try Self.playbook()
        #expect(followUp(Self.at(0, 14), playbook) == Self.at(1, 10))
        // 06:00 waits for 09:00, still within a day of the message.
        #expect(followUp(Self.at(0, 10), playbook) == Self.at(1, 9))
        // 18:30 would wait until after the window: rather a little earlier.
        #expect(followUp(Self.at(0, 22, 30), playbook) == Self.at(1, 17, 45))
        // On a Friday afternoon nothing else is left.
        #expect(followUp(Self.at(4, 17), playbook) == Self.at(7, 9))
        #expect(followUp(Self.at(4, 17), try Self.playbook(nil)) == Self.at(5, 13))
    }

    @Test(
        "what fires outside the hours waits for the next opening and does nothing before",
        arguments: [
            (TimerKind.followUp, Stage.qualified(Qualified(recommended: "site"))), (.paymentReminder, awaiting),
            (.offerExpiry, awaiting),
            (
                .takeoverReminder,
                .handedOff(HandOff(reason: .customerAsked, staff: nil, at: at(0, 9), before: .new))
            ),
            (.takeoverRelease, .handedOff(HandOff(reason: .customerAsked, staff: nil, at: at(0, 9), before: .new))),
        ]
    )
    func outsideHours(_ kind: TimerKind, _ stage: Stage) throws {
        let state = Self.state(stage, lastCustomerMessageAt: Self.at(0, 9))
        let night = advance(state, .timer(kind), at: Self.at(4, 23), by: try Self.playbook())
        #expect(night.state == state)
        #expect(night.effects == [.schedule(kind, at: Self.at(7, 9))])
        let morning = advance(state, .timer(kind), at: Self.at(7, 9), by: try Self.playbook())
        #expect(morning.effects != [.schedule(kind, at: Self.at(7, 9))] && !morning.effects.isEmpty)
    }

    @Test("a link that was promised, and answers, come at any hour")
    func anyHour() throws {
        let playbook = try Self.playbook()
        let night = Self.at(5, 3)
        let waiting = Self.state(.offered(Offered(offer: Self.offer, failures: 1)))
        #expect(advance(waiting, .timer(.linkRetry), at: night, by: playbook).effects == [.createLink(Self.offer)])
        let linked = advance(waiting, .linkCreated("c1-1", Self.link), at: night, by: playbook)
        #expect(said(linked.effects) == ["offer"])
        let failed = advance(waiting, .linkFailed("c1-1", reason: "", .passing), at: night, by: playbook)
        #expect(due(.linkRetry, in: failed.effects) == night.adding(milliseconds: 30_000))
    }

    @Test("nobody who opted out, is with a person or switched marketing off is followed up")
    func silent() throws {
        let playbook = try Self.playbook()
        let noon = Self.at(1, 12)
        let qualified = Stage.qualified(Qualified(recommended: nil))
        let muted: [Stage] = [
            .optedOut(at: noon, before: qualified),
            .handedOff(HandOff(reason: .customerAsked, staff: nil, at: noon, before: qualified)),
            .optedOut(at: noon, before: Self.awaiting),
        ]
        for stage in muted {
            for kind in TimerKind.allCases where kind != .takeoverRelease {
                #expect(said(advance(Self.state(stage), .timer(kind), at: noon, by: playbook).effects).isEmpty)
            }
        }
        let optedOut = Self.state(.optedOut(at: noon, before: qualified))
        let released = advance(optedOut, .staff(.release(by: "Rita")), at: noon, by: playbook)
        #expect(released.state.stage.name == .qualified && due(.followUp, in: released.effects) == nil)
        let off = advance(Self.state(qualified), .marketing(isAllowed: false), at: noon, by: playbook)
        #expect(off.effects.contains(.cancel(.followUp)) && due(.dormancy, in: off.effects) != nil)
        #expect(said(advance(off.state, .timer(.followUp), at: noon, by: playbook).effects).isEmpty)
        let on = advance(off.state, .marketing(isAllowed: true), at: noon, by: playbook)
        #expect(said(advance(on.state, .timer(.followUp), at: noon, by: playbook).effects) == ["follow_up"])
    }

    @Test("without a follow-up a quiet lead goes to rest all the same")
    func noFollowUp() throws {
        var playbook = try Self.playbook(nil)
        playbook.policy.followUpHours = 0
        let message = CustomerMessage(id: "m", at: Self.at(0, 9), content: .text("Hello"))
        let asked = advance(Self.state(.new), .messages([message]), at: Self.at(0, 9), by: playbook)
        let effects = advance(asked.state, .modelUnavailable(reason: ""), at: Self.at(0, 9), by: playbook).effects
        #expect(due(.dormancy, in: effects) == Self.at(14, 9) && due(.followUp, in: effects) == nil)
    }

    @Test("a reminder waits for a silence, and goes once")
    func reminder() throws {
        let playbook = try Self.playbook(nil)
        let talked = Self.state(Self.awaiting, lastCustomerMessageAt: Self.at(1, 10))
        let early = advance(talked, .timer(.paymentReminder), at: Self.at(1, 12), by: playbook)
        #expect(said(early.effects).isEmpty)
        #expect(due(.paymentReminder, in: early.effects) == Self.at(2, 8))
        let later = advance(talked, .timer(.paymentReminder), at: Self.at(2, 8), by: playbook)
        #expect(said(later.effects) == ["payment_reminder"])
        #expect(due(.paymentReminder, in: later.effects) == nil)
        // Nor again after a person had the conversation.
        let taken = advance(later.state, .staff(.takeOver(by: "Rita")), at: Self.at(2, 9), by: playbook)
        let released = advance(taken.state, .staff(.release(by: "Rita")), at: Self.at(2, 10), by: playbook)
        #expect(released.state.stage.name == .awaitingPayment)
        #expect(due(.paymentReminder, in: released.effects) == nil)
    }

    @Test("an offer ends with its link; the customer is told, but not a person's or a silent customer")
    func expiry() throws {
        let playbook = try Self.playbook(nil)
        let noon = Self.at(1, 12)
        let ended = advance(Self.state(Self.awaiting), .timer(.offerExpiry), at: noon, by: playbook)
        #expect(ended.state.stage.name == .qualified)
        #expect(ended.effects.contains(.deactivateLink(Self.link, "c1-1")))
        #expect(said(ended.effects) == ["offer_expired"])
        for stage in [
            Stage.dormant(before: Self.awaiting), .optedOut(at: noon, before: Self.awaiting),
            .handedOff(HandOff(reason: .customerAsked, staff: nil, at: noon, before: Self.awaiting)),
        ] {
            let silent = advance(Self.state(stage), .timer(.offerExpiry), at: noon, by: playbook)
            #expect(silent.effects.contains(.deactivateLink(Self.link, "c1-1")))
            #expect(said(silent.effects).isEmpty && silent.state.stage.name == stage.name)
        }
        // Not while they are talking about it.
        let talking = Self.state(Self.awaiting, lastCustomerMessageAt: Self.at(1, 11, 30))
        let put = advance(talking, .timer(.offerExpiry), at: noon, by: playbook)
        #expect(put.state == talking && put.effects == [.schedule(.offerExpiry, at: Self.at(1, 12, 30))])
    }

    @Test("staff is reminded of a conversation left alone, then the bot has it again; a word of theirs begins anew")
    func takeover() throws {
        let playbook = try Self.playbook(nil)
        let start = Self.at(0, 9)
        let taken = advance(Self.state(Self.awaiting), .staff(.takeOver(by: "Rita")), at: start, by: playbook)
        #expect(due(.takeoverReminder, in: taken.effects) == start.adding(hours: 24))
        #expect(due(.takeoverRelease, in: taken.effects) == start.adding(hours: 72))
        let wrote = advance(taken.state, .staff(.reply(text: "Hi", by: "Rita")), at: Self.at(0, 12), by: playbook)
        #expect(due(.takeoverRelease, in: wrote.effects) == Self.at(3, 12))

        func alerts(_ state: ConversationState, _ kind: TimerKind) -> [Alert] {
            advance(state, .timer(kind), at: Self.at(3, 12), by: playbook).effects.compactMap {
                if case .alertStaff(let alert) = $0 { alert } else { nil }
            }
        }
        let quiet = alerts(wrote.state, .takeoverReminder)
        #expect(quiet.map(\.kind) == [.takeoverForgotten] && !quiet[0].detail.contains("customer waits"))
        let message = CustomerMessage(id: "m", at: Self.at(0, 13), content: .text("And?"))
        let asked = advance(wrote.state, .messages([message]), at: Self.at(0, 13), by: playbook).state
        #expect(alerts(asked, .takeoverReminder)[0].detail.contains("customer waits"))

        #expect(alerts(asked, .takeoverRelease).map(\.kind) == [.takeoverReleased])
        let released = advance(asked, .timer(.takeoverRelease), at: Self.at(3, 12), by: playbook)
        #expect(released.state.stage == Self.awaiting)
        #expect(released.effects.contains(.cancel(.takeoverReminder)))
        #expect(due(.paymentReminder, in: released.effects) != nil && due(.dormancy, in: released.effects) != nil)
    }

    @Test("what nobody answered is answered by the bot when it has the conversation again, if it may still write")
    func unanswered() throws {
        let playbook = try Self.playbook(nil)
        func message(_ id: MessageID, _ at: Timestamp) -> CustomerMessage {
            CustomerMessage(id: id, at: at, content: .text("And \(id)?"))
        }
        var state = advance(
            Self.state(.qualifying(Qualifying())),
            .staff(.reply(text: "Hi", by: "Rita")),
            at: Self.at(0, 9),
            by: playbook
        ).state
        for hour in 1...10 {
            let moment = Self.at(2, 9 + hour)
            state = advance(state, .messages([message("m\(hour)", moment)]), at: moment, by: playbook).state
        }
        let inTime = advance(state, .timer(.takeoverRelease), at: Self.at(3, 9), by: playbook)
        #expect(inTime.effects.contains(.askModel))
        #expect(inTime.state.answering?.messages.map(\.id) == (3...10).map { "m\($0)" })
        #expect(inTime.state.owesApology == true)

        let tooLate = advance(state, .timer(.takeoverRelease), at: Self.at(4, 9), by: playbook)
        #expect(!tooLate.effects.contains(.askModel) && tooLate.state.answering == nil)
        #expect(tooLate.state.stage.name == .qualifying)

        // A person who gives the conversation back chooses; without a word the bot waits for the customer.
        func released(_ newer: [CustomerMessage]?, at time: Timestamp) -> (state: ConversationState, effects: [Effect])
        {
            advance(state, .staff(.release(by: "Rita", answering: newer)), at: time, by: playbook)
        }
        let asked = released([], at: Self.at(3, 9))
        #expect(asked.effects.contains(.askModel) && asked.state.answering == inTime.state.answering)
        let late = message("m11", Self.at(4, 8))
        #expect(released([late], at: Self.at(4, 9)).state.answering?.messages.map(\.id).last == "m11")
        let silent = released(nil, at: Self.at(3, 9))
        #expect(!silent.effects.contains(.askModel) && silent.state.answering == nil)
        let shut = released([], at: Self.at(4, 9))
        #expect(!shut.effects.contains(.askModel) && shut.state.stage.name == .qualifying)
        let alerts = shut.effects.compactMap { if case .alertStaff(let alert) = $0 { alert.kind } else { nil } }
        #expect(alerts == [.unanswered])

        // A person answered: nothing is left to say.
        let answered = advance(state, .ownerAnswered(text: "Yes"), at: Self.at(2, 20), by: playbook).state
        #expect(
            !advance(answered, .timer(.takeoverRelease), at: Self.at(3, 9), by: playbook).effects.contains(.askModel)
        )
    }

    @Test("a weekend between reminder and release leaves staff time after the reminder")
    func overWeekend() throws {
        let taken = advance(
            Self.state(Self.awaiting),
            .staff(.takeOver(by: "Rita")),
            at: Self.at(4, 8),
            by: try Self.playbook()
        )
        #expect(due(.takeoverReminder, in: taken.effects) == Self.at(7, 9))
        #expect(due(.takeoverRelease, in: taken.effects) == Self.at(8, 9))
    }

    @Test("nobody who asked for a person is forgotten: staff is reminded that they wait")
    func waiting() throws {
        let message = CustomerMessage(id: "m", at: Self.at(0, 9), content: .text("I want to talk to a person"))
        let asked = advance(Self.state(.new), .messages([message]), at: Self.at(0, 9), by: try Self.playbook(nil))
        #expect(asked.state.stage.name == .handedOff)
        let reminded = advance(asked.state, .timer(.takeoverReminder), at: Self.at(1, 9), by: try Self.playbook(nil))
        guard case .alertStaff(let alert)? = reminded.effects.first else {
            Issue.record("no alert")
            return
        }
        #expect(alert.kind == .takeoverForgotten)
        #expect(alert.detail.contains("Nobody has taken") && alert.detail.contains("customer waits"))
    }

    @Test("states of an earlier version are read")
    func earlier() throws {
        let json = """
            {"id":"c1","language":"en","fields":{},"score":0,"offersMade":1,"formerOffers":[],"payments":[],
            "stage":{"offered":{"_0":{"offer":{"id":"c1-1","product":"site","productName":"X","madeAt":1,
            "price":{"minorUnits":1,"currency":"EUR"}},"failures":2}}}}
            """
        let state = try JSONDecoder().decode(ConversationState.self, from: Data(json.utf8))
        #expect(state.isMarketingOff == nil && state.stage.name == .offered)
    }
}
