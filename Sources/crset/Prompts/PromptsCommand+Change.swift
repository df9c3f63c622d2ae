import ArgumentParser
import Foundation
import Prompts
import Server
import Storage

extension PromptsCommand {
    struct Diff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What is different between two versions.")

        @OptionGroup var options: ConfigurationOptions

        @Argument(help: "Version, a prefix of one, or FILES.")
        var before: String

        @Argument(help: "The same; the files as they are now when left out.")
        var after = Versions.filesName

        @Flag(name: .long, help: "One JSON document.")
        var json = false

        func run() async throws {
            try await reportingFailures {
                try await withVersions(options) { versions in
                    let (before, after) = (try await versions.find(before), try await versions.find(after))
                    let changes = FileChange.between(before.files, after.files)
                    if json {
                        return try Terminal.write(JSON.text(DiffDocument(before.id, after.id, changes)))
                    }
                    if changes.isEmpty { Terminal.write("nothing is different") }
                    let paint = Paint(isOn: Terminal.hasColour)
                    for change in changes { change.lines(paint).forEach(Terminal.write) }
                }
            }
        }
    }

    struct Rollback: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a version's files back; every running service takes them into use.",
            discussion: """
                What the folders hold now is kept as a version as well. Files that can't be loaded are put aside beside \
                the new ones, with .before-rollback behind their names.
                """
        )

        @OptionGroup var options: ConfigurationOptions

        @Argument(help: "Version, or a prefix of one.")
        var version: String

        func run() async throws {
            try await reportingFailures {
                try await withVersions(options) { versions in
                    let version = try await versions.find(version)
                    let outcome = try await versions.write(version)
                    for path in outcome.putAside { Terminal.write("put aside: \(path)") }
                    if outcome.written.isEmpty { return Terminal.write("the files are \(version.id) already") }
                    for path in outcome.written { Terminal.write("written: \(path)") }
                    if outcome.version == version.id {
                        Terminal.write("the files are \(version.id) again; a running service uses it within a second")
                    } else {
                        Terminal.write(
                            "the files are those of \(version.id), but crset.yaml names other addresses or another zone, "
                                + "so together they are \(outcome.version); a running service uses it within a second"
                        )
                    }
                }
            }
        }
    }

    struct Schemas: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the JSON Schemas of the YAML files, for editors that complete and check while one types.",
            discussion: """
                The schemas know the fields, products and languages of the files as they are. An editor finds them by a \
                first line such as `# yaml-language-server: $schema=../.schemas/messages.json`.
                """
        )

        @OptionGroup var options: ConfigurationOptions

        @Option(name: .long, help: "Folder to write to; made if need be. Default: .schemas in the folder of prompts.")
        var into: String?

        func run() async throws {
            try await reportingFailures {
                let settings = try options.load()
                let library = try PromptLibrary.load(settings)
                let folder = into ?? "\(settings.promptsFolder)/.schemas"
                do {
                    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                    for (name, text) in EditorSchema.all(for: library).sorted(by: { $0.key < $1.key }) {
                        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"), options: .atomic)
                        Terminal.write("written: \(folder)/\(name)")
                    }
                } catch {
                    throw Failure(description: "\(folder) can't be written: \(error.localizedDescription)")
                }
            }
        }
    }
}
