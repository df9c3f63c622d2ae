import Conversation
import GRDB

/// A statement that is put together from what was asked for, so that each engine sees only conditions that count and
/// can use the index that fits. A `?` stands for each value, and `{+}` before a column keeps SQLite, which knows nothing
/// of how many rows a condition leaves, from looking for its index.
struct DeskSQL: Sendable {
    enum Value: Sendable {
        case text(String)
        case integer(Int64)
    }

    private(set) var text = ""
    private(set) var values: [Value] = []

    init(_ text: String, _ values: Value...) {
        self.text = text
        self.values = values
    }

    /// Another statement within this one.
    init(_ before: String, _ other: DeskSQL, _ after: String) {
        text = before + other.text + after
        values = other.values
    }

    mutating func append(_ more: String, _ values: Value...) {
        text += (text.isEmpty ? "" : " ") + more
        self.values += values
    }

    mutating func append(_ other: DeskSQL) {
        text += (text.isEmpty ? "" : " ") + other.text
        values += other.values
    }

    /// `WHERE` and `AND` in between.
    mutating func append(conditions: [DeskSQL]) {
        for (index, condition) in conditions.enumerated() {
            append(index == 0 ? "WHERE" : "AND")
            append(condition)
        }
    }

    // MARK: SQLite

    var sqlite: String { text.replacing("{+}", with: "+") }
    var sqliteArguments: StatementArguments {
        StatementArguments(
            values.map { value -> any DatabaseValueConvertible in
                switch value {
                case .text(let text): text
                case .integer(let number): number
                }
            }
        )
    }

    // MARK: Postgres

    var postgres: String {
        var number = 0
        return text.replacing("{+}", with: "").reduce(into: "") { sql, character in
            guard character == "?" else { return sql.append(character) }
            number += 1
            sql += "$\(number)"
        }
    }

    var postgresValues: [PostgresValue] {
        values.map { value in
            switch value {
            case .text(let text): .text(text)
            case .integer(let number): .integer(number)
            }
        }
    }
}

/// The log of who did what.
struct StaffLogSelection: Sendable {
    let sql: DeskSQL

    init(_ query: StaffLogQuery) {
        var conditions: [DeskSQL] = []
        if let id = query.conversation { conditions.append(DeskSQL("conversation_id = ?", .text(id.rawValue))) }
        if let who = query.who { conditions.append(DeskSQL("who = ?", .text(who))) }
        if let before = query.before { conditions.append(DeskSQL("id < ?", .integer(before))) }
        var sql = DeskSQL("SELECT id, at, who, action, conversation_id, detail FROM staff_log")
        sql.append(conditions: conditions)
        sql.append("ORDER BY id DESC LIMIT ?", .integer(Int64(min(max(query.limit, 0), StoreLimits.pageMax))))
        self.sql = sql
    }
}

/// A list of leads.
struct LeadSelection: Sendable {
    static let columns = """
        id, channel, user_id, wa_id, created_at, updated_at, source, timers, state, held_by, assigned_to, \
        waiting_since, product
        """

    /// What follows `FROM conversations`.
    let sql: DeskSQL

    init(_ query: LeadQuery) {
        var conditions = Self.filters(query)
        let column = query.sort.column
        // `waiting` only goes through those that wait, and whoever waits longest is the first.
        let isAscending = query.sort == .waiting
        if let after = query.after {
            let sign = isAscending ? ">" : "<"
            conditions.append(
                DeskSQL("(\(column), id) \(sign) (?, ?)", .integer(after.value), .text(after.id.rawValue))
            )
        }
        if query.isWaiting || query.sort == .waiting { conditions.append(DeskSQL("waiting_since IS NOT NULL")) }
        let order = isAscending ? "ASC" : "DESC"
        var sql = DeskSQL("")
        sql.append(conditions: conditions)
        sql.append(
            "ORDER BY \(column) \(order), id \(order) LIMIT ?",
            .integer(Int64(min(max(query.limit, 0), StoreLimits.pageMax)))
        )
        self.sql = sql
    }

    private static func filters(_ query: LeadQuery) -> [DeskSQL] {
        var conditions: [DeskSQL] = []
        // The list goes along the index of its order, which holds what it is narrowed down by; sorting all that another
        // index finds would take as long as there is much of it.
        let plain = query.sort == .activity ? "" : "{+}"
        let score = query.sort == .score ? "" : "{+}"
        if query.stages.count == 1, let stage = query.stages.first {
            conditions.append(DeskSQL("\(plain)stage = ?", .text(stage.rawValue)))
        } else if !query.stages.isEmpty {
            var list = DeskSQL("{+}stage IN (")
            for (index, stage) in query.stages.map(\.rawValue).sorted().enumerated() {
                list.append(index == 0 ? "?" : ", ?", .text(stage))
            }
            list.append(")")
            conditions.append(list)
        }
        if let language = query.language?.rawValue {
            // `pt` means `pt-PT`, too: the full stop comes after the dash.
            conditions.append(DeskSQL("language >= ?", .text(language)))
            conditions.append(DeskSQL("language < ?", .text(language + ".")))
        }
        if let product = query.product { conditions.append(DeskSQL("product = ?", .text(product))) }
        if let least = query.scoreMin { conditions.append(DeskSQL("\(score)score >= ?", .integer(Int64(least)))) }
        if let most = query.scoreMax { conditions.append(DeskSQL("\(score)score <= ?", .integer(Int64(most)))) }
        if let name = query.assignedTo {
            conditions.append(DeskSQL("\(query.sort == .waiting ? "{+}" : "")assigned_to = ?", .text(name)))
        }
        if query.isUnassigned { conditions.append(DeskSQL("assigned_to IS NULL")) }
        if query.isUnpaid { conditions.append(DeskSQL("\(plain)is_unpaid = 1")) }
        if let since = query.since {
            conditions.append(DeskSQL("\(plain)updated_at >= ?", .integer(since.milliseconds)))
        }
        return conditions
    }
}

extension LeadQuery.Sort {
    var column: String {
        switch self {
        case .activity: "updated_at"
        case .created: "created_at"
        case .score: "score"
        case .waiting: "waiting_since"
        }
    }
}

/// The upper end of the range of what begins with a text, where texts compare by their bytes.
enum PrefixRange {
    static func end(_ prefix: String) -> String { prefix + "\u{10FFFF}" }
}
