import Desk
import Foundation
import Testing

@testable import crset

@Suite("A round of `crset review`")
struct ReviewRoundTests {
    /// A person at the keyboard, the desk behind it, and what was seen and done.
    private final class Room: @unchecked Sendable {
        /// One character: a key; else a line.
        var typed: [String?]
        var asked: [String] = []
        var screen: [String] = []
        var judged: [(lead: String, Judgement)] = []
        var erased: Set<String> = []
        /// Leads, a page of the queue each.
        var queue: [[String]] = [["one"]]
        /// Answers of the bot in each conversation.
        var answers = 3

        init(_ typed: [String?]) { self.typed = typed }

        private func next(_ question: String) -> String? {
            asked.append(question)
            return typed.isEmpty ? nil : typed.removeFirst()
        }

        func round() -> ReviewRound {
            ReviewRound(
                waiting: { [self] cursor in
                    let index = cursor.flatMap(Int.init) ?? 0
                    let next = index + 1 < queue.count ? #","next_cursor":"\#(index + 1)""# : ""
                    let items = try queue[index].map {
                        #"{"lead":\#(try JSON.text(try Self.lead($0))),"reasons":["guarded","new"]}"#
                    }
                    return try DeskJSON.decode(
                        ReviewPage.self,
                        Data(#"{"items":[\#(items.joined(separator: ","))]\#(next)}"#.utf8)
                    )
                },
                transcript: { [self] lead, after in
                    if erased.contains(lead) { throw DeskError(.unknownLead, "no lead “\(lead)”") }
                    // Two entries a page: the customer's, and the bot's behind it.
                    let seq = after + 2
                    let entries = [(seq - 1, "customer"), (seq, "bot")].map {
                        #"{"seq":\#($0.0),"at":"2026-07-01T10:00:00Z","author":"\#($0.1)","kind":"text","text":"text \#($0.0)"}"#
                    }
                    let more = seq < Int64(answers) * 2
                    return try DeskJSON.decode(
                        TranscriptPage.self,
                        Data(
                            #"{"lead":\#(try JSON.text(try Self.lead(lead))),"entries":[\#(entries.joined(separator: ","))],"last_seq":\#(seq),"more":\#(more)}"#
                                .utf8
                        )
                    )
                },
                judge: { [self] in judged.append(($0, $1)) },
                view: TranscriptView(columns: 80, hasColour: false, explains: true, clock: StaffViewTests.clock),
                keyboard: Keyboard(key: { [self] in next($0)?.first }, line: { [self] in next($0) }),
                write: { [self] in screen.append($0) }
            )
        }

        private static func lead(_ id: String) throws -> LeadDocument {
            var lead = try StaffViewTests.lead()
            lead.id = id
            return lead
        }
    }

    @Test("one key judges, and what isn't good is asked about: which answer, and the better one")
    func judges() async throws {
        let room = Room(["x", "b", "price promise", "a discount", "7", "2", "Custa 490 €"])
        try await room.round().go()
        let judgement = try #require(room.judged.first)
        #expect(judgement.lead == "one" && judgement.1.rating == .bad && judgement.1.tags == ["price", "promise"])
        #expect(
            judgement.1.comment == "a discount" && judgement.1.better_seq == 4 && judgement.1.better == "Custa 490 €"
        )
        #expect(room.screen.contains("That key is none of them.") && room.screen.last == "Judged 1, skipped 0.")
        #expect(room.screen.contains { $0.hasPrefix("Give a number from 1 to 3") })
        #expect(room.screen.contains { $0.contains("crset review one --export") })
    }

    @Test("the whole conversation is shown under its day, and the bot's answers are numbered")
    func shows() async throws {
        let room = Room(["q"])
        try await room.round().go()
        #expect(room.screen.count { $0.contains("——") } == 1)
        for seq in 1...6 { #expect(room.screen.contains { $0.contains("text \(seq)") }) }
        for number in 1...3 {
            #expect(room.screen.contains { $0.contains("bot \(number)") && $0.contains("text \(number * 2)") })
        }
        #expect(room.screen.contains("Why: guarded, new") && room.judged.isEmpty)
        #expect(room.screen.last == "Nothing was judged.")
    }

    @Test("the round goes through all pages, past skipped and erased leads, until q")
    func pages() async throws {
        let room = Room(["s", "g", "", "", "g", "", "", "q"])
        room.queue = [["one", "two"], ["gone", "three"], ["four", "five"]]
        room.erased = ["gone"]
        try await room.round().go()
        #expect(
            room.judged.map(\.lead) == ["two", "three"] && room.judged.allSatisfy { $0.1 == Judgement(rating: .good) }
        )
        #expect(room.screen.last == "Judged 2, skipped 2.")
    }

    @Test("who leaves in the middle of a judgement has judged nothing", arguments: [1, 2, 3, 4])
    func leaves(after: Int) async throws {
        let all: [String?] = ["a", "tag", "comment", "1"]
        let room = Room(Array(all.prefix(after)) + [nil])
        try await room.round().go()
        #expect(room.judged.isEmpty && room.screen.last == "Nothing was judged.")
    }

    @Test("which answer is not asked where there is only one")
    func single() async throws {
        let room = Room(["a", "", "", ""])
        room.answers = 1
        try await room.round().go()
        #expect(room.judged.first?.1.better_seq == 2 && !room.asked.contains { $0.hasPrefix("which") })
    }
}
