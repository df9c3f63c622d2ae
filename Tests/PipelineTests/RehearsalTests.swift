import Conversation
import Desk
import Foundation
import Integrations
import Logging
import Prompts
import Sandbox
import Server
import Storage
import Synchronization
import Testing

@testable import Pipeline

@Suite("Dialogues that are rehearsed", .serialized)
struct RehearsalTests {
    static let library = Result {
        try PromptLibrary.load(
            prompts: Live.root.appending(path: "Prompts").path,
            config: Live.root.appending(path: "config").path
        )
    }

    var log: Logger {
        var log = Logger(label: "test") { StreamLogHandler.standardError(label: $0) }
        log.logLevel = .critical
        return log
    }

    /// How often a model was asked.
    final class Calls: Sendable {
        private let number = Mutex(0)

        func add() { number.withLock { $0 += 1 } }
        var count: Int { number.withLock { $0 } }
    }

    let settings = PipelineSettings(owner: "test", phoneNumberID: "1")

    func scenarios(_ yaml: String) throws -> [Scenario] {
        let library = try Self.library.get()
        return try library.scenarios(PromptFiles(version: "test", files: ["scenarios/test.yaml": yaml]))
    }

    /// Answers with one JSON object whatever is asked, and counts.
    func model(_ reply: String, calls: Calls = Calls()) -> OpenAIClient {
        var client = OpenAIClient.notConfigured
        client.complete = { (request, _) async throws(OutsideError) in
            calls.add()
            let fields = #"{"name":"Tom","business":null,"need":null,"team_size":null,"budget":null,"email":null}"#
            return ChatAnswer(
                content: #"{"reply":"\#(reply)","language":"en","intent":"answer","product":null,"fields":\#(fields)}"#,
                model: request.model.name,
                usage: ChatUsage(prompt: 4_000, cached: 2_000, completion: 100)
            )
        }
        return client
    }

    func run(_ client: OpenAIClient?, repeats: Int = 1) throws -> ScenarioRun {
        ScenarioRun(
            library: try Self.library.get(),
            models: [OpenAIModel.named("gpt-4.1")],
            settings: settings,
            repeats: repeats,
            client: { _ in client },
            judge: nil,
            log: log
        )
    }

    @Test("expectations hold or fail by what was understood, decided and said")
    func verdicts() async throws {
        let calls = Calls()
        let run = try run(
            model("Nice to meet you, Tom! It is €490. What does your business do?", calls: calls),
            repeats: 3
        )
        let holding = try scenarios(
            """
            language: en
            turns:
              - say: Hi, I'm Tom
                expect:
                  - field name = tom
                  - field budget unknown
                  - stage qualifying
                  - intent answer
                  - language en
                  - score at least 5
                  - asks business
                  - says price of site
                  - 'says "nice to MEET you"'
                  - 'does not say "discount"'
                  - no link
                  - no price except catalog
                  - nothing held back
                  - at most one question
                  - at most 600 characters
            """
        )
        let report = try #require(await run.run(holding).first)
        #expect(report.held == 3 && report.repeats == 3)
        #expect(report.checks.allSatisfy { $0.held == 3 }, "\(report.checks.filter { $0.failed > 0 })")
        #expect(calls.count == 3)
        #expect(report.promptTokens == 12_000 && report.costMicroUSD > 0)

        let failing = try scenarios(
            """
            language: en
            turns:
              - say: Hi, I'm Tom
                expect:
                  - field name = Ana
                  - field name unknown
                  - stage paid
                  - intent buy
                  - language es
                  - score at least 100
                  - score below 1
                  - asks email
                  - recommends site
                  - offers site
                  - says price of automation
                  - 'says "goodbye"'
                  - 'does not say "nice"'
                  - at most 0 questions
                  - at most 10 characters
            """
        )
        let failed = try #require(await run.run(failing).first)
        #expect(failed.held == 0)
        #expect(
            failed.checks.allSatisfy { $0.failed == 3 && $0.instead != nil },
            "\(failed.checks.filter { $0.held > 0 })"
        )
    }

    @Test("what the guard holds back is no reply, and a scenario sees it")
    func heldBack() async throws {
        let scenario = try scenarios(
            "language: en\nturns:\n  - say: Hi\n    expect: [nothing held back, no price except catalog]\n"
        )
        let report = try #require(await run(model("For you it is €99.")).run(scenario).first)
        #expect(report.checks.map(\.failed) == [1, 0])
    }

    @Test("an expectation that can't be read, or names what isn't there, is reported with its line")
    func mistakes() throws {
        for (line, mend) in [
            ("stage qualifed", "did you mean `qualified`?"), ("offers sit", "did you mean `site`?"),
            ("asks nam", "did you mean `name`?"), ("laughs", "known are"), ("says hello", "write it as says"),
        ] {
            let yaml = "language: en\nturns:\n  - say: Hi\n    expect:\n      - \(line)\n"
            let problems = try #require(throws: PromptProblems.self) { try scenarios(yaml) }
            #expect(problems.items.first?.line == 5)
            #expect(problems.items.first?.mend.contains(mend) == true, "\(problems)")
        }
    }

    @Test("the shipped scenarios hold against the sandbox")
    func shipped() async throws {
        var library = try Self.library.get()
        library.playbook.policy.takesPayments = true
        let files = PromptFiles(
            prompts: Live.root.appending(path: "Prompts").path,
            config: Live.root.appending(path: "config").path
        )
        try await Live.with { (live) async throws in
            let access = ModelAccess(live.settings)
            let run = ScenarioRun(
                library: library,
                models: access.models,
                settings: access.settings,
                repeats: 2,
                client: { _ in access.client },
                judge: nil,
                log: log
            )
            let reports = await run.run(try library.scenarios(files))
            await access.close()
            #expect(reports.count == 3)
            for report in reports {
                let failed = report.checks.filter { $0.failed > 0 }
                #expect(failed.isEmpty && report.trouble == nil, "\(report.name): \(failed) \(report.dialogue)")
                #expect(report.held == 2, "\(report.name)")
            }
        }
    }

    @Test("a past conversation is held again: what was decided otherwise comes first, and nothing is sent")
    func replay() async throws {
        try await Live.with { (live) async throws in
            let chat = Chat(live, Customer(waID: "351917777001", userID: "PT.R1", name: "Rita"))
            try await chat.ask("Bom dia, queria um site para o meu salão")
            try await chat.ask("Chamo-me Rita")
            let lead = try await chat.lead()
            let past = PastConversation(lead, try await live.desk.transcript(of: lead.state.id))
            #expect(past.turns.count == 2)
            let before = live.sandbox.sent(to: chat.customer.key).count
            let access = ModelAccess(live.settings)
            let same = Replay(
                try Self.library.get(),
                client: access.client,
                models: access.models,
                settings: access.settings,
                log: log
            )
            let estimate = same.estimate([past])
            #expect(estimate.turns == 2 && estimate.tokens > 8_000 && (estimate.microUSD ?? 0) > 10_000)
            #expect(await same.run([past]).allSatisfy { $0.weight <= 1 })

            let other = Replay(
                try Self.library.get(),
                client: model("I am Tom's bot."),
                models: access.models,
                settings: access.settings,
                log: log
            )
            let turns = await other.run([past])
            await access.close()
            #expect(turns.count == 2 && turns[0].weight >= turns[1].weight && turns[0].weight > 1)
            #expect(turns.flatMap(\.changes).contains { $0.hasPrefix("name Rita → Tom") || $0.hasPrefix("name ") })
            #expect(live.sandbox.sent(to: chat.customer.key).count == before)
        }
    }

    @Test("most of the prompt of a ten-turn conversation stands where the turn before had it, so the cache serves it")
    func cache() async throws {
        let prompts = Mutex<[[ChatMessage]]>([])
        var client = model("Certo, e mais?")
        let answer = client.complete
        client.complete = { (request, timeout) async throws(OutsideError) in
            prompts.withLock { $0.append(request.messages) }
            return try await answer(request, timeout)
        }
        var rehearsal = Rehearsal(
            try Self.library.get(),
            client: client,
            models: [OpenAIModel.named("gpt-4.1")],
            settings: settings,
            log: log
        )
        for turn in 1...10 { _ = await rehearsal.say("Mensagem número \(turn), com umas palavras sobre o meu negócio") }
        let all = prompts.withLock { $0 }
        #expect(all.count == 10)
        let texts = all.map { $0.map { "\($0.role)\($0.content)" }.joined(separator: "\n") }
        var cached = 0
        for (before, now) in zip(texts, texts.dropFirst()) {
            let common = zip(before.utf8, now.utf8).prefix { $0 == $1 }.count
            // In steps of 128 tokens of about four bytes.
            cached += common / 512 * 512
        }
        let share = Double(cached) / Double(texts.reduce(0) { $0 + $1.utf8.count })
        print("prompt: \(Int(share * 100)) % of a ten-turn conversation's prompt tokens can come from the cache")
        #expect(share > 0.7)
    }
}
