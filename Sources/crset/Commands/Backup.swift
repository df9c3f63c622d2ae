import ArgumentParser
import Conversation
import Foundation
import Pipeline
import Server
import Storage

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the database to a file while it is in use, and check the copy.",
        discussion: """
            SQLite: a database file of its own, without anything that was deleted. Postgres: pg_dump's custom format.
            The file holds customers' words: it is readable for this user only.

            EXAMPLE
              crset backup backups/$(date +%F).sqlite
            """
    )

    @Argument(help: "Where to write it. A file that is there already is not touched.")
    var file: String

    @Flag(name: .long, help: "One JSON document.")
    var json = false

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        try await reportingFailures {
            let settings = try options.load()
            let contents = try await reportingBackups { try await Backups.make(settings, to: file) }
            if json {
                Terminal.write(
                    try JSON.text(BackupDocument(file: file, contents: contents, heldBack: nil, aside: nil))
                )
            } else {
                Terminal.write("\(file): \(contents.words)")
            }
        }
    }
}

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup in the database's place. What is there is kept beside it.",
        discussion: """
            What was under way when the backup was made was most likely done since. So messages that had not left become \
            dead letters (`crset deadletters`), and unanswered customers become alerts for staff, instead of being \
            written to twice. With --resume all of it goes on as if nothing had happened.

            `crset serve` must not run meanwhile.

            EXAMPLE
              crset restore backups/2026-11-25.sqlite
            """
    )

    @Argument(help: "A file that `crset backup` wrote.")
    var file: String

    @Flag(name: .long, help: "Nothing was sent since the backup was made: go on with what was under way.")
    var resume = false

    @Flag(name: [.long, .customShort("y")], help: "Don't ask.")
    var yes = false

    @Flag(name: .long, help: "One JSON document.")
    var json = false

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        try await reportingFailures {
            let settings = try options.load()
            let question = Question(isTerminal: isatty(STDIN_FILENO) == 1)
            guard yes || question.isTerminal else {
                throw Failure(
                    description: "nobody can be asked here whether to replace the database; add --yes",
                    exitCode: ExitCode.validationFailure.rawValue
                )
            }
            guard yes || question.ask("Put \(file) in the place of the present database?") else {
                return Terminal.write("Nothing was changed.")
            }
            let restored = try await reportingBackups {
                try await Backups.restore(settings, from: file, resumes: resume, now: Surroundings.live.now())
            }
            if json {
                let document = BackupDocument(
                    file: file,
                    contents: restored.contents,
                    heldBack: restored.heldBack,
                    aside: restored.aside
                )
                return Terminal.write(try JSON.text(document))
            }
            Terminal.write("Restored: \(restored.contents.words)")
            if let aside = restored.aside { Terminal.write("What was there before is kept as \(aside)") }
            if let held = restored.heldBack {
                Terminal.write(
                    "Held back: \(held.messages) messages (`crset deadletters list`), \(held.conversations) "
                        + "unanswered conversations (`crset leads list`), \(held.timers) reminders"
                )
            }
        }
    }
}

private func reportingBackups<T>(_ work: () async throws -> T) async throws -> T {
    do { return try await work() } catch let error as BackupError {
        throw Failure(
            description: error.description,
            exitCode: error.isUnavailable ? Exit.unavailable : Exit.failure
        )
    }
}

extension BackupContents {
    fileprivate var words: String { "\(conversations) conversations, \(entries) lines of transcripts" }
}

/// What `--json` shows.
private struct BackupDocument: Encodable {
    let file: String
    let conversations: Int64
    let entries: Int64
    let heldBackMessages: Int?
    let heldBackConversations: Int?
    let heldBackTimers: Int?
    let keptAs: String?

    enum CodingKeys: String, CodingKey {
        case file, conversations, entries
        case heldBackMessages = "held_back_messages"
        case heldBackConversations = "held_back_conversations"
        case heldBackTimers = "held_back_timers"
        case keptAs = "kept_as"
    }

    init(file: String, contents: BackupContents, heldBack: HeldBack?, aside: String?) {
        self.file = file
        conversations = contents.conversations
        entries = contents.entries
        heldBackMessages = heldBack?.messages
        heldBackConversations = heldBack?.conversations
        heldBackTimers = heldBack?.timers
        keptAs = aside
    }
}
