import Pipeline

/// What `crset prompts test` prints.
struct ScenarioView {
    let paint: Paint
    let atLeast: Int
    var columns = 80

    func lines(_ results: [ScenarioResult]) -> [String] {
        guard let last = results.last else { return [] }
        var lines: [String] = []
        for (index, report) in last.reports.enumerated() {
            let before = results.count > 1 ? results[0].reports[index] : nil
            lines += self.lines(report, before)
        }
        if last.reports.isEmpty { lines.append("there are no scenarios in the folder of prompts") }
        for result in results { lines += Terminal.wrapped(total(result), columns) }
        if let tally = last.tally, let words = Self.words(tally) { lines += Terminal.wrapped(words, columns) }
        return lines
    }

    /// Where the answers came from.
    static func words(_ tally: Recordings.Tally) -> String? {
        var parts: [String] = []
        if tally.played > 0 { parts.append("\(tally.played) recorded answers played") }
        if tally.new > 0 { parts.append("\(tally.new) not recorded before") }
        if tally.stale > 0 {
            let versions = tally.staleVersions.sorted().joined(separator: ", ")
            parts.append(
                "\(tally.stale) stale: recorded with another prompt or model"
                    + (versions.isEmpty ? "" : " (version \(versions))")
            )
        }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    private func lines(_ report: ScenarioRun.Report, _ before: ScenarioRun.Report?) -> [String] {
        let isFine = report.held * 100 >= atLeast * report.repeats
        let compared = before.map { "  (\($0.held)/\($0.repeats) before)" } ?? ""
        let head = "\(report.name)  \(report.held)/\(report.repeats)\(compared)  \(Terminal.printable(report.about))"
        var lines = indented(head, by: paint(isFine ? "ok  " : "FAIL", isFine ? .green : .red) + " ")
        if let trouble = report.trouble { lines += indented("no model: " + Terminal.printable(trouble)) }
        for (index, check) in report.checks.enumerated() {
            let earlier = before.map { $0.checks[index].failed } ?? 0
            guard check.failed > 0 || check.skipped > 0 || earlier > 0 else { continue }
            var line = "turn \(check.turn): \(check.expectation): "
            line += check.failed > 0 ? "fails in \(check.failed) of \(report.repeats)" : "holds"
            if check.skipped > 0 { line += ", not judged in \(check.skipped)" }
            if before != nil { line += " (failed in \(earlier) before)" }
            if let instead = check.instead { line += "; \(instead)" }
            lines += indented(Terminal.printable(line))
        }
        return lines
    }

    /// Behind a margin of five columns.
    private func indented(_ text: String, by opening: String = "     ") -> [String] {
        Terminal.wrapped(text, max(20, columns - 5)).enumerated().map { index, line in
            (index == 0 ? opening : "     ") + line
        }
    }

    private func total(_ result: ScenarioResult) -> String {
        let held = result.reports.count { $0.held * 100 >= atLeast * $0.repeats }
        let tokens = result.reports.reduce(0) { $0 + $1.promptTokens + $1.completionTokens }
        let milliseconds = result.reports.reduce(0) { $0 + $1.milliseconds }
        return "version \(result.version): \(held) of \(result.reports.count) hold, \(tokens) tokens, "
            + "\(dollars(result.reports.reduce(0) { $0 + $1.costMicroUSD })), \(milliseconds) ms"
    }
}

/// `0.0123 USD`
func dollars(_ micro: Int) -> String {
    let rest = String(micro % 1_000_000 / 100)
    return "\(micro / 1_000_000).\(String(repeating: "0", count: 4 - rest.count))\(rest) USD"
}

struct ScenarioDocument: Encodable {
    struct Version: Encodable {
        var version: String
        var scenarios: [Scenario]
    }

    struct Scenario: Encodable {
        var name: String
        var about: String
        var repeats: Int
        var held: Int
        var checks: [Check]
        var prompt_tokens: Int
        var cached_tokens: Int
        var completion_tokens: Int
        var cost_micro_usd: Int
        var milliseconds: Int
        var trouble: String?
        var dialogue: [Turn]
    }

    struct Check: Encodable {
        var turn: Int
        var expectation: String
        var held: Int
        var failed: Int
        var skipped: Int
        var instead: String?
    }

    struct Turn: Encodable {
        var customer: String
        var bot: String
    }

    struct Recorded: Encodable {
        var played: Int
        var new: Int
        var stale: Int
        var stale_versions: [String]
    }

    /// The version that was compared with first, if any.
    var versions: [Version]
    /// Absent where no recordings were used.
    var recordings: Recorded?

    init(_ results: [ScenarioResult]) {
        versions = results.map { result in
            Version(version: result.version, scenarios: result.reports.map(Scenario.init))
        }
        recordings = results.last?.tally.map {
            Recorded(played: $0.played, new: $0.new, stale: $0.stale, stale_versions: $0.staleVersions.sorted())
        }
    }
}

extension ScenarioDocument.Scenario {
    init(_ report: ScenarioRun.Report) {
        self.init(
            name: report.name,
            about: report.about,
            repeats: report.repeats,
            held: report.held,
            checks: report.checks.map {
                .init(
                    turn: $0.turn,
                    expectation: $0.expectation,
                    held: $0.held,
                    failed: $0.failed,
                    skipped: $0.skipped,
                    instead: $0.instead
                )
            },
            prompt_tokens: report.promptTokens,
            cached_tokens: report.cachedTokens,
            completion_tokens: report.completionTokens,
            cost_micro_usd: report.costMicroUSD,
            milliseconds: report.milliseconds,
            trouble: report.trouble,
            dialogue: report.dialogue.map { .init(customer: $0.said, bot: $0.answered) }
        )
    }
}

/// The report that continuous integration reads.
struct ScenarioJUnit {
    private let result: ScenarioResult
    private let atLeast: Int

    init(_ result: ScenarioResult, atLeast: Int) {
        self.result = result
        self.atLeast = atLeast
    }

    var text: String {
        let failures = result.reports.count { !isFine($0) }
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            "<testsuite name=\"crset prompts \(escaped(result.version))\" tests=\"\(result.reports.count)\" "
                + "failures=\"\(failures)\">",
        ]
        for report in result.reports {
            let seconds = "\(report.milliseconds / 1_000).\(report.milliseconds % 1_000 / 100)"
            let head = "  <testcase classname=\"scenarios\" name=\"\(escaped(report.name))\" time=\"\(seconds)\""
            guard !isFine(report) else {
                lines.append(head + "/>")
                continue
            }
            let reasons = report.checks.filter { $0.failed > 0 }.map { check in
                "turn \(check.turn): \(check.expectation): \(check.instead ?? "")"
            }
            lines.append(head + ">")
            lines.append(
                "    <failure message=\"holds in \(report.held) of \(report.repeats)\">"
                    + escaped((reasons + [report.trouble].compactMap { $0 }).joined(separator: "\n")) + "</failure>"
            )
            lines.append("  </testcase>")
        }
        return (lines + ["</testsuite>"]).joined(separator: "\n") + "\n"
    }

    private func isFine(_ report: ScenarioRun.Report) -> Bool { report.held * 100 >= atLeast * report.repeats }

    /// XML has no place for control characters, however they are written.
    private func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case _ where scalar.value < 0x20 && scalar != "\n" && scalar != "\t": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
