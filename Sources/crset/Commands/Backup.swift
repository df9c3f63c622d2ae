import ArgumentParser
import Conversation
import Foundation
import Pipeline
import Prompts
import Server
import Storage

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the database while it is in use, and check the copy.",
        discussion: """
            SQLite: one file, as of one moment; nobody waits for it. Postgres: pg_dump has to be installed.

            EXAMPLES
              crset backup backups/$(date +%F).sqlite
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Argument(help: "The file to write. It must not exist.")
    var file: String

    @Flag(name: .long, help: "One JSON document.")
    var json = false

    func run() async throws {
        try await reportingFailures {
            let settings = try options.load()
            switch settings.database {
            case .sqlite(let path):
                let report = try await SQLiteBackup.write(from: path, to: file)
                if json { return try Terminal.write(JSON.text(BackupDocument(file, report))) }
                Terminal.write("\(file): \(report.leads) leads, \(report.lines) lines, \(report.bytes) bytes, checked.")
            case .postgres(let url):
                guard !FileManager.default.fileExists(atPath: file) else {
                    throw Failure(description: "\(file) exists already; name another file")
                }
                try await PostgresTools(url).run("pg_dump", ["--format=custom", "--schema=crset", "--file", file])
                // A dump that can't be listed can't be restored.
                try await PostgresTools(url).run("pg_restore", ["--list", file], needsServer: false)
                if json { return try Terminal.write(JSON.text(BackupDocument(file, nil))) }
                Terminal.write("\(file): written by pg_dump and readable by pg_restore.")
            }
        }
    }
}

struct BackupDocument: Encodable {
    var file: String
    var leads: Int?
    var lines: Int?
    var bytes: Int?

    init(_ file: String, _ report: SQLiteBackup.Report?) {
        self.file = file
        (leads, lines, bytes) = (report?.leads, report?.lines, report?.bytes)
    }
}

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup in the place of the database, after checking it.",
        discussion: """
            The service has to be stopped. The database that was there is kept beside it. Messages that were waiting \
            when the backup was made may have been sent since: they become dead letters, for you to decide.

            EXAMPLES
              crset restore backups/2026-11-25.sqlite
              crset restore backups/2026-11-25.sqlite --check      only whether it is whole
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Argument(help: "A file that `crset backup` wrote.")
    var file: String

    @Flag(name: .long, help: "Only check the file.")
    var check = false

    @Flag(name: .long, help: "Don't ask.")
    var yes = false

    func run() async throws {
        try await reportingFailures {
            let settings = try options.load()
            guard FileManager.default.fileExists(atPath: file) else {
                throw Failure(description: "there is no file \(file)")
            }
            switch settings.database {
            case .sqlite(let path): try await restoreSQLite(path, settings)
            case .postgres(let url): try await restorePostgres(url)
            }
        }
    }

    private func agrees(_ words: String) throws -> Bool {
        let question = Question(isTerminal: isatty(STDIN_FILENO) == 1)
        guard yes || question.isTerminal else {
            throw Failure(
                description: "nobody can be asked here whether to replace the database; add --yes",
                exitCode: ExitCode.validationFailure.rawValue
            )
        }
        return yes || question.ask(words)
    }

    private func restoreSQLite(_ path: String, _ settings: Settings) async throws {
        let report = try await SQLiteBackup.verify(file)
        let words = "\(file) is whole: \(report.leads) leads, \(report.lines) lines."
        if check { return Terminal.write(words) }
        guard let lock = try ServeLock(settings.database) else {
            throw Failure(description: "a service has \(path) open; stop it first")
        }
        defer { lock.release() }
        guard try agrees(words + " Replace \(path)?") else { return Terminal.write("Nothing was changed.") }
        let now = Surroundings.live.now()
        let stamp = JSON.time(now).filter(\.isNumber).prefix(14)
        let (held, former) = try await SQLiteBackup.restore(
            from: file,
            to: path,
            keepingAs: "\(path).before-\(stamp)",
            nowMilliseconds: now.milliseconds
        )
        Terminal.write("Restored \(path)." + (former.map { " What was there is \($0)." } ?? ""))
        if held > 0 { Terminal.write("\(held) messages wait for you: `crset deadletters list`.") }
    }

    private func restorePostgres(_ url: String) async throws {
        let tools = PostgresTools(url)
        try await tools.run("pg_restore", ["--list", file], needsServer: false)
        if check { return Terminal.write("\(file) is readable by pg_restore.") }
        guard try agrees("Replace the schema crset in Postgres by \(file)?") else {
            return Terminal.write("Nothing was changed.")
        }
        try await tools.run(
            "pg_restore",
            ["--clean", "--if-exists", "--single-transaction", "--exit-on-error", "--no-owner", file]
        )
        Terminal.write(
            "Restored the schema crset. Messages that waited then may go out again; see `crset deadletters`."
        )
    }
}

/// Postgres's own programs. A password goes by the environment, where other users don't see it.
struct PostgresTools: Sendable {
    private let url: String
    private let password: String?

    init(_ url: String) {
        var parts = URLComponents(string: url)
        password = parts?.password
        parts?.password = nil
        self.url = parts?.string ?? url
    }

    func run(_ program: String, _ arguments: [String], needsServer: Bool = true) async throws {
        let place = ["/usr/bin/", "/usr/local/bin/"].map { $0 + program }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let place else {
            throw Failure(
                description: "\(program) is not installed; install Postgres's client programs (postgresql-client)",
                exitCode: Exit.unavailable
            )
        }
        var environment = ProcessInfo.processInfo.environment
        if let password { environment["PGPASSWORD"] = password }
        let command = needsServer ? arguments + ["--dbname", url] : arguments
        let (status, words) = try await Self.perform(place, command, environment)
        guard status == 0 else {
            throw Failure(description: "\(program) failed: \(words)", exitCode: Exit.failure)
        }
    }

    private static func perform(
        _ place: String,
        _ arguments: [String],
        _ environment: [String: String]
    ) async throws -> (Int32, String) {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Result {
                        let process = Process()
                        process.executableURL = URL(fileURLWithPath: place)
                        (process.arguments, process.environment) = (arguments, environment)
                        let errors = Pipe()
                        process.standardError = errors
                        process.standardOutput = FileHandle.nullDevice
                        try process.run()
                        let words = errors.fileHandleForReading.readDataToEndOfFile()
                        process.waitUntilExit()
                        let lines = String(decoding: words.prefix(2_000), as: UTF8.self).split(separator: "\n")
                        return (process.terminationStatus, lines.first.map(String.init) ?? "no reason given")
                    }
                )
            }
        }
    }
}
