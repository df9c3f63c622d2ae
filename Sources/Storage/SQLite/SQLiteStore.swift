import Dispatch
import GRDB
public import Logging

import class Foundation.FileManager
import struct Foundation.URL

/// A store in one SQLite file. Several processes may have the same file open.
///
/// Every write goes through ``GroupCommit`` and survives a power cut once its call has returned.
public final class SQLiteStore: Store {
    let pool: DatabasePool
    let group: GroupCommit
    let logger: Logger
    let searchPartLines: Int64

    /// How the file is opened.
    public struct Options: Sendable {
        /// Bring the schema up to date. Otherwise a file with another schema is refused.
        public var migrates = true
        /// How long a write waits for another process's lock.
        public var busySeconds: Double = 5
        package var trace: StatementTrace?
        /// Lines of the journal in one part of the full-text index.
        var searchPartLines = SQLiteSearchParts.linesEach

        public init(migrates: Bool = true, busySeconds: Double = 5) {
            self.migrates = migrates
            self.busySeconds = busySeconds
        }
    }

    init(pool: DatabasePool, logger: Logger, searchPartLines: Int64) {
        self.pool = pool
        self.searchPartLines = searchPartLines
        self.logger = logger
        group = GroupCommit(writer: pool)
    }

    /// Opens the file, making it if need be. Blocks while it migrates; throws ``StoreError/cannotOpen(_:)``.
    public static func open(
        path: String,
        options: Options = Options(),
        logger: Logger = Logger(label: "crset.storage")
    ) throws -> SQLiteStore {
        try checkPlace(path, mayMake: options.migrates)
        do {
            let pool = try DatabasePool(path: path, configuration: configuration(options))
            // Opening in WAL mode sets NORMAL, with which a power cut may take the last commits.
            try pool.writeWithoutTransaction { db in
                try db.execute(
                    sql: """
                        PRAGMA synchronous = FULL; PRAGMA fullfsync = 1; PRAGMA checkpoint_fullfsync = 1;
                        PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864;
                        PRAGMA cache_size = -16000;
                        """
                )
            }
            try prepareSchema(of: pool, path: path, migrates: options.migrates, logger: logger)
            return SQLiteStore(pool: pool, logger: logger, searchPartLines: options.searchPartLines)
        } catch let error as DatabaseError {
            throw StoreError.cannotOpen(explain(error, path: path))
        }
    }

    private static func configuration(_ options: Options) -> Configuration {
        var configuration = Configuration()
        configuration.label = "crset"
        configuration.busyMode = .timeout(options.busySeconds)
        configuration.maximumReaderCount = 4
        configuration.foreignKeysEnabled = false
        if let trace = options.trace {
            configuration.prepareDatabase { db in
                db.trace(options: .statement) { event in
                    if case .statement(let statement) = event { trace.add(.init(sql: statement.expandedSQL)) }
                }
            }
        }
        return configuration
    }

    private static func checkPlace(_ path: String, mayMake: Bool) throws {
        let url = URL(fileURLWithPath: path)
        let folder = url.deletingLastPathComponent().path
        let files = FileManager.default
        var isFolder = false
        if !files.fileExists(atPath: folder) {
            throw StoreError.cannotOpen(
                "The folder \(folder) does not exist. Make it, or set DATABASE_URL to another path."
            )
        }
        if files.fileExists(atPath: path) {
            isFolder = (try? url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) ?? false
        } else if !mayMake {
            throw StoreError.cannotOpen("There is no database at \(path). Run `crset migrate` to make one.")
        }
        if isFolder {
            throw StoreError.cannotOpen("\(path) is a folder. Set DATABASE_URL to a file, such as sqlite:crset.sqlite.")
        }
    }

    private static func prepareSchema(of pool: DatabasePool, path: String, migrates: Bool, logger: Logger) throws {
        let migrator = SQLiteSchema.migrator
        if try pool.read({ try migrator.hasBeenSuperseded($0) }) {
            throw StoreError.cannotOpen(
                "\(path) was written by a newer CRSET. Use that version, or restore a backup made before it."
            )
        }
        let isDone = { try pool.read { try migrator.hasCompletedMigrations($0) } }
        if try isDone() { return }
        guard migrates else {
            throw StoreError.cannotOpen("\(path) is not up to date. Run `crset migrate`.")
        }
        let count = { try pool.read { try migrator.appliedIdentifiers($0).count } }
        var before = try count()
        if before > 0 { logger.notice("the database is brought up to date; a large one takes minutes") }
        while try !isDone() {
            do { try migrator.migrate(pool) } catch {
                // Another process may have been quicker with this step, and may be at a later one.
                let after = try count()
                guard after > before else { throw error }
                before = after
            }
        }
    }

    private static func explain(_ error: DatabaseError, path: String) -> String {
        switch error.resultCode {
        case .SQLITE_NOTADB:
            "\(path) is not an SQLite database. Set DATABASE_URL to another file."
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_CANTOPEN:
            "\(path) can't be written. Give this user the right to write the file and its folder."
        case .SQLITE_CORRUPT:
            "\(path) is damaged. Restore a backup with `crset restore`."
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            "\(path) is locked by another process. Wait for it to end, or stop it."
        case .SQLITE_FULL:
            "The disk of \(path) is full. Make room."
        default:
            "\(path) can't be opened: \(error.description)."
        }
    }
}

// MARK: Lifecycle

extension SQLiteStore {
    public func ping() async throws {
        // A real write: a transaction without one succeeds on a full disk.
        _ = try await group.write { try $0.run("UPDATE pulse SET beats = beats + 1") }
    }

    public func close() async throws {
        await group.close()
        let pool = pool
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            // Closing waits for readers, so not on the cooperative pool.
            DispatchQueue.global().async {
                continuation.resume(with: Result { try pool.close() }.mapError { StoreError.from($0) })
            }
        }
    }

    func read<T: Sendable>(_ work: @Sendable (Database) throws -> T) async throws -> T {
        do { return try await pool.read(work) } catch { throw StoreError.from(error) }
    }
}

// MARK: Statements

extension Database {
    /// Runs a statement, prepared once per connection, and says how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ arguments: StatementArguments = []) throws -> Int {
        try cachedStatement(sql: sql).execute(arguments: arguments)
        return changesCount
    }

    func row(_ sql: String, _ arguments: StatementArguments = []) throws -> Row? {
        try Row.fetchOne(cachedStatement(sql: sql), arguments: arguments)
    }

    func rows(_ sql: String, _ arguments: StatementArguments = []) throws -> [Row] {
        try Row.fetchAll(cachedStatement(sql: sql), arguments: arguments)
    }
}
