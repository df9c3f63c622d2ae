import Conversation
import Desk
import Foundation
import Prompts
import Sandbox
import Server
import Storage
import Testing

/// The two ways to the desk.
enum Way: String, CaseIterable, Sendable {
    case local, remote

    func desk(_ staffed: Staffed, as name: String = "Rita", _ body: (any StaffDesk) async throws -> Void) async throws {
        switch self {
        case .local: try await body(staffed.live.desk)
        case .remote:
            try await staffed.remote(try await staffed.token(.operator, name: name)) { (desk) async throws in
                try await body(desk)
            }
        }
    }
}

extension Way {
    func deadLetters(_ staffed: Staffed, _ body: (any DeadLetterDesk) async throws -> Void) async throws {
        switch self {
        case .local: try await body(DeadLetterCounter(desk: staffed.live.desk, now: staffed.now))
        case .remote:
            try await staffed.remote(try await staffed.token(.operator, name: "Rita")) { (desk) async throws in
                try await body(desk)
            }
        }
    }
}

@Suite("The desk, on the same machine and over the API", .serialized)
struct RemoteDeskTests {
    private static func refusal(_ work: () async throws -> Void) async -> DeskError? {
        do { try await work() } catch { return error as? DeskError }
        return nil
    }

    @Test("Leads are listed, shown and read alike", arguments: Way.allCases)
    func read(way: Way) async throws {
        try await Staffed.with { (staffed) async throws in
            let (_, id) = try await staffed.lead("351911111111", name: "Ana")
            _ = try await staffed.lead("351922222222", name: "Rui")
            try await way.desk(staffed) { (desk) async throws in
                let first = try await desk.leads(LeadListRequest(limit: 1))
                #expect(first.leads.count == 1)
                var next = LeadListRequest(limit: 1)
                next.cursor = first.next_cursor
                let second = try await desk.leads(next)
                #expect(Set((first.leads + second.leads).map(\.phone)) == ["+351911111111", "+351922222222"])
                var none = LeadListRequest()
                (none.stages, none.score_min) = (["paid", "dormant"], 1)
                #expect(try await desk.leads(none).leads.isEmpty)
                let card = try await desk.card("+351 911 111 111")
                #expect(card.lead.id == id && card.window.is_open)
                let page = try await desk.transcript(id, after: 0, limit: 1)
                #expect(page.entries.first?.text == "Olá" && page.more)
                #expect(try await desk.events(EventRequest(after: 0, lead_id: id)).events.first?.entry.text == "Olá")
                let unknown = await Self.refusal { _ = try await desk.card("nobody/such?x") }
                #expect(unknown?.code == .unknownLead)
                #expect(await Self.refusal { _ = try await desk.card("") } != nil)
                let wrong = await Self.refusal { _ = try await desk.leads(LeadListRequest(limit: 0)) }
                #expect(wrong?.code == .invalid)
            }
        }
    }

    @Test("A person takes over, writes, notes, assigns, corrects and gives back alike", arguments: Way.allCases)
    func join(way: Way) async throws {
        try await Staffed.with { (staffed) async throws in
            let (ana, id) = try await staffed.lead()
            let before = ana.heard.count
            try await way.desk(staffed) { (desk) async throws in
                let taken = try await desk.takeOver(id, TakeoverRequest(request_id: "t1"), by: "Rita")
                #expect(taken.is_new && taken.lead.held_by == "Rita")
                try await way.desk(staffed, as: "João") { (other) async throws in
                    let late = await Self.refusal { _ = try await other.takeOver(id, TakeoverRequest(), by: "João") }
                    #expect(late?.code == .heldByOther && late?.holder == "Rita")
                }
                _ = try await desk.reply(id, ReplyRequest(text: "Olá, sou a Rita."), by: "Rita")
                #expect(try await ana.hear(before + 1).text == "Olá, sou a Rita.")
                _ = try await desk.note(id, NoteRequest(text: "call on Friday"), by: "Rita")
                #expect(try await desk.assign(id, to: "Zé", by: "Rita").lead.assigned_to == "Zé")
                #expect(try await desk.assign(id, to: nil, by: "Rita").lead.assigned_to == nil)
                let odd = await Self.refusal { _ = try await desk.assign(id, to: "Z\u{1B}[31m\né", by: "Rita") }
                #expect(odd?.code == .invalid)
                _ = try await desk.setStage(id, "qualified", reason: "r", by: "Rita")
                _ = try await desk.release(id, ReleaseRequest(), by: "Rita")
                _ = try await eventually("the release") {
                    try await desk.card(id).lead.stage == "handed_off" ? nil : true
                }
                let twice = await Self.refusal { _ = try await desk.release(id, ReleaseRequest(), by: "Rita") }
                #expect(twice?.code == .notHeld)
                let log = try await desk.audit(AuditRequest(lead_id: id)).entries
                #expect(Set(log.map(\.who)) == ["Rita"])
                #expect(log.map(\.action).first == "release" && log.map(\.action).last == "takeover")
            }
        }
    }

    @Test("A conversation is judged, exported and erased alike", arguments: Way.allCases)
    func keep(way: Way) async throws {
        try await Staffed.with { (staffed) async throws in
            let (_, id) = try await staffed.lead()
            try await way.desk(staffed) { (desk) async throws in
                let judged = try await desk.judge(id, Judgement(rating: .bad, tags: ["price"]), by: "Rita")
                #expect(judged.judgement?.tags == ["price"] && judged.judged_by == "Rita")
                let part = try await desk.export(id, after: nil)
                #expect(part.card?.lead.phone == "+351911111111" && !part.entries.isEmpty)
                #expect(try await desk.stats(StatsRequest(by: .day)).total.key == "all")
                let receipt = try await desk.forget(id, by: "Rita")
                #expect(receipt.lead_id == id && receipt.by == "Rita" && !receipt.erased.isEmpty)
            }
        }
    }

    @Test("Dead letters are listed, shown, tried again and dropped alike", arguments: Way.allCases)
    func deadLetters(way: Way) async throws {
        try await Staffed.with { (staffed) async throws in
            for number in 1...3 {
                _ = try await staffed.store.accept([
                    Arrival(
                        outsideID: "odd:\(number)",
                        receivedAt: Timestamp(milliseconds: 1_790_000_000_000 + Int64(number)),
                        content: .unmatched(reason: "fits nothing"),
                        raw: "{}"
                    )
                ])
            }
            try await way.deadLetters(staffed) { (desk) async throws in
                #expect(try await desk.deadLetters(DeadLetterListRequest()).dead_letters.isEmpty)
                var request = DeadLetterListRequest(limit: 2)
                request.kinds = [.item]
                let first = try await desk.deadLetters(request)
                #expect(first.dead_letters.map(\.id) == ["odd:3", "odd:2"] && first.items == 3)
                request.cursor = first.next_cursor
                #expect(try await desk.deadLetters(request).dead_letters.map(\.id) == ["odd:1"])
                let letter = try await desk.deadLetter(document: "odd:2")
                #expect(letter.kind == "item" && letter.raw == "{}" && !letter.advice.isEmpty)
                func refusal(_ work: () async throws -> Void) async -> DeskError.Code? {
                    await Self.refusal(work)?.code
                }
                #expect(await refusal { _ = try await desk.deadLetter(document: "odd:") } == .ambiguousLead)
                #expect(await refusal { _ = try await desk.deadLetter(document: "none") } == .notFound)
                let again = DeadLetterRetryRequest()
                #expect(await refusal { _ = try await desk.retry("odd:2", again, by: "Rita") } == .useless)
                #expect(try await desk.drop("odd:2", by: "Rita").outcome == "dropped")
                #expect(await refusal { _ = try await desk.drop("odd:2", by: "Rita") } == .gone)
                var dropped = DeadLetterListRequest()
                (dropped.kinds, dropped.dropped) = ([.item], true)
                #expect(try await desk.deadLetters(dropped).dead_letters.map(\.dropped_by) == ["Rita"])
            }
        }
    }

    @Test("A server that isn't there and a token that isn't good are told apart, with what to do")
    func unreachable() async throws {
        try await Staffed.with { (staffed) async throws in
            await #expect {
                try await staffed.remote("a.b.c") { (desk) async throws in _ = try await desk.leads(LeadListRequest()) }
            } throws: { "\($0)".contains("CRSET_TOKEN") && ($0 as? StartProblem)?.exitCode == 1 }
            var settings = staffed.live.settings
            (settings.crset.server, settings.crset.token) = ("http://127.0.0.1:1", Secret("x"))
            await #expect {
                try await RemoteDesk.with(settings) { (desk) async throws in _ = try await desk.leads(LeadListRequest())
                }
            } throws: { "\($0)".contains("CRSET_SERVER") && ($0 as? StartProblem)?.exitCode == 69 }
        }
    }
}
