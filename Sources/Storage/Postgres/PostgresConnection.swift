import CPostgres
import Glibc

/// A connection of libpq. It blocks, so it lives on a thread of its own and never leaves it.
///
/// Statements that need no answer wait and travel with the next that does, in one round trip (pipeline mode). Each
/// statement is prepared once.
final class PostgresConnection {
    private let pointer: OpaquePointer
    private let limits: PostgresLimits
    private var names: [String: String] = [:]
    private var namesGiven = 0
    private var waiting: [PostgresStatement] = []
    private var isBroken = false
    var trace: StatementTrace?

    /// Blocks, at most for the time-out per address of the server.
    init(url: String, schema: String, limits: PostgresLimits) throws(PostgresError) {
        self.limits = limits
        pointer = try Self.connect(url: url, limits: limits)
        // Notices would go to standard error.
        PQsetNoticeProcessor(pointer, { _, _ in }, nil)
        try prepareSession(schema: schema)
    }

    private var isOpen = true

    func close() {
        guard isOpen else { return }
        isOpen = false
        PQfinish(pointer)
    }

    deinit { close() }

    var isUsable: Bool { isOpen && !isBroken && PQstatus(pointer) == CONNECTION_OK }
    var socket: Int32 { PQsocket(pointer) }
    var processID: Int32 { PQbackendPID(pointer) }

    private static func connect(url: String, limits: PostgresLimits) throws(PostgresError) -> OpaquePointer {
        // What stands before the URL can be changed by it; what stands behind can't.
        let settings: [(String, String)] = [
            ("connect_timeout", "\(limits.connectSecondsMax)"), ("tcp_user_timeout", "15000"),
            ("keepalives_idle", "15"),
            ("keepalives_interval", "5"), ("keepalives_count", "3"), ("target_session_attrs", "read-write"),
            ("fallback_application_name", "crset"), ("dbname", url), ("client_encoding", "UTF8"),
        ]
        let words = (settings.map(\.0) + settings.map(\.1)).map { strdup($0) }
        defer { for word in words { free(word) } }
        let names = words.prefix(settings.count).map { UnsafePointer($0) } + [nil]
        let values = words.suffix(settings.count).map { UnsafePointer($0) } + [nil]
        guard let pointer = PQconnectdbParams(names, values, 1) else { throw .lost("no memory for a connection") }
        guard PQstatus(pointer) == CONNECTION_OK else {
            let message = errorText(pointer)
            PQfinish(pointer)
            throw .lost(message)
        }
        return pointer
    }

    private func prepareSession(schema: String) throws(PostgresError) {
        // Everything explicit: a role or a database may have other defaults. A 200 to the outside stands on the first.
        let settings = [
            ("synchronous_commit", "on"), ("statement_timeout", "\(limits.statementMillisecondsMax)"),
            ("lock_timeout", "\(limits.lockMillisecondsMax)"), ("default_transaction_isolation", "read committed"),
            ("idle_in_transaction_session_timeout", "60000"), ("search_path", "\"\(schema)\""),
            // Compiling a statement takes longer than any of ours runs.
            ("jit", "off"),
        ]
        for (name, value) in settings {
            later(PostgresStatement("SELECT set_config($1, $2, false)", [.text(name), .text(value)]))
        }
        _ = try fetch([])
    }

    // MARK: Statements

    /// Keeps a statement whose answer doesn't matter, unless it fails, until the next round trip.
    func later(_ statement: PostgresStatement) { waiting.append(statement) }

    func later(_ sql: String, _ values: [PostgresValue] = []) { later(PostgresStatement(sql, values)) }

    /// Runs what waits and then these, in one round trip, and gives the results of these.
    func fetch(_ statements: [PostgresStatement]) throws(PostgresError) -> [PostgresResult] {
        let all = waiting + statements
        waiting = []
        if let trace { for statement in all { trace.add(.init(sql: statement.sql, values: statement.values)) } }
        if all.isEmpty { return [] }
        guard isUsable else { throw .lost("it was closed by the server") }
        let results = try exchange(all)
        return Array(results.suffix(statements.count))
    }

    func rows(_ sql: String, _ values: [PostgresValue] = []) throws(PostgresError) -> [PostgresRow] {
        try fetch([PostgresStatement(sql, values)]).first?.rows ?? []
    }

    /// Says how many rows were changed.
    @discardableResult
    func run(_ sql: String, _ values: [PostgresValue] = []) throws(PostgresError) -> Int {
        try fetch([PostgresStatement(sql, values)]).first?.changes ?? 0
    }

    func begin() {
        waiting = []
        later("BEGIN")
    }

    /// An error says whether the commit may have happened.
    func commit() throws(PostgresError) {
        do {
            try run("COMMIT")
        } catch {
            var error = error
            error.mayHaveCommitted = error.isLost
            throw error
        }
    }

    /// After a failure: back to where a new transaction can begin, or broken.
    func rollback() {
        waiting = []
        guard isUsable, PQtransactionStatus(pointer) != PQTRANS_IDLE else { return }
        do { try run("ROLLBACK") } catch { isBroken = true }
    }

    /// What waits, and then several statements in one text, for the schema. Not for anything that holds a parameter.
    func script(_ sql: String) throws(PostgresError) {
        _ = try fetch([])
        guard isUsable else { throw .lost("it was closed by the server") }
        guard PQsendQuery(pointer, sql) == 1 else { throw broken() }
        var failure: PostgresError?
        while let result = try next() {
            defer { PQclear(result) }
            if PQresultStatus(result) == PGRES_FATAL_ERROR { failure = failure ?? error(result) }
        }
        if let failure { throw failure }
    }

    // MARK: Round trips

    private func exchange(_ statements: [PostgresStatement]) throws(PostgresError) -> [PostgresResult] {
        guard PQenterPipelineMode(pointer) == 1 else { throw broken() }
        var newNames: [String: String] = [:]
        // For each command that was sent, whether its result is asked for.
        var isStatement: [Bool] = []
        for statement in statements {
            if names[statement.sql] == nil, newNames[statement.sql] == nil {
                namesGiven += 1
                let name = "s\(namesGiven)"
                guard PQsendPrepare(pointer, name, statement.sql, 0, nil) == 1 else { throw broken() }
                newNames[statement.sql] = name
                isStatement.append(false)
            }
            guard send(statement, name: names[statement.sql] ?? newNames[statement.sql] ?? "") else { throw broken() }
            isStatement.append(true)
        }
        guard PQpipelineSync(pointer) == 1 else { throw broken() }
        let results = try receive(isStatement)
        names.merge(newNames) { old, _ in old }
        return results
    }

    private func send(_ statement: PostgresStatement, name: String) -> Bool {
        var buffer: [UInt8] = []
        var starts: [Int?] = []
        for value in statement.values {
            guard let bytes = value.bytes else {
                starts.append(nil)
                continue
            }
            starts.append(buffer.count)
            buffer += bytes
            buffer.append(0)
        }
        return buffer.withUnsafeBytes { raw in
            let base = raw.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = starts.map { start in start.flatMap { offset in base.map { $0 + offset } } }
            return PQsendQueryPrepared(pointer, name, Int32(values.count), values, nil, nil, 0) == 1
        }
    }

    /// Reads one result per command and the end of the pipeline, whatever failed on the way.
    private func receive(_ isStatement: [Bool]) throws(PostgresError) -> [PostgresResult] {
        var results: [PostgresResult] = []
        var failure: PostgresError?
        for isAsked in isStatement {
            while let result = try next() {
                switch PQresultStatus(result) {
                case PGRES_FATAL_ERROR:
                    failure = failure ?? error(result)
                    PQclear(result)
                case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
                    if isAsked { results.append(PostgresResult(result)) } else { PQclear(result) }
                default:
                    PQclear(result)
                }
            }
        }
        guard let end = try next() else { throw broken() }
        defer { PQclear(end) }
        if let failure, failure.isLost {
            isBroken = true
            throw failure
        }
        guard PQresultStatus(end) == PGRES_PIPELINE_SYNC, PQexitPipelineMode(pointer) == 1 else { throw broken() }
        if let failure { throw failure }
        return results
    }

    /// The next result, within a bounded time: a server that stopped without a word is a lost one.
    private func next() throws(PostgresError) -> OpaquePointer? {
        var left = limits.statementMillisecondsMax + limits.answerGraceMilliseconds
        while PQisBusy(pointer) == 1 {
            guard left > 0 else {
                isBroken = true
                throw .lost("no answer in time")
            }
            var socket = pollfd(fd: PQsocket(pointer), events: Int16(POLLIN), revents: 0)
            let slice = 1_000
            if poll(&socket, 1, Int32(slice)) == 0 { left -= slice }
            guard PQconsumeInput(pointer) == 1 else { throw broken() }
        }
        return PQgetResult(pointer)
    }

    // MARK: Notifications

    /// The notifications that have come, with the server process that sent each.
    func notifications() throws(PostgresError) -> [(payload: String, sender: Int32)] {
        guard PQconsumeInput(pointer) == 1 else { throw broken() }
        var all: [(String, Int32)] = []
        while let found = PQnotifies(pointer) {
            all.append((String(cString: found.pointee.extra), found.pointee.be_pid))
            PQfreemem(found)
        }
        return all
    }

    // MARK: Errors

    private func broken() -> PostgresError {
        isBroken = true
        return .lost(Self.errorText(pointer))
    }

    private func error(_ result: OpaquePointer) -> PostgresError {
        func field(_ code: UnicodeScalar) -> String? {
            PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
        }
        // PG_DIAG_SQLSTATE, PG_DIAG_MESSAGE_PRIMARY, PG_DIAG_CONSTRAINT_NAME of postgres_ext.h
        guard let state = field("C") else { return broken() }
        return PostgresError(state: state, message: field("M") ?? "no message", constraint: field("n"))
    }

    private static func errorText(_ pointer: OpaquePointer) -> String {
        let text = PQerrorMessage(pointer).map { String(cString: $0) } ?? ""
        let line = text.split(whereSeparator: \.isNewline).joined(separator: "; ")
        return line.isEmpty ? "no reason given" : line
    }
}

/// Bounds of a connection. Seconds and milliseconds.
struct PostgresLimits: Sendable {
    /// Per address that the server's name has.
    var connectSecondsMax = 5
    var statementMillisecondsMax = 30_000
    var lockMillisecondsMax = 10_000
    /// How much later than the server's own time-out an answer may come.
    var answerGraceMilliseconds = 5_000
}
