public import Conversation
import GRDB

extension SQLiteStore {
    public func spend(of id: ConversationID, on day: String) async throws -> (customer: Spend, service: Spend) {
        try await read { db in
            let books = SQLiteSpend(db: db)
            return (
                customer: try books.sum("who = ?2", [day, id.rawValue]),
                service: try books.sum("who >= ?2 AND who < ?3", [day, SpendRow.serviceFrom, SpendRow.serviceTo])
            )
        }
    }

    public func addSpend(_ entry: DailySpend, of id: ConversationID, owner: String) async throws {
        try await group.write { db in try SQLiteSpend(db: db).add(entry, of: id.rawValue, owner: owner) }
    }

    public func forgetSpend(before day: String) async throws -> Int {
        try await group.write { db in
            try db.run("DELETE FROM spend WHERE day = (SELECT MIN(day) FROM spend WHERE day < ?)", [day])
        }
    }
}

/// The books of what was asked of the model, within a transaction.
struct SQLiteSpend {
    let db: Database

    func add(_ entry: DailySpend, of id: String, owner: String) throws {
        for who in [id, SpendRow.service(owner)] {
            try db.run(
                """
                INSERT INTO spend (day, who, calls, tokens) VALUES (?, ?, ?, ?)
                ON CONFLICT (day, who) DO UPDATE SET calls = calls + excluded.calls, tokens = tokens + excluded.tokens
                """,
                [entry.day, who, entry.spend.calls, entry.spend.tokens]
            )
        }
    }

    func sum(_ condition: String, _ arguments: StatementArguments) throws -> Spend {
        let row = try db.row(
            "SELECT COALESCE(SUM(calls), 0), COALESCE(SUM(tokens), 0) FROM spend WHERE day = ?1 AND \(condition)",
            arguments
        )
        return row.map { Spend(calls: $0[0], tokens: $0[1]) } ?? Spend()
    }
}
