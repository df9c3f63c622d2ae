import Conversation
import Foundation
import Sandbox
import Storage
import Synchronization
import Testing

@testable import Pipeline

@Suite("Turns", .serialized)
struct TurnTests {
    private let now = Timestamp(milliseconds: 1_790_000_000_000)

    @Test("A customer who writes as a reminder falls due gets an answer, not a reminder as well")
    func noNudge() {
        let due: [TimerKind: Timestamp] = [
            .followUp: now, .paymentReminder: now, .dormancy: now, .takeoverRelease: now, .linkRetry: now,
            .offerExpiry: now.adding(hours: 1),
        ]
        var timers = due
        #expect(Timers.takeDue(&timers, at: now, customerWrites: true) == [.linkRetry, .takeoverRelease])
        // Behind the message, it finds that they talked, and is put off.
        #expect(timers == [.offerExpiry: now.adding(hours: 1), .paymentReminder: now])
        timers = due
        #expect(Timers.takeDue(&timers, at: now).count == 5)
        // After an outage of days: no link is sent that ends at that moment.
        timers = [
            .paymentReminder: now.adding(hours: -100), .offerExpiry: now, .takeoverReminder: now.adding(hours: 1),
        ]
        #expect(Timers.takeDue(&timers, at: now) == [.offerExpiry])
        #expect(timers.keys.map(\.rawValue) == ["takeover_reminder"])
    }

    @Test("Who writes as the bot gets the conversation back gets one answer to all that waited, from whom comes first")
    func writesAtRelease() async throws {
        func adjust(_ settings: inout PipelineSettings, _ policy: inout Policy) {
            (policy.hours, policy.takeoverReminderHours, policy.takeoverReleaseHours) = (nil, 1, 2)
        }
        for staffComesBack in [false, true] {
            try await TurnRig.with(adjust: adjust) { (rig) async throws in
                try await rig.ask("quero falar com uma pessoa")
                #expect(try await rig.ask("Têm vagas em maio?") == nil)
                rig.clock.advance(by: 2 * 3_600_000)
                try await rig.write(.text("Está aí alguém?"))
                if staffComesBack {
                    let reply = StaffAct(
                        .reply("Temos, sim."),
                        on: TurnRig.lead,
                        by: "Rita",
                        at: rig.clock.now,
                        requestID: "1"
                    )
                    #expect(try await rig.store.act(reply) == .done(withdrawn: 0))
                }
                _ = try await rig.answer()
                let state = try #require(try await rig.store.lead(TurnRig.lead)?.state)
                #expect((state.stage.name == .handedOff) == staffComesBack)
                #expect(rig.outside.models.count == (staffComesBack ? 0 : 1))
                let wake = try await rig.store.nextWake().turns
                #expect(wake.map { $0 > rig.clock.now } ?? true)
            }
        }
    }

    @Test("Who writes as a person gives the conversation back to be answered gets one answer to all that waited")
    func writesAtAnsweringRelease() async throws {
        for writesAgain in [false, true] {
            try await TurnRig.with { (rig) async throws in
                try await rig.ask("quero falar com uma pessoa")
                #expect(try await rig.ask("Têm vagas em maio?") == nil)
                if writesAgain { try await rig.write(.text("Está aí alguém?")) }
                let release = StaffAct(
                    .release(answers: true),
                    on: TurnRig.lead,
                    by: "Rita",
                    at: rig.clock.now,
                    requestID: "1"
                )
                #expect(try await rig.store.act(release) == .done(withdrawn: 0))
                let asked = rig.outside.models.count
                _ = try await rig.answer()
                #expect(rig.outside.models.count == asked + 1)
                let state = try #require(try await rig.store.lead(TurnRig.lead)?.state)
                #expect(!state.stage.isMuted && state.answering == nil)
            }
        }
    }

    @Test("A customer who never stops writing is answered all the same")
    func neverStops() async throws {
        try await Live.with { (live) async throws in
            let chat = Chat(live, Customer(waID: "351918888888", userID: "PT.8", name: "Léo"))
            let calls = Mutex(0)
            live.sandbox.setModel(
                .scripted { [sandbox = live.sandbox] _ in
                    let call = calls.withLock { calls in
                        calls += 1
                        return calls
                    }
                    // One more message before each answer of the model.
                    if call < 30 { _ = try? await sandbox.write(.text("e mais isto"), as: chat.customer) }
                    return .text(
                        #"{"reply":"Certo.","language":"pt-PT","intent":"answer","product":null,"fields":{"name":null,"business":null,"need":null,"team_size":null,"budget":null,"email":null}}"#
                    )
                }
            )
            try await chat.ask("Olá")
            #expect(calls.withLock { $0 } < 12)
        }
    }

    @Test("Only failures of our own count against a turn; what the store or a stop does passes")
    func faults() {
        for error in [
            StoreError.unavailable("disk full"), StoreError.overloaded, StoreError.closed, CancellationError(),
        ] as [any Error] {
            #expect(Turn.fault(error) == nil)
        }
        #expect(Turn.fault(StoreError.defect("no such column"))?.code == "store_defect")
        #expect(Turn.fault(Missed("x")) == TurnFault(code: "turn_failed", reason: "the turn ended with Missed"))
    }
}
