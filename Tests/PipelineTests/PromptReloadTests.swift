import Conversation
import Desk
import Foundation
import Integrations
import Prompts
import Sandbox
import Server
import Storage
import Synchronization
import Testing

@testable import Pipeline

@Suite("Prompt files that change while the service runs", .serialized)
struct PromptReloadTests {
    struct Health: Decodable {
        struct Prompts: Decodable {
            var version: String
            var problems: [String]
        }
        var status: String
        var prompts: Prompts
    }

    func health(_ live: Live) async throws -> Health {
        try JSONDecoder().decode(Health.self, from: try await live.get("/health").body)
    }

    func customer(_ number: Int) -> Customer {
        Customer(waID: "35191777000\(number)", userID: "PT.70\(number)", name: "Ana")
    }

    @Test("a valid change is said from the next turn on, and the version that said it is kept")
    func change() async throws {
        let folder = try PromptFolder()
        defer { folder.delete() }
        try await Live.with(guided: true, overrides: folder.overrides) { (live) async throws in
            let before = try await health(live).prompts.version
            #expect(try await Chat(live, customer(1)).ask("Olá").text.contains("assistente virtual"))
            try folder.replace("  greeting: ", with: "  greeting: Viva! ", in: "Prompts/messages/pt-PT.yaml")
            let after = try await eventually("another version") {
                let version = try await health(live).prompts.version
                return version == before ? nil : version
            }
            let chat = Chat(live, customer(2))
            #expect(try await chat.ask("Olá").text.hasPrefix("Viva! "))
            let transcript = try await live.desk.transcript(of: try await chat.lead().state.id)
            #expect(transcript.compactMap(\.explanation?.promptVersion) == [after])
            let store = try await openStore(live.settings)
            let versions = try await store.promptVersions(limit: 5)
            let kept = try await store.promptVersions(matching: after, limit: 1).first?.files
            try await store.close()
            #expect(versions.map(\.id) == [after, before])
            #expect(kept?["messages/pt-PT.yaml"] == (try folder.text("Prompts/messages/pt-PT.yaml")))
        }
    }

    struct Breakage: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// In the file's place in the message.
        var place: String
        var reason: String
        var apply: @Sendable (PromptFolder) throws -> Void
    }

    static let breakages: [Breakage] = [
        Breakage(testDescription: "a half-saved file", place: "messages/en.yaml", reason: "; ") { folder in
            let text = try folder.text("Prompts/messages/en.yaml")
            try folder.write(String(text.prefix(text.count / 2)), to: "Prompts/messages/en.yaml")
        },
        Breakage(testDescription: "an empty file", place: "system.md", reason: "this file is empty") {
            try $0.write("", to: "Prompts/system.md")
        },
        Breakage(testDescription: "Latin-1", place: "messages/pt-PT.yaml:", reason: "not UTF-8") { folder in
            let text = try folder.text("Prompts/messages/pt-PT.yaml")
            let bytes = text.unicodeScalars.compactMap { UInt8(exactly: $0.value) }
            try folder.write(Data(bytes), to: "Prompts/messages/pt-PT.yaml")
        },
        Breakage(testDescription: "a deleted folder", place: "/Prompts", reason: "this folder is missing") {
            try $0.remove("Prompts")
        },
        Breakage(testDescription: "a price that contradicts the catalog", place: "facts.md:", reason: "no price") {
            try $0.replace("- Website ({{price_site}})", with: "- Website (390 EUR)", in: "Prompts/facts.md")
        },
        Breakage(testDescription: "two files that contradict", place: "messages/", reason: "`need`") {
            try $0.replace("  - id: need", with: "  - id: purpose", in: "config/qualification.yaml")
        },
        Breakage(testDescription: "a list inside itself", place: "turn.md:", reason: "inside itself") { folder in
            let loop = String(repeating: "{{#known}}", count: 40) + String(repeating: "{{/known}}", count: 40)
            try folder.write(try folder.text("Prompts/turn.md") + loop, to: "Prompts/turn.md")
        },
        Breakage(testDescription: "a variable a hundred thousand times", place: "system.md", reason: "100012 variables")
        { folder in
            let many = String(repeating: "{{facts}}", count: 100_000)
            try folder.write(try folder.text("Prompts/system.md") + many, to: "Prompts/system.md")
        },
        Breakage(testDescription: "a prompt beyond all models", place: "system.md", reason: "kB") { folder in
            let many = String(repeating: "{{facts}}\n", count: 900)
            try folder.write(try folder.text("Prompts/system.md") + many, to: "Prompts/system.md")
        },
        Breakage(testDescription: "10 MB of text", place: "facts.md", reason: "larger than 1 MB") {
            try $0.write(Data(repeating: 0x61, count: 10_000_000), to: "Prompts/facts.md")
        },
    ]

    @Test("a broken file changes nothing, health says where and why, and mending it is enough", arguments: breakages)
    func broken(_ breakage: Breakage) async throws {
        let folder = try PromptFolder()
        defer { folder.delete() }
        try await Live.with(guided: true, overrides: folder.overrides) { (live) async throws in
            let before = try await health(live).prompts.version
            let whole = try PromptFolder()
            defer { whole.delete() }
            try breakage.apply(folder)
            let health = try await eventually("a degraded health") { () async throws -> Health? in
                let health = try await self.health(live)
                return health.prompts.problems.isEmpty ? nil : health
            }
            #expect(health.status == "degraded")
            #expect(health.prompts.version == before)
            #expect(
                health.prompts.problems.contains { $0.contains(breakage.place) && $0.contains(breakage.reason) },
                "\(health.prompts.problems)"
            )
            // File, reason, and what to do.
            #expect(health.prompts.problems.allSatisfy { $0.contains(": ") && $0.contains("; ") })
            #expect(try await Chat(live, customer(3)).ask("Olá").text.contains("assistente virtual"))

            for name in ["Prompts", "config"] {
                try? folder.remove(name)
                try FileManager.default.copyItem(
                    at: whole.url.appending(path: name),
                    to: folder.url.appending(path: name)
                )
            }
            _ = try await eventually("health again") { () async throws -> Bool? in
                try await self.health(live).prompts.problems.isEmpty ? true : nil
            }
            #expect(try await self.health(live).prompts.version == before)
        }
    }

    @Test("a turn that is under way ends with the version that it began with")
    func noMixture() async throws {
        let folder = try PromptFolder()
        defer { folder.delete() }
        try await Live.with(overrides: folder.overrides) { (live) async throws in
            let before = try await health(live).prompts.version
            let changes = Mutex(0)
            live.sandbox.setModel(
                .scripted { _ in
                    // While the model thinks, the files change; then it fails, and the fixed texts speak.
                    if changes.withLock({
                        $0 += 1; return $0
                    }) == 1 {
                        try? folder.replace(
                            "  greeting: ",
                            with: "  greeting: Viva! ",
                            in: "Prompts/messages/pt-PT.yaml"
                        )
                        _ = try? await eventually("the change") { () async throws -> Bool? in
                            try await health(live).prompts.version == before ? nil : true
                        }
                    }
                    return .error(status: 400, code: "broken")
                }
            )
            let chat = Chat(live, customer(4))
            #expect(try await chat.ask("Olá").text.hasPrefix("Viva!") == false)
            let transcript = try await live.desk.transcript(of: try await chat.lead().state.id)
            #expect(transcript.compactMap(\.explanation?.promptVersion) == [before])
            #expect(try await Chat(live, customer(5)).ask("Olá").text.hasPrefix("Viva!"))
        }
    }
}
