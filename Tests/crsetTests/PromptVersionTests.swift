import Conversation
import Foundation
import Prompts
import Storage
import Testing

@testable import crset

@Suite("crset prompts: versions, changes and trials")
struct PromptVersionTests {
    @Test("a diff shows what was changed with two lines around it, and nothing of what is the same")
    func diff() {
        let before = (1...40).map { "line \($0)" }.joined(separator: "\n")
        let after = before.replacingOccurrences(of: "line 20", with: "line twenty")
            .replacingOccurrences(of: "line 40", with: "line 40\nline 41")
        let changes = FileChange.between(
            ["a.md": before, "same.md": "x"],
            ["a.md": after, "same.md": "x", "new.md": "n"]
        )
        #expect(changes.map(\.name) == ["a.md", "new.md"])
        #expect(changes[0].added == 2 && changes[0].removed == 1)
        #expect(
            changes[0].body == [
                .skipped(17), .same("line 18"), .same("line 19"), .removed("line 20"), .added("line twenty"),
                .same("line 21"), .same("line 22"), .skipped(16), .same("line 39"), .same("line 40"), .added("line 41"),
            ]
        )
        #expect(changes[1].body.contains(.added("n")))
        #expect(FileChange.between(["a": before], ["a": before]).isEmpty)
    }

    /// Folders of its own, and a store beside them.
    private func withVersions(_ body: (Versions, URL) async throws -> Void) async throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = FileManager.default.temporaryDirectory.appending(path: "crset-versions-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in ["Prompts", "config"] {
            try FileManager.default.copyItem(at: root.appending(path: name), to: folder.appending(path: name))
        }
        let settings = try Settings.load(environment: [:], workingDirectory: folder.path)
        let store = try SQLiteStore.open(path: folder.appending(path: "test.sqlite").path)
        do { try await body(Versions(settings: settings, store: store), folder) } catch {
            try? await store.close()
            throw error
        }
        try await store.close()
    }

    private func rewrite(_ file: URL, _ change: (String) -> String) throws {
        try change(String(contentsOf: file, encoding: .utf8)).write(to: file, atomically: true, encoding: .utf8)
    }

    @Test("a rollback brings the files back byte by byte, and what it replaces is kept as a version")
    func rollback() async throws {
        try await withVersions { (versions, folder) async throws in
            let first = try versions.files()
            try await versions.store.usePrompts(first.playbook.version, files: first.files, now: .init(milliseconds: 1))
            let greeting = folder.appending(path: "Prompts/messages/en.yaml")
            let original = try Data(contentsOf: greeting)
            try rewrite(greeting) { $0.replacingOccurrences(of: "Thank you, noted.", with: "Noted.") }
            let extra = folder.appending(path: "Prompts/messages/pt.yaml")
            let edited = try versions.files().playbook.version
            #expect(edited != first.playbook.version)

            let outcome = try await versions.write(try await versions.find(String(first.playbook.version.prefix(6))))
            #expect(outcome.version == first.playbook.version)
            #expect(outcome.written == [greeting.path] && outcome.putAside.isEmpty)
            #expect(try Data(contentsOf: greeting) == original)
            #expect(!FileManager.default.fileExists(atPath: extra.path))
            let kept = try await versions.find(edited)
            #expect(kept.files["messages/en.yaml"]?.contains("  acknowledge: Noted.") == true)
            // There and back again.
            #expect(try await versions.write(kept).version == edited)
            #expect(try await versions.write(kept).written.isEmpty)
        }
    }

    @Test("a rollback over broken files puts them aside, so that nothing an operator wrote is lost")
    func broken() async throws {
        try await withVersions { (versions, folder) async throws in
            let first = try versions.files()
            try await versions.store.usePrompts(first.playbook.version, files: first.files, now: .init(milliseconds: 1))
            let system = folder.appending(path: "Prompts/system.md")
            try "My new idea {{facts".write(to: system, atomically: true, encoding: .utf8)
            let outcome = try await versions.write(try await versions.find(first.playbook.version))
            #expect(outcome.putAside == [system.path + ".before-rollback"])
            #expect(
                try String(contentsOfFile: system.path + ".before-rollback", encoding: .utf8).hasPrefix("My new idea")
            )
            #expect(try versions.files().playbook.version == first.playbook.version)
            await #expect(throws: Failure.self) { _ = try await versions.find("nothing") }
        }
    }

    @Test("a trial says what is better only when it is certain, and how many leads are missing otherwise")
    func trial() {
        let trial = PromptTrial(id: "t", champion: "a", challenger: "b", share: 50, startedAt: .init(milliseconds: 0))
        func comparison(_ old: (Int, Int), _ new: (Int, Int)) -> TrialComparison {
            TrialComparison(
                trial,
                champion: .init(version: "a", leads: old.1, qualified: old.1, offered: old.1, paid: old.0),
                challenger: .init(version: "b", leads: new.1, qualified: new.1, offered: new.1, paid: new.0)
            )
        }
        #expect(comparison((0, 0), (0, 0)).verdict.hasPrefix("too early"))
        let early = comparison((10, 100), (14, 100))
        #expect(early.verdict.hasPrefix("no telling yet (paid: -5."))
        // By the usual formula for two shares, 10 and 14 per cent: about 1,034 of each.
        #expect((900...970).contains(early.leadsMissing ?? 0), "\(early.leadsMissing ?? 0)")
        #expect(comparison((100, 1_000), (150, 1_000)).verdict.hasPrefix("the new version is better"))
        #expect(comparison((150, 1_000), (100, 1_000)).verdict.hasPrefix("the new version is worse"))
    }

    @Test("Wilson's interval agrees with its published values")
    func wilson() {
        // Newcombe 1998, table I: 81 of 263 and 15 of 148; 0 of 20.
        let one = Interval(81, of: 263)
        #expect(abs(one.low - 0.2553) < 0.0002 && abs(one.high - 0.3662) < 0.0002)
        let two = Interval(15, of: 148)
        #expect(abs(two.low - 0.0624) < 0.0002 && abs(two.high - 0.1605) < 0.0002)
        let none = Interval(0, of: 20)
        #expect(none.low == 0 && abs(none.high - 0.1611) < 0.0002)
        // Newcombe 1998b, example (a): 56 of 70 less 48 of 80 is 0.0524 to 0.3339.
        let gap = Interval.difference(Interval(56, of: 70), Interval(48, of: 80))
        #expect(abs(gap.low - 0.0524) < 0.0002 && abs(gap.high - 0.3339) < 0.0002)
    }
}
