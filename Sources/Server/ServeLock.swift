import Glibc
import Prompts
import Synchronization

/// Held while this process is the only one that serves a SQLite file. The system lets go of it however a process ends.
final class ServeLock: Sendable {
    private let descriptor: Mutex<Int32>

    /// Nil for Postgres, and when another process serves the same file; then leases end by themselves.
    init?(_ database: DatabaseLocation) throws {
        guard case .sqlite(let path) = database, path != ":memory:" else { return nil }
        let file = open(path + ".serve-lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { return nil }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            return nil
        }
        descriptor = Mutex(file)
    }

    func release() {
        descriptor.withLock { file in
            if file >= 0 { close(file) }
            file = -1
        }
    }

    deinit { release() }
}
