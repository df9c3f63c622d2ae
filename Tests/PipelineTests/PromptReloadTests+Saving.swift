import Conversation
import Desk
import Foundation
import Sandbox
import Storage
import Synchronization
import Testing

@testable import Pipeline

/// The ways in which files come to change.
extension PromptReloadTests {
    private static let greeting = "Prompts/messages/pt-PT.yaml"

    private func eventuallyAnother(_ live: Live, than version: String) async throws -> String {
        try await eventually("another version") { () async throws -> String? in
            let now = try await health(live).prompts
            return now.version == version || !now.problems.isEmpty ? nil : now.version
        }
    }

    struct Saving: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var save: @Sendable (_ text: String, _ path: String) throws -> Void
    }

    static let savings: [Saving] = [
        Saving(testDescription: "the old file is renamed, and a new one written (vim with a backup)") { text, path in
            try FileManager.default.moveItem(atPath: path, toPath: path + "~")
            #expect(FileManager.default.createFile(atPath: path, contents: Data(text.utf8)))
        },
        Saving(testDescription: "a temporary file takes its place (VS Code, sed -i)") { text, path in
            try Data(text.utf8).write(to: URL(fileURLWithPath: path + ".tmp"))
            #expect(rename(path + ".tmp", path) == 0)
        },
        Saving(testDescription: "the same file is emptied and written in pieces (nano, cp)") { text, path in
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.truncate(atOffset: 0)
            let bytes = Data(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: 512) {
                try handle.write(contentsOf: bytes[start..<min(start + 512, bytes.count)])
            }
            try handle.close()
        },
        Saving(testDescription: "a lock and a swap file lie beside it (Emacs, vim)") { text, path in
            let url = URL(fileURLWithPath: path)
            let folder = url.deletingLastPathComponent()
            try FileManager.default.createSymbolicLink(
                atPath: folder.appending(path: ".#" + url.lastPathComponent).path,
                withDestinationPath: "ana@laptop.1234"
            )
            try Data([0xFF, 0xFE, 0x00]).write(to: folder.appending(path: "." + url.lastPathComponent + ".swp"))
            try Data(text.utf8).write(to: url, options: .atomic)
        },
    ]

    @Test("however an editor saves, the change is said", arguments: savings)
    func saved(_ saving: Saving) async throws {
        let folder = try PromptFolder()
        defer { folder.delete() }
        try await Live.with(guided: true, overrides: folder.overrides) { (live) async throws in
            let before = try await health(live).prompts.version
            let text = try folder.text(Self.greeting)
            try saving.save(
                text.replacingOccurrences(of: "  greeting: ", with: "  greeting: Viva! "),
                folder.url.appending(path: Self.greeting).path
            )
            _ = try await eventuallyAnother(live, than: before)
            #expect(try await Chat(live, customer(6)).ask("Olá").text.hasPrefix("Viva! "))
            #expect(try await health(live).prompts.problems.isEmpty)
        }
    }

    @Test("a folder that a link is swapped to, as Kubernetes does with a ConfigMap, is taken up whole, there and back")
    func swapped() async throws {
        let folder = try PromptFolder()
        defer { folder.delete() }
        let files = FileManager.default
        let mount = folder.url.appending(path: "mount")
        try files.createDirectory(at: mount, withIntermediateDirectories: true)
        for name in ["..one", "..two"] {
            try files.copyItem(at: folder.url.appending(path: "Prompts"), to: mount.appending(path: name))
        }
        let second = mount.appending(path: "..two/messages/pt-PT.yaml")
        try String(contentsOf: second, encoding: .utf8)
            .replacingOccurrences(of: "  greeting: ", with: "  greeting: Viva! ")
            .write(to: second, atomically: true, encoding: .utf8)
        func point(_ name: String) throws {
            let fresh = mount.appending(path: "..data_tmp").path
            try files.createSymbolicLink(atPath: fresh, withDestinationPath: name)
            #expect(rename(fresh, mount.appending(path: "..data").path) == 0)
        }
        try point("..one")
        for name in try files.contentsOfDirectory(atPath: mount.appending(path: "..one").path) {
            try files.createSymbolicLink(
                atPath: mount.appending(path: name).path,
                withDestinationPath: "..data/\(name)"
            )
        }
        var overrides = folder.overrides
        overrides["crset.prompts"] = mount.path
        try await Live.with(guided: true, overrides: overrides) { (live) async throws in
            let before = try await health(live).prompts.version
            #expect(try await Chat(live, customer(7)).ask("Olá").text.hasPrefix("Viva!") == false)
            try point("..two")
            let after = try await eventuallyAnother(live, than: before)
            #expect(try await Chat(live, customer(8)).ask("Olá").text.hasPrefix("Viva!"))
            try point("..one")
            #expect(try await eventuallyAnother(live, than: after) == before)
        }
    }

    @Test(
        "a rollback while a turn is running: the turn ends as it began, and the next one speaks by the version before"
    )
    func rollback() async throws {
        let folder = try PromptFolder()
        defer { folder.delete() }
        let originals = try [Self.greeting, "Prompts/facts.md", "config/catalog.yaml"].map { ($0, try folder.text($0)) }
        try await Live.with(overrides: folder.overrides) { (live) async throws in
            let first = try await health(live).prompts.version
            try folder.replace("  greeting: ", with: "  greeting: Viva! ", in: Self.greeting)
            for name in ["Prompts/facts.md", "config/catalog.yaml"] {
                try folder.write(try folder.text(name) + "\n# Second.\n", to: name)
            }
            let second = try await eventuallyAnother(live, than: first)
            let isFirst = Mutex(true)
            live.sandbox.setModel(
                .scripted { _ in
                    guard
                        isFirst.withLock({ was in
                            defer { was = false }; return was
                        })
                    else {
                        return .error(status: 400, code: "broken")
                    }
                    // Every file beside its place, then all renamed, as the command does it.
                    for (name, text) in originals { try? folder.write(text, to: name) }
                    _ = try? await eventually("the version before") { () async throws -> Bool? in
                        try await health(live).prompts.version == first ? true : nil
                    }
                    return .error(status: 400, code: "broken")
                }
            )
            let chat = Chat(live, customer(9))
            #expect(try await chat.ask("Olá").text.hasPrefix("Viva!"))
            let transcript = try await live.desk.transcript(of: try await chat.lead().state.id)
            #expect(transcript.compactMap(\.explanation?.promptVersion) == [second])
            let next = Chat(live, Customer(waID: "351917770010", userID: "PT.7010", name: "Ana"))
            #expect(try await next.ask("Olá").text.hasPrefix("Viva!") == false)
            let later = try await live.desk.transcript(of: try await next.lead().state.id)
            #expect(later.compactMap(\.explanation?.promptVersion) == [first])
        }
    }
}
