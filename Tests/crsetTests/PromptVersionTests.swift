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

    @Test("a rollback that can't write changes nothing at all, and says where and why")
    func unwritable() async throws {
        try await withVersions { (versions, folder) async throws in
            let first = try versions.files()
            try await versions.store.usePrompts(first.playbook.version, files: first.files, now: .init(milliseconds: 1))
            let names = ["messages/en.yaml", "messages/es.yaml"].map { folder.appending(path: "Prompts/\($0)") }
            for name in names { try rewrite(name) { $0 + "\n# edited\n" } }
            let edited = try names.map { try Data(contentsOf: $0) }
            // A folder stands where the second file is to be written; rights don't hold the root user back.
            let place = names[1].path + ".new"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
            let version = try await versions.find(first.playbook.version)
            await #expect {
                _ = try await versions.write(version)
            } throws: {
                "\($0)".hasPrefix("nothing was changed: ") && "\($0)".contains("messages/es.yaml")
                    && "\($0)".contains("run it as the user that owns the folders")
            }
            #expect(try names.map { try Data(contentsOf: $0) } == edited)
            #expect(!FileManager.default.fileExists(atPath: names[0].path + ".new"))
        }
    }

    @Test("a rollback writes through a link to a file elsewhere, and leaves the link")
    func link() async throws {
        try await withVersions { (versions, folder) async throws in
            let first = try versions.files()
            try await versions.store.usePrompts(first.playbook.version, files: first.files, now: .init(milliseconds: 1))
            let link = folder.appending(path: "Prompts/messages/en.yaml")
            let real = folder.appending(path: "elsewhere.yaml")
            try FileManager.default.moveItem(at: link, to: real)
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: real)
            let original = try Data(contentsOf: real)
            try rewrite(real) { $0 + "\n# edited\n" }
            let outcome = try await versions.write(try await versions.find(first.playbook.version))
            #expect(outcome.written.count == 1 && outcome.version == first.playbook.version)
            #expect(try Data(contentsOf: real) == original)
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == real.path)
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
}
