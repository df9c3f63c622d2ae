import Conversation
import Foundation
import Integrations
import Prompts
import Sandbox
import Server
import Testing

@testable import Pipeline

extension RehearsalTests {
    @Test("what was recorded is played without a model, and a changed prompt asks anew")
    func recordings() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "crset-answers-\(UUID().uuidString).json")
            .path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let scenario = try scenarios("language: en\nturns:\n  - say: Hi\n    expect: [field name = Tom]\n")
        let calls = Calls()
        let live = model("Hello!", calls: calls)
        var tally = Recordings.Tally()
        func held(_ mode: Recordings.Mode, _ client: OpenAIClient, _ change: (inout PromptLibrary) -> Void = { _ in })
            async throws -> ScenarioRun.Report
        {
            let recordings = try Recordings(path: path, mode: mode)
            var run = try run(nil, repeats: 2)
            change(&run.library)
            run.client = { [version = run.library.playbook.version] in
                recordings.playing(client, take: $0, version: version)
            }
            let report = try #require(await run.run(scenario).first)
            try recordings.save()
            tally = recordings.tally
            return report
        }
        #expect(try await held(.replay, .notConfigured).trouble?.contains("not_recorded") == true)
        #expect(try await held(.fill, live).held == 2)
        #expect(calls.count == 2)
        let played = try await held(.replay, .notConfigured)
        #expect(played.held == 2 && played.promptTokens == 8_000)
        #expect(try await held(.fill, live).held == 2)
        #expect(calls.count == 2)
        let folder = try PromptFolder()
        defer { folder.delete() }
        try folder.replace("Never negotiate.", with: "Never ever negotiate.", in: "Prompts/system.md")
        let changed = try PromptLibrary.load(prompts: folder.prompts, config: folder.config)
        let stale = try await held(.replay, .notConfigured) { $0 = changed }
        let version = try Self.library.get().playbook.version
        #expect(stale.held == 0 && stale.trouble?.contains("recording_is_stale") == true)
        #expect(stale.trouble?.contains("version \(version)") == true, "\(stale.trouble ?? "")")
        #expect(tally.stale == 2 && tally.played == 0 && tally.staleVersions == [version])
        #expect(try await held(.fill, live) { $0 = changed }.held == 2)
        #expect(calls.count == 4 && tally.stale == 2)
        #expect(try await held(.fill, live) { $0 = changed }.held == 2)
        #expect(calls.count == 4 && tally == Recordings.Tally(played: 2))
        // Recording anew asks all of it, and forgets what nobody asks any more.
        #expect(try await held(.record, live).held == 2)
        #expect(calls.count == 6)
        #expect(try await held(.replay, .notConfigured) { $0 = changed }.held == 0)
    }

    @Test("the sandbox's answers to the shipped scenarios are recorded over HTTP and played with nobody there")
    func sandbox() async throws {
        var library = try Self.library.get()
        library.playbook.policy.takesPayments = true
        let files = PromptFiles(
            prompts: Live.root.appending(path: "Prompts").path,
            config: Live.root.appending(path: "config").path
        )
        let path = FileManager.default.temporaryDirectory.appending(path: "crset-answers-\(UUID().uuidString).json")
            .path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let asking = library
        func held(_ mode: Recordings.Mode, _ client: OpenAIClient, _ models: [OpenAIModel]) async throws
            -> ([ScenarioRun.Report], Recordings.Tally)
        {
            let recordings = try Recordings(path: path, mode: mode)
            let run = ScenarioRun(
                library: asking,
                models: Array(models.prefix(1)),
                settings: settings,
                repeats: 1,
                client: { recordings.playing(client, take: $0, version: asking.playbook.version) },
                judge: nil,
                log: log
            )
            let reports = await run.run(try asking.scenarios(files))
            try recordings.save()
            return (reports, recordings.tally)
        }
        var models: [OpenAIModel] = []
        var asked = 0
        try await Live.with { (live) async throws in
            let access = ModelAccess(live.settings)
            models = access.models
            let client = try #require(access.client)
            let (reports, tally) = try await held(.record, client, models)
            #expect(reports.allSatisfy { $0.held == 1 } && tally.played == 0 && tally.new == live.sandbox.chatCalls)
            asked = tally.new
            await access.close()
        }
        let (reports, tally) = try await held(.replay, .notConfigured, models)
        #expect(reports.allSatisfy { $0.held == 1 && $0.trouble == nil })
        #expect(tally == Recordings.Tally(played: asked) && asked >= 6)
    }
}
