import Conversation
import Desk
import Foundation
import Sandbox
import Storage
import Testing

@Suite("Staff beside the running service", .serialized)
struct StaffTests {
    /// A desk on a connection of its own, as another process has it.
    private static func beside(_ live: Live, _ body: (Desk) async throws -> Void) async throws {
        let path = live.folder.appending(path: "crset.sqlite").path
        let store = try SQLiteStore.open(path: path, options: .init(migrates: false))
        let desk = Desk(
            store: store,
            now: { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)) },
            newID: { UUID().uuidString }
        )
        do { try await body(desk) } catch {
            try? await store.close()
            throw error
        }
        try await store.close()
    }

    @Test("A person takes over, writes and gives back from another process; the bot is silent in between")
    func takeOver() async throws {
        try await Live.with(guided: true) { (live) async throws in
            let ana = Chat(live, Customer(waID: "351911111111", name: "Ana"))
            try await ana.ask("Olá")
            let id = try await ana.lead().state.id.rawValue
            try await Self.beside(live) { (desk) async throws in
                let receipt = try await desk.takeOver("+351 911 111 111", TakeoverRequest(), by: "Rita")
                #expect(receipt.is_new && receipt.lead.held_by == "Rita" && receipt.window.is_open)
                #expect(receipt.summary.last_messages == ["Olá"])
                await #expect(throws: DeskError.self) {
                    try await desk.takeOver(id, TakeoverRequest(), by: "João")
                }
                let before = ana.heard.count
                try await ana.say("Preciso de um site")
                // The alert says that the turn is done; a bot's answer would have been written with it.
                _ = try await eventually("the alert") {
                    try await desk.card(id).lead.alerts.first { $0.kind == "message_while_handed_off" }
                }
                _ = try await desk.reply(id, ReplyRequest(text: "Olá, sou a Rita."), by: "Rita")
                #expect(try await ana.hear(before + 1).text == "Olá, sou a Rita.")
                #expect(try await desk.card(id).lead.alerts.isEmpty)

                _ = try await desk.release(id, ReleaseRequest(), by: "Rita")
                try await ana.say("Chamo-me Ana")
                try await ana.hear(before + 2)
                #expect(try await desk.card(id).lead.held_by == nil)
                _ = try await desk.takeOver(id, TakeoverRequest(), by: "Rita")
                try await ana.say("Quanto custa o site?")
                _ = try await eventually("the alert") {
                    try await desk.card(id).lead.alerts.first { $0.kind == "message_while_handed_off" }
                }
                _ = try await desk.release(id, ReleaseRequest(answer: true), by: "Rita")
                #expect(try await ana.hear(before + 3).text.contains("490"))
                let actions = try await desk.audit(AuditRequest(lead_id: id)).entries.map(\.action)
                #expect(actions == ["release", "takeover", "release", "reply", "takeover"])
            }
        }
    }

    @Test("What staff does in the service's own process is seen to at once, not at the next look")
    func atOnce() async throws {
        // Nobody looks by themselves for an hour.
        let live = try await Live.start(guided: true, pollInterval: 3_600_000)
        let ana = Chat(live, Customer(waID: "351911111111", name: "Ana"))
        try await ana.ask("Olá")
        let id = try await ana.lead().state.id.rawValue
        // Reports of the answer wake the workers, too.
        _ = try await eventually("the report of delivery") {
            let lines = try await live.desk.transcript(id, after: 0, limit: 100).entries
            return lines.contains { $0.delivery == "delivered" || $0.delivery == "read" } ? true : nil
        }
        let before = ana.heard.count
        for number in 1...3 {
            _ = try await live.desk.reply(id, ReplyRequest(text: "Olá \(number)"), by: "Rita")
            #expect(try await ana.hear(before + number).text == "Olá \(number)")
        }
        await live.stop()
    }

    @Test("A command that came while no service ran is done when one starts")
    func whileStopped() async throws {
        let live = try await Live.start(guided: true)
        let ana = Chat(live, Customer(waID: "351911111112", name: "Ana"))
        try await ana.ask("Olá")
        let id = try await ana.lead().state.id.rawValue
        try await Self.beside(live) { (desk) async throws in
            _ = try await desk.takeOver(id, TakeoverRequest(), by: "Rita")
            _ = try await desk.setStage(id, "disqualified", reason: "duplicate", by: "Rita")
        }
        let again = try await live.restarted()
        _ = try await eventually("the stage") {
            let state = try await again.desk.lead(id).state
            return state.stage.standing.name == .disqualified && state.stage.name == .handedOff ? state : nil
        }
        await again.stop()
    }
}
