import Conversation
import Integrations
import Testing

@testable import Pipeline

@Suite("Pace of the business's number")
struct SendPaceTests {
    /// The machine behind a reference, since expectations can't call what mutates.
    private final class Machine {
        var state: SendPaceState

        init(perSecond: Int) { state = SendPaceState(perSecond: perSecond) }

        func room(at now: Int64) -> Int { state.room(at: now) }
        func place(at now: Int64) -> Int64? { state.place(at: now) }
        func places(_ count: Int) -> [Int64] { (0..<count).compactMap { _ in state.place(at: 0) } }
        func answered() -> Bool { state.answered() }
        func refused(at now: Int64) -> Bool { state.refused(code: "190", reason: "dead token", at: now) }
    }

    private static func error(_ code: Int) -> OutsideError {
        OutsideError(
            service: .whatsapp,
            code: String(code),
            message: "",
            remedy: WhatsAppErrorTable.remedy(code),
            needsOperator: WhatsAppErrorTable.needsOperator(code)
        )
    }

    @Test("the last eighth goes at once, the rest at seven eighths of the limit")
    func paced() {
        let machine = Machine(perSecond: 80)
        let places = machine.places(150)
        #expect(places.prefix(11).allSatisfy { $0 == 0 })
        #expect(places[11] > 0)
        // In no second more than the number may.
        for start in places { #expect(places.count { (start..<start + 1_000).contains($0) } <= 80) }
        #expect(places.last.map { $0 < 2_100 } == true)
    }

    @Test("no more is taken up than may go within a tenth of a second")
    func room() {
        let machine = Machine(perSecond: 80)
        #expect(machine.room(at: 0) == 18)
        _ = machine.places(18)
        #expect(machine.room(at: 0) == 0)
        let opens = machine.state.opensAt(0)
        #expect(opens > 0 && opens < 30)
        #expect(machine.room(at: opens) == 1)
    }

    @Test("a clock that is put back by an hour stops the number for no hour")
    func putBack() {
        let machine = Machine(perSecond: 80)
        let hour: Int64 = 3_600_000
        _ = (0..<40).map { _ in machine.place(at: hour) }
        #expect(machine.room(at: 0) == 0)
        #expect(machine.state.opensAt(0) < 1_000)
        #expect(machine.refused(at: hour))
        #expect(machine.room(at: 1_000) == 0)
        #expect(machine.state.opensAt(1_000) <= 61_000)
    }

    @Test("several processes share the number")
    func shared() {
        let machine = Machine(perSecond: 80)
        machine.state.processes = 4
        let places = machine.places(20)
        #expect(places.count { $0 < 1_000 } <= 20)
        #expect(places.last.map { $0 > 900 } == true)
    }

    @Test("0 is as fast as it goes")
    func unlimited() {
        let machine = Machine(perSecond: 0)
        #expect(machine.places(5_000).allSatisfy { $0 == 0 })
        #expect(machine.room(at: 0) == .max)
    }

    @Test("a complaint halves the speed once, and a minute without one brings it back")
    func tooFast() {
        let machine = Machine(perSecond: 80)
        machine.state.tooFast(at: 0, waitMilliseconds: 4_000)
        machine.state.tooFast(at: 10, waitMilliseconds: 4_000)
        #expect(machine.state.slowness == 2)
        #expect(machine.room(at: 3_800) == 0)
        #expect(machine.room(at: 4_000) > 0)
        machine.state.tooFast(at: 5_000, waitMilliseconds: 0)
        #expect(machine.state.slowness == 4)
        _ = machine.room(at: 65_000)
        #expect(machine.state.slowness == 2)
        _ = machine.room(at: 125_000)
        #expect(machine.state.slowness == 1)
    }

    @Test("while everything is refused, one message a minute tries, and its success opens the gate")
    func halted() {
        let machine = Machine(perSecond: 80)
        #expect(machine.refused(at: 0))
        // Those that were under way say nothing new.
        #expect(!machine.refused(at: 5))
        #expect(!machine.answered())
        #expect(machine.room(at: 59_999) == 0)
        #expect(machine.place(at: 59_999) == nil)
        #expect(machine.room(at: 60_000) == 1)
        #expect(machine.place(at: 60_000) == 60_000)
        #expect(machine.place(at: 60_000) == nil)

        #expect(!machine.refused(at: 60_100))
        #expect(machine.state.halt?.until == 180_100)
        #expect(machine.place(at: 180_100) != nil)
        machine.state.stayedUnclear(at: 180_200)
        #expect(machine.place(at: 185_200) != nil)
        #expect(machine.answered())
        #expect(machine.state.halt == nil)
    }

    @Test("a probe that hears that the number is too fast ends the halt", arguments: [130429, 80007, 4])
    func probedTooFast(code: Int) throws {
        let pace = SendPace(perSecond: 80)
        func at(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }
        #expect(pace.learn(Self.error(190), at: at(0)) == .halted)
        #expect(pace.place(at: at(60_000)) != nil)
        #expect(pace.learn(Self.error(code), at: at(60_100)) == .resumed)
        // In its own time, which is no halt any more.
        #expect(pace.halt == nil && pace.room(at: at(200_000)) > 0)
    }

    @Test("only codes that concern every message halt")
    func codes() {
        let pace = SendPace(perSecond: 80)
        let now = Timestamp(milliseconds: 1_000)
        for code in [131026, 131047, 131056, 100, 2, 132001] {
            #expect(pace.learn(Self.error(code), at: now) == nil)
            #expect(pace.isOpen(at: now), "\(code)")
        }
        #expect(pace.learn(Self.error(190), at: now) == .halted)
        #expect(!pace.isOpen(at: now))
    }
}
