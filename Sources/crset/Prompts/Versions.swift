import Conversation
import Foundation
import Prompts
import Server
import Storage

/// The versions in the store and the one in the folders.
struct Versions {
    let settings: Settings
    let store: any Store

    static let filesName = "FILES"

    /// The folders as they are now.
    func files() throws(PromptProblems) -> PromptLibrary { try PromptLibrary.load(settings) }

    /// A version by its id, a prefix of it, or FILES.
    func find(_ reference: String) async throws -> PromptVersion {
        if reference == Self.filesName {
            let library = try files()
            let now = Timestamp(milliseconds: 0)
            return PromptVersion(id: library.playbook.version, firstSeenAt: now, usedAt: nil, files: library.files)
        }
        let found = try await store.promptVersions(matching: reference, limit: 3)
        if let exact = found.first(where: { $0.id == reference }) { return exact }
        guard let first = found.first else {
            throw Failure(description: "there is no version \(reference); `crset prompts list` shows them")
        }
        guard found.count == 1 else {
            let names = found.map(\.id).joined(separator: ", ")
            throw Failure(description: "“\(reference)” may be \(names); give more of it")
        }
        return first
    }

    struct Outcome {
        var written: [String] = []
        var putAside: [String] = []
        /// Of the folders afterwards.
        var version = ""
    }

    /// Writes a version's files into the folders: first everything beside its place, then all at once, so that a full
    /// disk or a missing right leaves what was there.
    func write(_ version: PromptVersion) async throws -> Outcome {
        var outcome = Outcome()
        // A version that this configuration can't use would be refused by the service, and the files would say nothing.
        do throws(PromptProblems) {
            let library = try PromptLibrary.load(PromptFiles(version: version.id, files: version.files), settings)
            outcome.version = library.playbook.version
        } catch {
            throw Failure(
                description: "version \(version.id) can't be used with crset.yaml as it is: "
                    + (error.items.first?.description ?? ""),
                exitCode: Exit.configuration
            )
        }
        let areWhole = try await keepCurrent()
        var changes: [(path: String, text: String?)] = []
        do {
            changes = try self.changes(to: version)
            for change in changes where change.text != nil {
                try Data((change.text ?? "").utf8).write(to: URL(fileURLWithPath: change.path + ".new"))
            }
        } catch {
            for change in changes { try? FileManager.default.removeItem(atPath: change.path + ".new") }
            throw Failure(
                description: "nothing was changed: \(Self.words(error)); run it as the user that owns the folders, or "
                    + "change the files where they come from"
            )
        }
        for change in changes {
            if !areWhole, FileManager.default.fileExists(atPath: change.path) {
                let aside = change.path + ".before-rollback"
                try? FileManager.default.removeItem(atPath: aside)
                try FileManager.default.copyItem(atPath: change.path, toPath: aside)
                outcome.putAside.append(aside)
            }
        }
        for change in changes {
            let isDone =
                change.text == nil ? unlink(change.path) == 0 : rename(change.path + ".new", change.path) == 0
            guard isDone else {
                throw Failure(
                    description: "\(change.path) can't be replaced (\(String(cString: strerror(errno)))): only "
                        + "\(outcome.written.count) of \(changes.count) files are those of \(version.id); run it again"
                )
            }
            guard change.text != nil else { continue }
            outcome.written.append(change.path)
        }
        return outcome
    }

    /// `…/messages can't be written (Read-only file system)`
    private static func words(_ error: any Error) -> String {
        let error = error as NSError
        guard let path = error.userInfo[NSFilePathErrorKey] as? String else { return error.localizedDescription }
        let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError
        let why = cause.map { String(cString: strerror(Int32($0.code))) } ?? error.localizedDescription
        return "\(path) can't be written (\(why))"
    }

    /// Nothing that an operator wrote is lost. False: the files can't be loaded, so they are no version.
    private func keepCurrent() async throws -> Bool {
        guard let library = try? files() else { return false }
        try await store.keepPrompts(
            library.playbook.version,
            files: library.files,
            now: Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        )
        return true
    }

    /// Files to write, and with nil those of languages that the version doesn't have.
    private func changes(to version: PromptVersion) throws -> [(path: String, text: String?)] {
        var changes: [(path: String, text: String?)] = []
        for (name, text) in version.files.sorted(by: { $0.key < $1.key }) where name != PromptLibrary.businessName {
            // What a link points to is changed, not the link.
            let path = URL(fileURLWithPath: path(of: name)).resolvingSymlinksInPath().path
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            if FileManager.default.contents(atPath: path) != Data(text.utf8) { changes.append((path, text)) }
        }
        let folder = "\(settings.promptsFolder)/messages"
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        where name.hasSuffix(".yaml") && !name.hasPrefix(".") && version.files["messages/\(name)"] == nil {
            changes.append(("\(folder)/\(name)", nil))
        }
        return changes
    }

    private func path(of name: String) -> String {
        PromptFiles.configNames.contains(name)
            ? "\(settings.configFolder)/\(name)" : "\(settings.promptsFolder)/\(name)"
    }
}

/// Opens the store for a command about versions.
func withVersions(_ options: ConfigurationOptions, _ body: (Versions) async throws -> Void) async throws {
    let settings = try options.load()
    if settings.crset.server != nil {
        throw Failure(
            description:
                "versions of the prompt files are looked after where the service runs; unset CRSET_SERVER there"
        )
    }
    let store = try await openStore(settings, migrate: false)
    do {
        try await body(Versions(settings: settings, store: store))
    } catch {
        try? await store.close()
        throw error
    }
    try await store.close()
}

/// `2026-11-23 20:04` in UTC.
func shortTime(_ moment: Timestamp?) -> String {
    guard let moment else { return "never" }
    return String(JSON.time(moment).prefix(16)).replacingOccurrences(of: "T", with: " ")
}
