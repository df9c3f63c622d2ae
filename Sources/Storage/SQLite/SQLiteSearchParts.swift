import GRDB

/// The full-text index in parts, each of one stretch of the journal: what a search has to go through at once doesn't
/// grow with the archive.
package struct SQLiteSearchParts {
    struct Part {
        /// The `seq` from which on it holds the lines, until the next part begins.
        var first: Int64
        var table: String { "search_\(first)" }
    }

    let db: Database

    /// Lines of a part, so that one takes some tens of milliseconds to go through.
    static let linesEach: Int64 = 1_048_576

    /// The newest first.
    var all: [Part] {
        get throws {
            try db.rows("SELECT first_seq FROM search_parts ORDER BY first_seq DESC").map { Part(first: $0[0]) }
        }
    }

    /// The one for the next lines of the journal.
    func newest(from seq: Int64, lines: Int64) throws -> Part {
        let newest: Int64 = try db.row("SELECT MAX(first_seq) FROM search_parts")?[0] ?? 0
        if seq - newest < lines { return Part(first: newest) }
        try db.execute(sql: Self.creation(from: seq))
        return Part(first: seq)
    }

    package static func creation(from seq: Int64) -> String {
        """
        CREATE VIRTUAL TABLE search_\(seq) USING fts5(words, tokenize = 'unicode61 remove_diacritics 2');
        INSERT INTO search_parts (first_seq) VALUES (\(seq));
        """
    }
}
