import ArgumentParser
import Conversation
import Desk
import Foundation
import Testing

@testable import crset

@Suite("What staff sees in a terminal")
struct StaffViewTests {
    static let clock = StaffClock(zone: "Europe/Lisbon")

    static func lead(_ json: String = "") throws -> LeadDocument {
        let text = """
            {"id":"1kq3v7abcdefgh","name":"Ana \\u001b[31m漢字 de Sousa Mascarenhas","phone":"+351910000001",
            "language":"pt-PT","stage":"awaiting_payment","score":45,"fields":{"need":"website"},"payments":[],
            "alerts":[],"created_at":"2026-07-01T10:00:00.000Z","updated_at":"2026-07-01T23:30:00.000Z"\(json)}
            """
        return try DeskJSON.decode(LeadDocument.self, Data(text.utf8))
    }

    @Test(
        "A list fits the terminal, wide letters included, and no escape gets through",
        arguments: [40, 60, 80, 120, 200]
    )
    func table(columns: Int) throws {
        let leads = [try Self.lead(), try Self.lead(#","waiting_since":"2026-07-01T10:00:00Z","held_by":"Rita""#)]
        let lines = LeadTable(columns: columns, clock: Self.clock).lines(leads)
        #expect(lines.count == 3 && lines[0].hasPrefix("LEAD"))
        #expect(lines.allSatisfy { DisplayWidth.of($0) <= columns })
        #expect(!lines.joined().contains("\u{1B}"))
        #expect(lines[1].contains("awaiting_payment") && lines[2].contains("!awaiting_payment"))
    }

    @Test("A card fits a terminal of 40 columns, and stands beside its names where there is room")
    func card() throws {
        let lead = try Self.lead(#","assigned_to":"Maria do Carmo Mascarenhas","held_by":"Rita""#)
        let shut = Data(#"{"is_open":false,"closes_at":"2026-07-02T10:00:00.000Z"}"#.utf8)
        let window = try DeskJSON.decode(WindowDocument.self, shut)
        let narrow = LeadCard(columns: 40, clock: Self.clock).lines(lead, window: window)
        #expect(narrow.allSatisfy { DisplayWidth.of($0) <= 40 }, "\(narrow)")
        #expect(narrow.contains("window") && narrow.contains("  shut since 07-02 11:00: only templates"))
        let wide = LeadCard(columns: 80, clock: Self.clock).lines(lead, window: window)
        #expect(wide.contains("window    shut since 07-02 11:00: only templates go out"))
        #expect(Terminal.field("a", 3, "b", 5) == ["a   b"] && Terminal.field("a", 3, "bc", 5) == ["a", "  bc"])
    }

    @Test("Times are the business's, across summer time and midnight")
    func clock() throws {
        let lead = try Self.lead()
        #expect(Self.clock.short(lead.updated_at) == "07-02 00:30")
        let now = try #require(Moment("2026-11-25T12:00:00Z"))
        #expect(Self.clock.moment("24h", now: now)?.description == "2026-11-24T12:00:00.000Z")
        #expect(Self.clock.moment("2026-07-02", now: now)?.description == "2026-07-01T23:00:00.000Z")
        #expect(Self.clock.moment("today", now: now)?.description == "2026-11-25T00:00:00.000Z")
        for wrong in ["", "d", "-3d", "2026-13-01", "2026-02-30", "2026-11-31", "gestern", "99999999999999999999d"] {
            #expect(Self.clock.moment(wrong, now: now) == nil, "\(wrong)")
        }
    }

    @Test(
        "A cell never becomes a formula, and numbers stay numbers",
        arguments: [
            ("=1+1", "\"'=1+1\""), ("+351", "+351"), ("-5", "-5"), ("@x", "\"'@x\""),
            ("-2+3+cmd|' /C calc'!A0", "\"'-2+3+cmd|' /C calc'!A0\""),
            ("\t=1", "\"'\t=1\""), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("plain", "plain"), ("", ""),
            ("＝1", "\"'＝1\""), ("a\u{1B}[31mb\u{9B}\u{202E}c", "a[31mbc"), ("a\r\nb", "\"a\nb\""),
        ]
    )
    func csv(text: String, cell: String) { #expect(CSV.cell(text) == cell) }

    static let entry = #"""
        {"seq":1,"at":"2026-07-01T10:00:00.000Z","author":"customer","kind":"text","text":"<script>alert(1)</script> *olá* \u001b[2J"}
        """#

    @Test("A page shows what customers wrote as words, never as markup")
    func html() throws {
        let entry = try DeskJSON.decode(TranscriptDocument.Entry.self, Data(Self.entry.utf8))
        let page = TranscriptHTML(clock: Self.clock, explains: false)
        let block = try #require(page.block(entry))
        #expect(block.contains("&lt;script&gt;") && !block.contains("<script") && !block.contains("\u{1B}"))
        let head = page.head(try Self.lead())
        #expect(head.hasPrefix("<!doctype html>") && head.contains("default-src 'none'"))
        let heading = TranscriptMarkdown(clock: Self.clock, explains: false).heading(try Self.lead())
        #expect(heading[0].hasPrefix("# Ana 漢字 de Sousa") && !heading[0].contains("\u{1B}"))
        #expect(!head.contains("http:") && !head.contains("https:"))
        let text = TranscriptMarkdown(clock: Self.clock, explains: false).lines(entry).joined(separator: "\n")
        #expect(text.contains("\\<script\\>") && text.contains("\\*olá\\*") && !text.contains("\u{1B}"))
    }

    @Test("A transcript fits 40 columns and 80", arguments: [40, 80])
    func transcript(columns: Int) throws {
        let entry = try DeskJSON.decode(TranscriptDocument.Entry.self, Data(Self.entry.utf8))
        let view = TranscriptView(columns: columns, hasColour: false, explains: true, clock: Self.clock)
        let lines = view.lines(entry)
        #expect(lines.allSatisfy { DisplayWidth.of($0) <= columns && !$0.contains("\u{1B}") })
        #expect(lines.joined().contains("11:00 customer"))
    }

    @Test(
        "Wrong usage is refused before anything is opened",
        arguments: [
            ["leads", "--limit", "0"], ["leads", "--stage", "nowhere"], ["leads", "--json", "--csv"],
            ["leads", "--sort", "x"],
            ["transcript", "x", "--json", "--html"], ["transcript", "x", "--html", "--follow"], ["search"],
            ["stats", "--by", "moon"], ["review", "--rate", "bad"], ["review", "x", "--tag", "y"],
            ["watch", "--last", "-1"], ["watch", "--stage", "nowhere"], ["watch", "--author", "me"],
            ["leads", "show", ""], ["transcript", " "],
            ["leads", "assign", "x", "Rita", "--nobody"], ["leads", "stage", "x", "qualified"],
            ["search", "a", "--nope"],
        ]
    )
    func usage(arguments: [String]) {
        #expect(throws: (any Error).self) { try CRSET.parseAsRoot(arguments) }
    }

    @Test("Bars and sparklines are of the width they are given")
    func bars() {
        #expect(Bars.bar(50, of: 100, width: 10) == "█████")
        #expect(Bars.bar(1, of: 1_000_000, width: 10) == "▏" && Bars.bar(0, of: 5, width: 10).isEmpty)
        #expect(Bars.spark([0, 1, 2, 7]) == "▁▂▃█" && Bars.spark([0, 0]) == "▁▁")
        #expect(Bars.percent(1, of: 3) == "33.3 %" && Bars.percent(1, of: 0) == "–")
        #expect(StatsView.duration(950) == "950 ms" && StatsView.duration(90_000) == "1.5 min")
    }
}
