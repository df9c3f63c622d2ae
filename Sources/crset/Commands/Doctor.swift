import ArgumentParser
import Prompts
import Server

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check configuration, prompts, database and credentials; one line per check.",
        discussion: """
            EXAMPLES
              crset doctor
              crset doctor --offline --json
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Flag(name: .long, help: "Ask no outside service.")
    var offline = false

    @Flag(name: .long, help: "One JSON document.")
    var json = false

    func run() async throws {
        try await reportingFailures {
            var checks: [Checkup.Check] = []
            do {
                let settings = try options.load()
                checks = await Checkup(settings: settings, isOffline: offline).run()
            } catch let error as SettingsError {
                checks = error.problems.map { .init("configuration", .failed(exitCode: Exit.configuration), $0) }
            }
            if json {
                try Terminal.write(JSON.text(checks.map(CheckDocument.init)))
            } else {
                checks.forEach { Terminal.write($0.line) }
            }
            let codes = checks.compactMap(\.exitCode)
            if let code = codes.max() { throw ExitCode(code) }
        }
    }
}

private struct CheckDocument: Encodable {
    var name: String
    var state: String
    var detail: String

    init(_ check: Checkup.Check) {
        name = check.name
        state = check.state.word
        detail = check.detail
    }
}

extension Checkup.Check {
    fileprivate var line: String {
        "\(state.word.padding(toLength: 5)) \(name.padding(toLength: 14)) \(Terminal.printable(detail))"
    }

    fileprivate var exitCode: Int32? { if case .failed(let code) = state { code } else { nil } }
}

extension String {
    fileprivate func padding(toLength length: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, length - count))
    }
}
