import ArgumentParser
import Conversation
import Desk
import Foundation
import Pipeline
import Storage
import Testing

@testable import crset

@Suite("crset deadletters")
struct DeadLetterTests {
    static let now = Timestamp(milliseconds: 1_790_000_000_000)

    static func message(_ id: String = "1kq3v7abcdefgh-3-0", code: String = "131031") -> DeadLetter {
        var letter = DeadLetter(id: id, kind: .message, since: now, createdAt: now.adding(milliseconds: -60_000))
        letter.conversation = ConversationID("1kq3v7abcdefgh")
        letter.address = Address(channel: "1", userID: nil, waID: "351910000001")
        letter.history = [.init(at: now, attempt: 1, code: code, reason: "Business account locked, for a long reason")]
        letter.task = .message(OutMessage(.text("Bom dia, Ana!\u{1B}[31m Como se chama a sua empresa?")))
        return letter
    }

    static var item: DeadLetter {
        let id = "wa:wamid.HBgLMzUxOTEwMDAwMDAxFQIAEhgUM0E4RkYzQzM5QTVCQUNFMDA5NDcA"
        var letter = DeadLetter(id: id, kind: .item, since: now, createdAt: now)
        letter.history = [.init(at: now, attempt: 0, code: "unmatched", reason: "no such thing")]
        return letter
    }

    static func document(_ letter: DeadLetter) -> DeadLetterDocument {
        DeadLetterDocument(letter, advice: DeadLetterAdvice.advice(on: letter))
    }

    @Test("The list fits 80 columns, never cuts an id, and names the items beside it")
    func table() {
        var table = DeadLetterTable(columns: 80, clock: StaffViewTests.clock)
        table.itemsBeside = 7
        let lines = table.lines([Self.document(Self.message()), Self.document(Self.item)])
        #expect(lines[0].hasPrefix("ID") && lines[0].hasSuffix("WHY"))
        #expect(lines[1].hasPrefix("1kq3v7abcdefgh-3-0 ") && lines[1].contains("131031"))
        #expect(lines[2] == Self.item.id && lines[3].contains("no such thing"))
        #expect(lines.last?.contains("7 items") == true)
        #expect(lines.allSatisfy { $0.count <= 80 })
        #expect(DeadLetterTable(columns: 80, clock: StaffViewTests.clock).lines([]) == ["No dead letters."])
    }

    @Test(
        "On a narrow terminal whole ids and codes are left, and the times are the business's",
        arguments: [40, 60, 200]
    )
    func narrow(columns: Int) {
        let letters = [Self.document(Self.message()), Self.document(Self.item)]
        let lines = DeadLetterTable(columns: columns, clock: StaffViewTests.clock).lines(letters)
        #expect(lines.filter { $0 != Self.item.id }.allSatisfy { DisplayWidth.of($0) <= columns })
        #expect(lines[1].hasPrefix("1kq3v7abcdefgh-3-0 ") && lines[1].contains("131031"))
        #expect(lines[1].contains("09-21 15:13") == (columns > 80))
        let card = DeadLetterCard(columns: 80, clock: StaffViewTests.clock).lines(letters[0])
        #expect(card.contains { $0.contains("09-21 15:13") })
    }

    @Test("A card tells history, words, advice of the error table and the next commands; no escape gets through")
    func card() {
        let lines = DeadLetterCard(columns: 80, clock: StaffViewTests.clock).lines(Self.document(Self.message()))
        let text = lines.joined(separator: "\n")
        #expect(text.contains("131031: Business account locked"))
        #expect(text.contains("The account is locked: see the Business Manager. Then retry."))
        #expect(text.contains("crset deadletters retry 1kq3v7abcdefgh-3-0"))
        #expect(text.contains("+351910000001") && text.contains("Bom dia, Ana!"))
        #expect(!text.contains("\u{1B}") && !text.contains("may have arrived"))
        #expect(lines.allSatisfy { $0.count <= 80 })
    }

    @Test("A message that may have arrived, or would come late, carries a warning")
    func warnings() {
        var letter = Self.message()
        letter.mayHaveArrived = true
        letter.writtenSince = 2
        let text = DeadLetterCard(columns: 200, clock: StaffViewTests.clock).lines(Self.document(letter)).joined(
            separator: "\n"
        )
        #expect(text.contains("may have arrived") && text.contains("retry 1kq3v7abcdefgh-3-0 --even-twice"))
        #expect(text.contains("2 messages were written to this customer since"))
        #expect(
            DeadLetterTable(columns: 80, clock: StaffViewTests.clock).lines([Self.document(letter)])[1].contains(
                "? Business"
            )
        )
    }

    @Test("A dropped one offers nothing more and says who dropped it")
    func dropped() {
        var letter = Self.message()
        letter.dropped = .init(at: Self.now, by: "Rita")
        let text = DeadLetterCard(columns: 80, clock: StaffViewTests.clock).lines(Self.document(letter)).joined(
            separator: "\n"
        )
        #expect(text.contains("by Rita") && !text.contains("crset deadletters"))
    }

    @Test("The document has stable names and times in UTC")
    func document() throws {
        let text = try JSON.text(DeadLetterList(dead_letters: [Self.document(Self.message())], more: false, items: 3))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["items"] as? Int == 3 && object["more"] as? Bool == false)
        let letter = try #require((object["dead_letters"] as? [[String: Any]])?.first)
        #expect(letter["id"] as? String == "1kq3v7abcdefgh-3-0" && letter["kind"] as? String == "message")
        #expect(letter["since"] as? String == "2026-09-21T14:13:20.000Z")
        #expect(letter["lead_id"] as? String == "1kq3v7abcdefgh" && letter["phone"] as? String == "+351910000001")
        #expect(letter["may_have_arrived"] as? Bool == false && letter["code"] as? String == "131031")
        let history = try #require((letter["history"] as? [[String: Any]])?.first)
        #expect(history["attempt"] as? Int == 1 && history["code"] as? String == "131031")
    }

    @Test(
        "Wrong usage is refused before anything is opened",
        arguments: [
            ["retry"], ["drop"], ["retry", "x", "--all"], ["retry", "--kind", "letter"], ["list", "--limit", "0"],
            ["drop", "x", "--code", "1"],
        ]
    )
    func usage(arguments: [String]) {
        #expect(throws: (any Error).self) { try DeadLetters.parseAsRoot(arguments) }
    }

    @Test("Ids, filters and names are understood")
    func parsing() throws {
        let retry = try #require(
            try DeadLetters.parseAsRoot(["retry", "a", "b", "--by", " Rita "]) as? DeadLetters.Retry
        )
        #expect(retry.selection.ids == ["a", "b"] && retry.selection.name == "Rita" && !retry.evenTwice)
        let drop = try #require(
            try DeadLetters.parseAsRoot(["drop", "--kind", "item", "--yes"]) as? DeadLetters.Drop
        )
        #expect(drop.yes && drop.selection.filter.request(limit: 5).kinds == [.item])
        let list = try #require(try DeadLetters.parseAsRoot([]) as? DeadLetters.List)
        #expect(list.filter.request(limit: 5).kinds == nil)
    }

    @Test("Only a yes at a terminal is a yes", arguments: [("y", true), ("YES ", true), ("", false), ("no", false)])
    func question(answer: String, expected: Bool) {
        #expect(Question(isTerminal: true, answer: { answer }).ask("Drop?") == expected)
        #expect(!Question(isTerminal: false, answer: { answer }).ask("Drop?"))
        #expect(!Question(isTerminal: true, answer: { nil }).ask("Drop?"))
    }

    @Test("A question about a parked turn says who stays without an answer")
    func words() {
        var turn = DeadLetter(id: "1kq-4", kind: .turn, since: Self.now, createdAt: Self.now)
        turn.openEvents = 3
        #expect(DeadLetters.Drop.words([Self.document(turn)]).contains("3 events"))
        #expect(
            DeadLetters.Drop.words([Self.document(Self.message()), Self.document(Self.item)]) == "Drop 2 dead letters?"
        )
    }

    @Test("What was not retried is named; a failure of another kind ends the command")
    func report() {
        var report = RetryReport()
        #expect(report.lines == ["No dead letters like that."])
        report.problems = ["b may have arrived"]
        #expect(report.lines.isEmpty)
        report.done = 1
        #expect(report.lines == ["Retrying 1."])
        #expect(RetryReport.concernsOne(DeskError(.muted, "")) && !RetryReport.concernsOne(DeskError(.invalid, "")))
    }
}
