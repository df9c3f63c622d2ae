public import Conversation
public import Prompts
public import Storage

import class Foundation.Thread

/// Backups of the configured database: made while it is in use, put back while nobody serves it.
public enum Backups {
    public struct Restored: Sendable {
        public var contents: BackupContents
        /// Nil: it goes on as if nothing had happened since the backup was made.
        public var heldBack: HeldBack?
        /// Where what was there before is kept: a file or a schema. Nil: there was nothing.
        public var aside: String?
    }

    /// Writes a backup, checks it, and says what it holds.
    public static func make(_ settings: Settings, to target: String) async throws -> BackupContents {
        switch settings.database {
        case .sqlite(let path):
            return try await onThread { try SQLiteBackup.make(of: path, to: target) }
        case .postgres(let url):
            let store = try await openStore(settings, migrate: false)
            let contents = try await store.contents()
            try await store.close()
            try await onThread { try PostgresBackup.make(of: url, to: target) }
            return contents
        }
    }

    /// - Parameter resumes: nothing was sent since the backup was made, so that what was under way goes on.
    public static func restore(
        _ settings: Settings,
        from backup: String,
        resumes: Bool,
        now: Timestamp
    ) async throws -> Restored {
        switch settings.database {
        case .sqlite(let path):
            guard let lock = try ServeLock(settings.database) else { throw isServed }
            defer { lock.release() }
            var restored = nothing
            // Settled before it takes its place, so that a crash in between can't leave a copy that sends twice.
            restored.aside = try await SQLiteBackup.restore(backup, to: path, now: now) { copy in
                restored = try await settled(try SQLiteStore.open(path: copy), restored, resumes: resumes, now: now)
            }
            return restored
        case .postgres(let url):
            return try await restorePostgres(url, from: backup, resumes: resumes, now: now)
        }
    }

    private static func restorePostgres(
        _ url: String,
        from backup: String,
        resumes: Bool,
        now: Timestamp
    ) async throws -> Restored {
        let isFirst = try await onThread { try PostgresBackup.begin(url) }
        var restored = nothing
        do {
            guard try await onThread({ try PostgresBackup.processes(url) }) == 0 else { throw isServed }
            restored.aside = try await onThread { try PostgresBackup.restore(backup, to: url, now: now) }
        } catch {
            // As it was before.
            if isFirst { try await onThread { try PostgresBackup.end(url) } }
            throw error
        }
        var options = PostgresStore.Options()
        options.isRestore = true
        restored = try await settled(
            try await PostgresStore.open(url: url, options: options),
            restored,
            resumes: resumes,
            now: now
        )
        try await onThread { try PostgresBackup.end(url) }
        return restored
    }

    private static var nothing: Restored { Restored(contents: BackupContents(conversations: 0, entries: 0)) }

    private static func settled(
        _ store: any Store,
        _ restored: Restored,
        resumes: Bool,
        now: Timestamp
    ) async throws -> Restored {
        var restored = restored
        if !resumes { restored.heldBack = try await store.holdBack(now: now) }
        restored.contents = try await store.contents()
        try await store.close()
        return restored
    }

    private static var isServed: StartProblem {
        StartProblem(
            "`crset serve` runs on this database, or was killed less than \(Pulse.silence / 1_000) s ago; "
                + "stop it, wait as long, then restore",
            exitCode: 1
        )
    }

    /// Off the cooperative pool, for what blocks.
    private static func onThread<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result(catching: work)) }.start()
        }
    }
}
