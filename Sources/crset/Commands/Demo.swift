import ArgumentParser
import Conversation
import Foundation
import Logging
import Prompts
import Sandbox

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Be a customer of the sample business, here in the terminal. Needs no account.",
        discussion: """
            The service runs as it always does; WhatsApp and Stripe are simulated on this machine, and so is the model \
            unless OPENAI_API_KEY is set. Type messages, numbers to tap buttons, /help for the rest.

            A script, or what is piped in, holds one step a line: what the customer writes, slash commands, \
            “> text” that the bot must say next, “? stage paid”, “#” comments. The exit code is 0 when everything came.

            EXAMPLES
              crset demo
              crset demo --language en --explain
              crset demo --script dialogue.chat
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Option(name: .long, help: "pt-PT, pt-BR, en or es: the customer's country and the chat's own words.")
    var language = "pt-PT"

    @Option(name: .long, help: "Hold the dialogue of this file and leave.")
    var script: String?

    @Flag(name: .long, help: "Guided mode: no model at all.")
    var guided = false

    @Flag(name: .long, help: "After each message, why the bot said it.")
    var explain = false

    @Option(name: .long, help: "Seed of the sandbox.")
    var seed: UInt64 = 1

    @Option(name: .long, help: "Seconds that a script waits for each thing (1…600).")
    var patience = 30

    func validate() throws {
        guard DemoWords.all.contains(where: { $0.language.rawValue == language }) else {
            throw ValidationError("--language takes \(DemoWords.all.map(\.language.rawValue).joined(separator: ", "))")
        }
        guard (1...600).contains(patience) else { throw ValidationError("--patience takes 1 to 600 seconds") }
    }

    func run() async throws {
        try await reportingFailures {
            let script = try script.map(readScript)
            let terminal = script == nil ? RawTerminal() : nil
            let stage = try DemoStage(self, isInteractive: terminal != nil)
            defer { stage.removeTemporaryData() }
            try await stage.play(script, on: terminal)
        }
    }

    private func readScript(_ path: String) throws -> DemoScript {
        guard let bytes = FileManager.default.contents(atPath: path), bytes.count <= 1 << 20 else {
            throw Failure(description: "\(path) can't be read, or is larger than 1 MiB")
        }
        do { return try DemoScript(String(decoding: bytes, as: UTF8.self)) } catch {
            throw Failure(description: "\(path), \(error)")
        }
    }
}
