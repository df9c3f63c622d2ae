import AsyncHTTPClient
import Conversation
import Desk
import Foundation
import Integrations
import Logging
import Prompts
import Sandbox
import Server
import Storage
import Testing

@testable import Pipeline

@Suite("Past conversations that are held again", .serialized)
struct ReplayTests {
    private var log: Logger {
        var log = Logger(label: "test") { StreamLogHandler.standardError(label: $0) }
        log.logLevel = .critical
        return log
    }

    /// Three leads, of which two were judged.
    private func judged(_ staffed: Staffed) async throws -> [String] {
        var ids: [String] = []
        for number in 1...3 { ids.append(try await staffed.lead("35194000000\(number)").1) }
        let desk = staffed.live.desk
        _ = try await desk.judge(ids[0], Judgement(rating: .bad, tags: ["price", "tone"]), by: "Rita")
        _ = try await desk.judge(ids[1], Judgement(rating: .good, tags: ["tone"]), by: "Rita")
        return ids
    }

    @Test("they are chosen by what a review tagged them with, by its judgement, and together with the stage")
    func tags() async throws {
        try await Staffed.with { (staffed) async throws in
            let ids = try await judged(staffed)
            func chosen(_ selection: ReplaySelection) async throws -> [String] {
                try await selection.conversations(in: staffed.store).map(\.id.rawValue).sorted()
            }
            #expect(try await chosen(ReplaySelection(tags: ["price"], limit: 10)) == [ids[0]])
            #expect(try await chosen(ReplaySelection(tags: ["tone"], limit: 10)) == [ids[0], ids[1]].sorted())
            #expect(try await chosen(ReplaySelection(tags: ["price", "nothing"], limit: 10)) == [ids[0]])
            #expect(try await chosen(ReplaySelection(tags: ["tone"], rating: "good", limit: 10)) == [ids[1]])
            #expect(try await chosen(ReplaySelection(rating: "bad", limit: 10)) == [ids[0]])
            #expect(try await chosen(ReplaySelection(tags: ["nothing"], limit: 10)).isEmpty)
            #expect(try await chosen(ReplaySelection(tags: ["tone"], limit: 1)) == [ids[1]], "judged last")
            let stage = try await staffed.live.desk.lead(ids[0]).state.stage.name
            #expect(try await chosen(ReplaySelection(stage: stage, tags: ["price"], limit: 10)) == [ids[0]])
            #expect(try await chosen(ReplaySelection(stage: .paid, tags: ["price"], limit: 10)).isEmpty)
        }
    }

    @Test("they are chosen by the time in which they were under way")
    func period() async throws {
        try await Staffed.with { (staffed) async throws in
            let ids = try await judged(staffed)
            func count(_ since: Int64?, _ until: Int64?, _ tags: Set<String> = []) async throws -> Int {
                try await ReplaySelection(
                    since: since.map { Timestamp(milliseconds: $0) },
                    until: until.map { Timestamp(milliseconds: $0) },
                    tags: tags,
                    limit: 10
                ).conversations(in: staffed.store).count
            }
            let records = try await ids.asyncMap { try await staffed.live.desk.lead($0) }
            let began = try #require(records.map(\.createdAt.milliseconds).min())
            let ended = try #require(records.map(\.updatedAt.milliseconds).max())
            #expect(try await count(nil, nil) == 3)
            #expect(try await count(began, ended + 1) == 3)
            #expect(try await count(ended + 1, nil) == 0)
            #expect(try await count(nil, began) == 0)
            #expect(try await count(ended + 1, nil, ["tone"]) == 0)
            #expect(try await count(nil, began, ["tone"]) == 0)
        }
    }

    @Test("answers that are quite different stand before those with a word changed")
    func words() {
        #expect(Replay.wordsChanged("Olá, Ana! Tudo bem?", "ola ana tudo bem") == 0)
        #expect(Replay.wordsChanged("", "") == 0 && Replay.wordsChanged("a", "") == 1)
        let little = Replay.wordsChanged("It takes ten working days.", "It takes about ten working days.")
        let much = Replay.wordsChanged("It takes ten working days.", "Delivery is quick, promise!")
        #expect(little > 0 && little < 0.2 && much == 1)
    }

    @Test("a replay makes offers without a link at Stripe, sends nothing, and says its costs before")
    func silent() async throws {
        try await Live.with { (live) async throws in
            let chat = Chat(live, Customer(waID: "351940000009", name: "Rita"))
            for line in ["Olá, queria um site", "Chamo-me Rita", "Uma padaria", "4", "1500 euros", "rita@loja.example"]
            {
                try await chat.ask(line)
            }
            try await chat.ask("Sim, quero avançar")
            let lead = try await chat.lead()
            let past = PastConversation(lead, try await live.desk.transcript(of: lead.state.id))
            #expect(past.turns.contains { $0.answered.contains { if case .link = $0.content { true } else { false } } })
            let sent = live.sandbox.everythingSent.count
            let links = try await Self.links(live)
            let asked = live.sandbox.chatCalls
            let access = ModelAccess(live.settings)
            var library = try PromptLibrary.load(live.settings)
            library.playbook.policy.takesPayments = true
            let replay = Replay(
                library,
                client: access.client,
                models: access.models,
                settings: access.settings,
                log: log
            )
            let estimate = replay.estimate([past])
            #expect(live.sandbox.chatCalls == asked, "the estimate costs nothing")
            // What was reported of the same turns corrects it.
            let version = library.playbook.version
            let size = PromptSize(
                library,
                historyTokens: access.settings.historyTokens,
                outputTokens: access.settings.maxOutputTokens
            )
            let corrected = replay.estimate([past], sizes: [version: size])
            let answered = past.turns.compactMap(\.explanation).filter { $0.promptTokens > 0 }
            let reportedTokens = answered.reduce(0) { $0 + $1.promptTokens }
            #expect(estimate.turnsReported == 0 && corrected.turnsReported == answered.count && answered.count >= 5)
            let share = Double(corrected.tokens - 250 * corrected.turns) / Double(reportedTokens)
            #expect(share > 0.98 && share < Double(corrected.turns) / Double(answered.count) * 1.05, "\(share)")
            let turns = await replay.run([past])
            await access.close()
            #expect(turns.count == estimate.turns && estimate.model == access.models.first?.name)
            #expect(!turns.contains { $0.changes.contains("no offer is made") }, "the offer is made again")
            #expect(live.sandbox.chatCalls > asked)
            #expect(live.sandbox.everythingSent.count == sent)
            #expect(try await Self.links(live) == links)
            let reported = turns.reduce(0) { $0 + $1.costMicroUSD }
            #expect(reported > 0 && reported <= (estimate.microUSD ?? 0), "\(reported) of \(estimate)")
        }
    }

    private static func links(_ live: Live) async throws -> [String] {
        let transport = HTTPTransport.live(.shared)
        let stripe = StripeClient.live(
            transport: transport,
            settings: StripeSettings(secretKey: "sk_test_1", apiBase: live.sandbox.stripeBase)
        )
        return try await stripe.listPaymentLinks().items.map(\.id)
    }
}

extension [String] {
    fileprivate func asyncMap<T>(_ body: (String) async throws -> T) async throws -> [T] {
        var results: [T] = []
        for element in self { results.append(try await body(element)) }
        return results
    }
}
