// Whether the database is one that can be used.

extension PostgresSchema {
    /// A schema that stands beside while a backup is put in place and held back.
    static func mark(of schema: String) -> String { schema + "_restore" }

    static func checkRestore(_ db: PostgresConnection, _ schema: String) throws {
        let mark = mark(of: schema)
        if try db.rows("SELECT 1 FROM pg_namespace WHERE nspname = $1", [.text(mark)]).isEmpty { return }
        throw StoreError.cannotOpen(
            "A backup is being put into this database, or that was cut off. Wait for `crset restore`, or run it again; "
                + "what is there may send again what went out since the backup. Only if that is certain not to be so, drop "
                + "the schema \"\(mark)\" to go on with it."
        )
    }

    /// 0 for a database without the schema.
    static func version(_ db: PostgresConnection, _ schema: String) throws -> Int {
        // Not by to_regclass, whose cache may not know what another process has just made.
        let table = try db.rows(
            """
            SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND c.relname = 'schema_versions'
            """,
            [.text(schema)]
        )
        if table.isEmpty { return 0 }
        let version = Int(try db.rows("SELECT COALESCE(MAX(version), 0) FROM schema_versions").first?.integer(0) ?? 0)
        guard version <= versions.count else {
            throw StoreError.cannotOpen(
                "The schema \"\(schema)\" in Postgres was written by a newer CRSET. Use that version, or restore a "
                    + "backup made before it."
            )
        }
        return version
    }

    static func checkServer(_ db: PostgresConnection) throws {
        let row = try db.rows(
            "SELECT current_setting('server_version_num')::int, current_setting('server_encoding')"
        ).first
        guard let row, try row.integer(0) >= 120_000 else {
            throw StoreError.cannotOpen("This Postgres server is too old. Use version 12 or later.")
        }
        guard row.optional(1) == "UTF8" else {
            throw StoreError.cannotOpen(
                "The database has the encoding \(row.optional(1) ?? "?"). Make one with ENCODING 'UTF8'."
            )
        }
    }

    /// Another role than the owner's would see empty tables, because of their row level security.
    static func checkOwner(_ db: PostgresConnection) throws {
        let row = try db.rows("SELECT row_security_active('conversations')::int, current_user").first
        guard let row, try row.integer(0) == 0 else {
            throw StoreError.cannotOpen(
                "The role \(row?.optional(1) ?? "") doesn't own CRSET's tables. Connect as the role that ran "
                    + "`crset migrate`."
            )
        }
    }
}
