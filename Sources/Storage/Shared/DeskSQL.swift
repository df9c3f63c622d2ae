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

/// The upper end of the range of what begins with a text, where texts compare by their bytes.
enum PrefixRange {
    static func end(_ prefix: String) -> String { prefix + "\u{10FFFF}" }
}
