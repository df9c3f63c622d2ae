import Conversation
import Desk
import Foundation
import Sandbox
import Storage
import Testing

@Suite("The desk on a running service", .serialized)
struct DeskTests {
    @Test("From the first message on: search, watch, figures, review, scenario, export and erasure see the same lead")
    func desk() async throws {
        try await Live.with(guided: true) { (live) async throws in
            let ana = Chat(live, Customer(waID: "351911111113", name: "Ana"))
            try await ana.ask("Olá, queria um orçamento")
            try await ana.ask("Chamo-me Ana Sousa")
            let desk = live.desk
            let id = try await ana.lead().state.id.rawValue

            let hits = try await desk.search(SearchRequest(query: "orcamento")).hits
            #expect(hits.map(\.lead_id) == [id] && hits[0].author == "customer")
            #expect(hits[0].snippet.first { $0.is_match }?.text == "orçamento")
            await #expect(throws: DeskError.self) { try await desk.search(SearchRequest(query: "* -")) }

            let page = try await desk.events(EventRequest(after: 0))
            #expect(page.events.map(\.seq) == page.events.map(\.seq).sorted())
            #expect(page.events.contains { $0.entry.text == "Chamo-me Ana Sousa" && $0.name == "Ana Sousa" })
            #expect(try await desk.events(EventRequest(after: page.last_seq)).last_seq >= page.last_seq)

            let stats = try await desk.stats(StatsRequest(by: .day, time_zone: "Europe/Lisbon"))
            #expect(stats.total.funnel.leads == 1 && stats.total.funnel.engaged == 1 && stats.groups.count == 1)
            #expect(stats.total.messages_in == 2 && stats.total.without_person == 1 && stats.behind == 0)
            await #expect(throws: DeskError.self) { try await desk.stats(StatsRequest(by: .day, time_zone: "Moon")) }

            let judgement = Judgement(rating: .bad, tags: ["tom"], comment: "frio \"demais\"")
            let judged = try #require(try await desk.judge(id, judgement, by: "Rita").judgement)
            // Where none is named, it is about the bot's last answer.
            let answer = try await desk.transcript(id, after: 0, limit: 100).entries.last { $0.author == "bot" }
            #expect(judged.better_seq == answer?.seq && answer != nil && judged.comment == judgement.comment)
            for wrong in [-4, 1, 99_999_999] as [Int64] {
                let pointed = Judgement(rating: .bad, better_seq: wrong)
                await #expect(throws: DeskError.self) { try await desk.judge(id, pointed, by: "Rita") }
            }
            let scenario = try await desk.scenario(id).yaml
            #expect(scenario.contains("language: pt-PT") && scenario.contains("say: \"Chamo-me Ana Sousa\""))

            let part = try await desk.export(id, after: nil)
            #expect(part.card?.lead.id == id && part.next_cursor == nil && part.audit?.map(\.action) == ["judge"])
            #expect(part.entries.contains { $0.text == "Olá, queria um orçamento" })

            #expect(part.review?.judgement == judged && part.review?.judged_by == "Rita")
            for _ in 2...600 { _ = try await desk.judge(id, judgement, by: "Rita") }
            var acts: [Int64] = []
            var cursor: String?
            repeat {
                let part = try await desk.export(id, after: cursor)
                #expect((part.card == nil) == (cursor != nil) && part.entries.isEmpty == (cursor != nil))
                acts += (part.audit ?? []).map(\.id)
                cursor = part.next_cursor
            } while cursor != nil
            #expect(acts.count == 600 && acts == acts.sorted(by: >))

            let receipt = try await desk.forget(id, by: "Rita")
            #expect(receipt.erased.first { $0.store == "conversations" }?.count == 1)
            await #expect(throws: DeskError.self) { try await desk.card(id) }
            #expect(try await desk.search(SearchRequest(query: "orcamento")).hits.isEmpty)
            #expect(try await desk.stats(StatsRequest()).total.funnel.leads == 1)
            try await ana.ask("Olá outra vez")
            #expect(try await ana.lead().state.id.rawValue != id)
        }
    }
}
