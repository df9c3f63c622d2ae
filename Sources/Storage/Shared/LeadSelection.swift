import Conversation

/// A list of leads.
///
/// It goes along the index of its order, which holds what it is narrowed down by, until its page is full. Where few
/// leads have what is asked for, that would be the whole index; so the store first asks how many have each value, and
/// takes the few one by one.
struct LeadSelection: Sendable {
    static let columns = """
        id, channel, user_id, wa_id, created_at, updated_at, source, timers, state, held_by, assigned_to, \
        waiting_since, product
        """
    /// So many leads with a value are few.
    static let fewMax: Int64 = 500

    private let query: LeadQuery

    init(_ query: LeadQuery) { self.query = query }

    /// How many leads have each value, up to one more than are few. Nil: that needn't be known.
    var counts: (sql: DeskSQL, columns: Int32)? {
        let values = sharedValues
        if values.isEmpty { return nil }
        var sql = DeskSQL("SELECT")
        for (index, ids) in values.enumerated() {
            sql.append(index == 0 ? "" : ",")
            sql.append(DeskSQL("(SELECT COUNT(*) FROM (", ids, " LIMIT \(Self.fewMax + 1)) AS v\(index))"))
        }
        return (sql, Int32(values.count))
    }

    /// What follows `FROM conversations`, when so many leads have each value.
    func sql(_ counts: [Int64] = []) -> DeskSQL {
        for (count, ids) in zip(counts, sharedValues) where count <= Self.fewMax {
            return list(
                [DeskSQL("id IN (", ids, " LIMIT \(Self.fewMax))")] + filters(plain: "{+}", score: "{+}"),
                "{+}"
            )
        }
        if query.sort == .score, !query.stages.isEmpty { return byScore }
        return list(filters(plain: query.sort == .activity ? "" : "{+}", score: query.sort == .score ? "" : "{+}"), "")
    }

    /// Who has a value that others may have as well, each a statement of its own, in the order of an index: without, a
    /// planner that takes them for few would collect them all.
    private var sharedValues: [DeskSQL] {
        // Those who wait are few.
        if query.sort == .waiting || query.isWaiting { return [] }
        var values: [DeskSQL] = []
        if let language = query.language?.rawValue {
            values.append(
                DeskSQL(
                    """
                    SELECT id FROM lead_values WHERE kind = 'language' AND value >= ? AND value < ? ORDER BY value, id
                    """,
                    .text(language),
                    .text(Self.end(of: language))
                )
            )
        }
        if let product = query.product {
            values.append(
                DeskSQL(
                    "SELECT id FROM lead_values WHERE kind = 'product' AND value = ? ORDER BY value, id",
                    .text(product)
                )
            )
        }
        if query.sort != .score, query.scoreMin != nil || query.scoreMax != nil {
            values.append(query.stages.isEmpty ? bestOfAll : DeskSQL("SELECT id FROM (", best(few, []), ") AS best"))
        }
        return values
    }

    // MARK: Along an index

    private func list(_ filters: [DeskSQL], _ plain: String) -> DeskSQL {
        var conditions = filters
        let column = query.sort.column
        // `waiting` only goes through those that wait, and whoever waits longest is the first.
        let isAscending = query.sort == .waiting
        if let after = query.after {
            let sign = isAscending ? ">" : "<"
            conditions.append(
                DeskSQL("(\(plain)\(column), id) \(sign) (?, ?)", .integer(after.value), .text(after.id.rawValue))
            )
        }
        if query.isWaiting || query.sort == .waiting { conditions.append(DeskSQL("waiting_since IS NOT NULL")) }
        let order = isAscending ? "ASC" : "DESC"
        var sql = DeskSQL("")
        sql.append(conditions: conditions)
        sql.append("ORDER BY \(plain)\(column) \(order), \(plain)id \(order) LIMIT ?", limit)
        return sql
    }

    private var few: DeskSQL { DeskSQL("LIMIT \(Self.fewMax + 1)") }

    private var bestOfAll: DeskSQL {
        var all = DeskSQL("SELECT id FROM conversations")
        all.append(conditions: scores("score"))
        all.append("ORDER BY score DESC, id DESC")
        return all
    }

    /// The best of each stage that is asked for, of which the best are shown: in the order of all leads, those of a
    /// stage with low scores stand behind all others.
    private var byScore: DeskSQL {
        var conditions = others(plain: "{+}")
        if query.isWaiting { conditions.append(DeskSQL("waiting_since IS NOT NULL")) }
        if let after = query.after {
            conditions.append(DeskSQL("(score, id) < (?, ?)", .integer(after.value), .text(after.id.rawValue)))
        }
        let best = best(DeskSQL("LIMIT ?", limit), conditions)
        var sql = DeskSQL("WHERE id IN (SELECT id FROM (", best, ") AS best ORDER BY score DESC, id DESC LIMIT ?)")
        sql.append("ORDER BY {+}score DESC, {+}id DESC LIMIT ?", limit, limit)
        return sql
    }

    private func best(_ limit: DeskSQL, _ conditions: [DeskSQL]) -> DeskSQL {
        var best = DeskSQL("")
        for (index, stage) in query.stages.map(\.rawValue).sorted().enumerated() {
            var one = DeskSQL("SELECT id, score FROM conversations")
            one.append(conditions: [DeskSQL("stage = ?", .text(stage))] + conditions + scores("score"))
            one.append("ORDER BY score DESC, id DESC")
            one.append(limit)
            if index > 0 { best.append("UNION ALL") }
            best.append(DeskSQL("SELECT id, score FROM (", one, ") AS s\(index)"))
        }
        return best
    }

    private var limit: DeskSQL.Value { .integer(Int64(min(max(query.limit, 0), StoreLimits.pageMax))) }

    // MARK: Filters

    private func filters(plain: String, score: String) -> [DeskSQL] {
        (query.stages.isEmpty ? [] : [stages(query.stages.count == 1 ? plain + "stage" : "{+}stage")])
            + scores(score + "score") + others(plain: plain)
    }

    private func stages(_ column: String) -> DeskSQL {
        let names = query.stages.map(\.rawValue).sorted()
        if names.count == 1 { return DeskSQL("\(column) = ?", .text(names[0])) }
        var list = DeskSQL("\(column) IN (")
        for (index, stage) in names.enumerated() { list.append(index == 0 ? "?" : ", ?", .text(stage)) }
        list.append(")")
        return list
    }

    private func scores(_ column: String) -> [DeskSQL] {
        var conditions: [DeskSQL] = []
        if let least = query.scoreMin { conditions.append(DeskSQL("\(column) >= ?", .integer(Int64(least)))) }
        if let most = query.scoreMax { conditions.append(DeskSQL("\(column) <= ?", .integer(Int64(most)))) }
        return conditions
    }

    /// `plain`: what keeps SQLite from an index other than that of the order, since sorting all that it finds would
    /// take as long as there is much of it.
    private func others(plain: String) -> [DeskSQL] {
        var conditions: [DeskSQL] = []
        if let language = query.language?.rawValue {
            conditions.append(DeskSQL("language >= ?", .text(language)))
            conditions.append(DeskSQL("language < ?", .text(Self.end(of: language))))
        }
        if let product = query.product { conditions.append(DeskSQL("product = ?", .text(product))) }
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

    /// `pt` means `pt-PT`, too: the full stop comes after the dash.
    private static func end(of language: String) -> String { language + "." }
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
