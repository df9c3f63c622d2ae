import Conversation
import Foundation
import Testing

@testable import Desk
@testable import crset

@Suite("What staff reads on a terminal of any width")
struct StaffLayoutTests {
    private static let long = String(repeating: "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch", count: 3)

    private static func card() throws -> LeadCardDocument {
        let lead = """
            {"id":"1kq3v7abcdefgh","name":"Ana\\nde Sousa","phone":"+351910000001","language":"pt-PT",
            "stage":"handed_off","score":45,"fields":{"business":"\(long)","need":"a b"},"payments":[],
            "alerts":[{"kind":"human","at":"2026-07-01T10:00:00.000Z","detail":
            "The customer asked for a person, and nobody has written to them since."}],
            "created_at":"2026-07-01T10:00:00.000Z","updated_at":"2026-07-01T23:30:00.000Z"}
            """
        let text = """
            {"lead":\(lead),"window":{"is_open":false},"stage_history":[],
            "cost":{"micro_usd":0,"prompt_tokens":0,"completion_tokens":0,"answers":0},
            "notes":[{"at":"2026-07-01T10:00:00.000Z","text":"Rita: a note of two lines\\nand the second one is long"}]}
            """
        return try DeskJSON.decode(LeadCardDocument.self, Data(text.utf8))
    }

    @Test(
        "A card breaks long answers, alerts and notes, and sets what follows below their beginning",
        arguments: [40, 80]
    )
    func card(columns: Int) throws {
        let lines = LeadCard(columns: columns, clock: StaffViewTests.clock).lines(try Self.card())
        #expect(lines.allSatisfy { DisplayWidth.of($0) <= columns }, "\(lines)")
        #expect(lines[0].hasPrefix("Ana de Sousa"))
        let joined = lines.map { $0.trimmingCharacters(in: .whitespaces) }.joined()
        #expect(joined.contains(Self.long))
        let note = try #require(lines.firstIndex { $0.hasPrefix("· 07-01 11:00  Rita") })
        #expect(lines[(note + 1)...].allSatisfy { $0.hasPrefix(String(repeating: " ", count: 15)) })
    }

    @Test("A hand-over fits 40 columns", arguments: [40, 80])
    func handOver(columns: Int) throws {
        let card = try Self.card()
        let receipt = TakeoverReceipt(
            lead: card.lead,
            is_new: true,
            withdrawn: 0,
            window: card.window,
            summary: HandOverSummary(
                why: ["The customer asked for a person."],
                wants: [],
                knows: [],
                open: ["Not known: Where to send the confirmation and the invoice."],
                promised: [],
                last_messages: [Self.long]
            )
        )
        let lines = HandOverView(columns: columns, clock: StaffViewTests.clock).lines(receipt)
        #expect(lines.allSatisfy { DisplayWidth.of($0) <= columns }, "\(lines)")
        #expect(lines.contains("Why a person") && lines.last?.contains("crset release 1kq3v7abcdefgh") == true)
    }

    @Test("The receipt of an erasure names every store in full and fits", arguments: [40, 80])
    func receipt(columns: Int) {
        let receipt = ForgetReceipt(
            lead_id: "1kq3v7abcdefgh",
            at: Moment(.init(milliseconds: 0)),
            by: "Rita",
            erased: [.init("payment_intents", 1)],
            kept: [.init("sales", 1, reason: "payments, which tax law requires to be kept"), .init("staff_log", 0)]
        )
        let lines = ReceiptView(columns: columns).lines(receipt)
        #expect(lines.contains("  payment_intents  1") && lines.allSatisfy { DisplayWidth.of($0) <= columns })
        #expect(!lines.joined().contains("staff_log"))
    }

    @Test("JSON carries no character that steers a terminal or turns the direction, and reads back the same")
    func json() throws {
        let text = "a\u{1B}[31m\u{9B}31m\u{7F}\u{202E}b\u{2028}\u{2066}ç日🥐"
        let json = try DeskJSON.text([text])
        #expect(Terminal.printable(json) == json && json.contains("\\u009b") && json.contains("ç日🥐"))
        #expect(try DeskJSON.decode([String].self, Data(json.utf8)) == [text])
    }

    @Test("Times are written to the millisecond, however often they are read back")
    func moments() throws {
        for milliseconds in [-1, 0, 1, -86_400_001, 1_795_659_516_000] + (0..<1_000).map({ 1_795_659_516_000 + $0 }) {
            let moment = Moment(.init(milliseconds: Int64(milliseconds)))
            #expect(Moment(moment.description) == moment, "\(milliseconds)")
        }
        #expect(Moment(.init(milliseconds: 1_795_659_516_665)).description == "2026-11-26T02:18:36.665Z")
        #expect(Moment(.init(milliseconds: -1)).description == "1969-12-31T23:59:59.999Z")
    }

    @Test("The first end of the input ends the text, as one Ctrl-D at a terminal")
    func input() throws {
        // An empty datagram reads as an end behind which more may come, as a terminal's does.
        var ends: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0, &ends) == 0)
        for text in ["one\n", "more\n", "", "two\n", "", ""] {
            #expect(send(ends[0], text, text.utf8.count, 0) == text.utf8.count)
        }
        #expect(try StandardInput.text(from: ends[1]) == "one\nmore\n")
        ends.forEach { close($0) }
    }

    @Test("What stays on notices that nobody reads any more")
    func unread() {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        #expect(!Terminal.isUnread(ends[1]))
        close(ends[0])
        #expect(Terminal.isUnread(ends[1]))
        close(ends[1])
    }
}

@Suite("Events and the log, page by page")
struct StaffFeedTests {
    @Test("Pages without an event of the lead are gone past, so that those behind them are shown")
    func feed() async throws {
        var feed = EventFeed(after: 0, lead: "a", last: 10)
        var asked: [Int64?] = []
        let seqs: [Int64] = [500, 1_000, 1_020, 1_020]
        try await feed.catchUp { request in
            asked.append(request.after)
            return EventPage(events: [], last_seq: seqs[asked.count - 1])
        } show: { _ in
        }
        #expect(asked == [0, 500, 1_000, 1_020])
    }

    @Test("Without a place to begin, one page of the newest comes; with --last 0 it is not shown")
    func newest() async throws {
        for last in [0, 10] {
            var feed = EventFeed(after: nil, lead: nil, last: last)
            var (limits, shown): ([Int], Int) = ([], 0)
            for _ in 0..<2 {
                try await feed.catchUp { request in
                    limits.append(request.limit)
                    return EventPage(events: [], last_seq: 7)
                } show: { _ in
                    shown += 1
                }
            }
            #expect(limits == [max(last, 1), 500] && shown == (last == 0 ? 1 : 2))
        }
    }

    @Test("A transcript in JSON is one document, of however many pages", arguments: [0, 1, 3])
    func json(pages: Int) async throws {
        let lead = try StaffViewTests.lead()
        let entry = try DeskJSON.decode(TranscriptDocument.Entry.self, Data(StaffViewTests.entry.utf8))
        var text = ""
        try await TranscriptJSON.write({ text += $0 + "\n" }) { seq in
            let entries = seq < Int64(pages) ? [entry, entry] : []
            return TranscriptPage(lead: lead, entries: entries, last_seq: seq + 1, more: seq + 1 < Int64(pages))
        }
        let document = try DeskJSON.decode(TranscriptDocument.self, Data(text.utf8))
        #expect(document.lead == lead && document.entries == Array(repeating: entry, count: 2 * pages))
    }

    @Test("The log of a person who was erased is found by the whole id; of somebody who never was, it is refused")
    func erased() async throws {
        let unknown = DeskError(.unknownLead, "no lead")
        let entry = AuditEntry(
            id: 1,
            at: Moment(.init(milliseconds: 0)),
            who: "Rita",
            action: "forget",
            lead_id: "gone",
            detail: ""
        )
        func page(_ lead: String) async throws -> AuditPage {
            try await AuditCommand.page(AuditRequest(lead_id: nil, who: nil, cursor: nil, limit: 5), of: lead) { _ in
                throw unknown
            } audit: { request in
                AuditPage(entries: request.lead_id == "gone" ? [entry] : [], next_cursor: nil)
            }
        }
        #expect(try await page("gone").entries == [entry])
        await #expect(throws: DeskError.self) { try await page("never") }
    }
}
