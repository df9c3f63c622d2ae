/// Why Postgres, or the way to it, refused.
struct PostgresError: Error {
    /// Five characters of https://www.postgresql.org/docs/current/errcodes-appendix.html; empty when the connection is
    /// lost.
    var state: String
    var message: String
    var constraint: String?
    /// The connection broke while `COMMIT` was on its way, so nobody knows whether it was done.
    var mayHaveCommitted = false

    static func lost(_ message: String) -> PostgresError { PostgresError(state: "", message: message) }

    /// The connection is of no more use.
    var isLost: Bool {
        switch state {
        case "": true
        // The server ends the connection, or is not ready for one.
        case "57P01", "57P02", "57P03", "57P05": true
        default: state.hasPrefix("08")
        }
    }

    /// The same transaction may succeed when it is done again from its start.
    var isConflict: Bool {
        switch state {
        // serialization_failure, deadlock_detected
        case "40001", "40P01": true
        // Another process was quicker with the same arrival or the same customer.
        case "23505": ["journal_outside", "unmatched_pkey", "identities_pkey"].contains(constraint)
        default: false
        }
    }

    /// Another process changed the schema, or a pooler in between lost our prepared statements: a new connection helps.
    var isStale: Bool { state == "0A000" || state == "26000" }

    /// Trying each job of a batch by itself would fail as well, and wait as long for each.
    var concernsAll: Bool {
        if isLost { return true }
        // read_only_sql_transaction, query_canceled (statement_timeout), lock_not_available
        return ["25006", "57014", "55P03"].contains(state)
    }

    /// What it means to a caller.
    var storeError: StoreError {
        if isLost { return .unavailable("the connection to Postgres is lost (\(message))") }
        switch state {
        case "53100": return .unavailable("the disk of Postgres is full (\(message))")
        case "25006": return .unavailable("this Postgres server takes no writes now (\(message))")
        case "57014", "55P03", "40001", "40P01": return .unavailable("Postgres was too busy (\(message))")
        // Insufficient resources, operator intervention, system and internal errors.
        case let state where ["53", "57", "58", "XX"].contains(String(state.prefix(2))):
            return .unavailable(message)
        default: return .defect("\(message) (\(state))")
        }
    }
}

extension StoreError {
    static func ofPostgres(_ error: any Error) -> any Error {
        (error as? PostgresError)?.storeError ?? error
    }
}
