import Foundation
import Testing

@testable import Prompts

@Suite("A mistake in a prompt file")
struct ProblemTests {
    @Test("is reported with its file, what is wrong and how to mend it", arguments: mistakes)
    func mistake(_ mistake: Mistake) throws {
        let folder = try SampleFolder()
        defer { folder.delete() }
        try folder.replace(mistake.old, with: mistake.new, in: mistake.file)
        let problems = try #require(throws: PromptProblems.self) { try folder.load() }
        let problem = try #require(
            problems.items.first { $0.reason.contains(mistake.reason) },
            "got: \(problems.description)"
        )
        #expect(problem.file == "\(folder.path)/\(mistake.file)")
        #expect(problem.mend.contains(mistake.mend), "\(problem.mend)")
    }

    @Test("is reported with its line")
    func lines() throws {
        let folder = try SampleFolder()
        defer { folder.delete() }
        try folder.replace(
            "  pay_button: Pay now",
            with: "  pay_button: Pay now with your card",
            in: "Prompts/messages/en.yaml"
        )
        try folder.replace("{{default_language}}", with: "{{defualt_language}}", in: "Prompts/system.md")
        try folder.replace("price: 890", with: "price: free", in: "config/catalog.yaml")
        let expected = try [
            ("Prompts/messages/en.yaml", "pay_button"), ("config/catalog.yaml", "price: free"),
            ("Prompts/system.md", "defualt"),
        ].map { file, text in "\(file):\(try folder.line(of: text, in: file))" }
        let problems = try #require(throws: PromptProblems.self) { try folder.load() }
        let places = problems.items.map { "\($0.file.dropFirst(folder.path.count + 1)):\($0.line ?? 0)" }
        #expect(Set(places) == Set(expected))
    }

    @Test("is found together with all the others")
    func together() throws {
        let folder = try SampleFolder()
        defer { folder.delete() }
        try folder.remove("Prompts/facts.md")
        try folder.remove("Prompts/stages/paid.md")
        try folder.write("Ol\u{E9}", to: "Prompts/stages/pqid.md")
        try folder.write([0x6F, 0x0A, 0xE9, 0x0A], to: "Prompts/turn.md")
        try folder.write([UInt8](repeating: 0x61, count: 1_100_000), to: "Prompts/system.md")
        let problems = try #require(throws: PromptProblems.self) { try folder.load() }
        let reasons = problems.items.map { "\($0.file.split(separator: "/").last ?? ""):\($0.line ?? 0) \($0.reason)" }
        #expect(reasons.contains("facts.md:0 this file is missing"))
        #expect(reasons.contains("paid.md:0 this file is missing"))
        #expect(reasons.contains("turn.md:2 this file is not UTF-8"))
        #expect(reasons.contains("system.md:0 this file is larger than 1 MB"))
        #expect(problems.items.contains { $0.file.hasSuffix("pqid.md") && $0.mend == "did you mean paid.md?" })
    }

    @Test("reads as one line: place, reason, how to mend it")
    func description() {
        let problem = Problem(file: "a.yaml", line: 3, reason: "this is wrong", mend: "do that")
        #expect(problem.description == "a.yaml:3: this is wrong; do that")
    }
}
