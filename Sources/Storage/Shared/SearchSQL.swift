import Conversation

/// What both engines do alike when they look for words.
enum SearchSQL {
    /// Findings that one page looks at, where they are narrowed down by more than words.
    static let findingsMax: Int64 = 2_000
    /// Lines of one conversation that one page looks through.
    static let linesMax: Int64 = 2_000

    /// Lines of one conversation, the newest first: whatever the words, reading these is quicker than going through all
    /// that the index knows of the words.
    static func lines(of id: ConversationID, _ query: SearchQuery) -> DeskSQL {
        var sql = DeskSQL("SELECT j.seq, j.at, j.kind, j.body FROM journal j")
        var conditions = [DeskSQL("j.conversation_id = ?", .text(id.rawValue))]
        if let before = query.before { conditions.append(DeskSQL("j.seq < ?", .integer(before))) }
        sql.append(conditions: conditions + filters(query))
        sql.append("ORDER BY j.seq DESC LIMIT ?", .integer(linesMax))
        return sql
    }

    /// Those of them in which the words stand.
    static func findings(
        in lines: [RawEntry],
        of id: ConversationID,
        stage: String,
        state: String,
        _ query: SearchQuery
    ) -> SearchFindings {
        let terms = SearchTerms(query.text)
        var found = SearchFindings()
        for line in lines {
            guard terms.fit(DigestLine(entry: line, conversation: id.rawValue, outboxID: nil, explanation: nil).words)
            else { continue }
            found.findings.append(DeskReading.finding(line, in: id.rawValue, stage: stage, state: state))
            if found.findings.count == limit(query) {
                found.next = line.seq
                return found
            }
        }
        found.next = lines.count == linesMax ? lines.last?.seq : nil
        return found
    }

    static func limit(_ query: SearchQuery) -> Int { min(max(query.limit, 0), StoreLimits.pageMax) }

    /// Whether more than words decides, so that a page may have to look at many findings.
    static func isNarrow(_ query: SearchQuery) -> Bool {
        query.author != nil || query.since != nil || query.until != nil
    }

    /// The hours of the journal in which findings may lie.
    static func hours(_ query: SearchQuery) -> DeskSQL {
        var conditions: [DeskSQL] = []
        if let since = query.since { conditions.append(DeskSQL("hour >= ?", .integer(since.milliseconds / 3_600_000))) }
        if let until = query.until { conditions.append(DeskSQL("hour <= ?", .integer(until.milliseconds / 3_600_000))) }
        var sql = DeskSQL("SELECT MIN(first_seq), MAX(last_seq) FROM search_hours")
        sql.append(conditions: conditions)
        return sql
    }

    /// What narrows the findings of a search down, of the journal as `j`.
    static func filters(_ query: SearchQuery) -> [DeskSQL] {
        var conditions: [DeskSQL] = []
        switch query.author {
        case .customer: conditions.append(DeskSQL("j.kind = 'customer'"))
        case .bot: conditions.append(DeskSQL("j.kind = 'message' AND j.explanation IS NOT NULL"))
        case .staff:
            conditions.append(DeskSQL("(j.kind = 'owner' OR (j.kind = 'message' AND j.explanation IS NULL))"))
        case .note: conditions.append(DeskSQL("j.kind IN ('note', 'event')"))
        case nil: break
        }
        if let since = query.since { conditions.append(DeskSQL("j.at >= ?", .integer(since.milliseconds))) }
        if let until = query.until { conditions.append(DeskSQL("j.at < ?", .integer(until.milliseconds))) }
        return conditions
    }

    /// Which lines of a batch lie in which hours.
    static func hours(of lines: [(seq: Int64, at: Timestamp)]) -> [(hour: Int64, first: Int64, last: Int64)] {
        Dictionary(grouping: lines) { $0.at.milliseconds / 3_600_000 }.compactMap { hour, lines in
            guard let first = lines.map(\.seq).min(), let last = lines.map(\.seq).max() else { return nil }
            return (hour, first, last)
        }
    }

    /// Remembers them, with a value each for hour, first and last line.
    static let keepHour = """
        INSERT INTO search_hours (hour, first_seq, last_seq) VALUES (?, ?, ?)
        ON CONFLICT (hour) DO UPDATE SET
            first_seq = CASE WHEN excluded.first_seq < search_hours.first_seq
                THEN excluded.first_seq ELSE search_hours.first_seq END,
            last_seq = CASE WHEN excluded.last_seq > search_hours.last_seq
                THEN excluded.last_seq ELSE search_hours.last_seq END
        """
}

extension SearchTerms {
    /// Whether all that is wanted stands in these words, and nothing that isn't.
    func fit(_ words: [String]) -> Bool {
        wanted.allSatisfy { Self.stands($0, in: words) } && !unwanted.contains { Self.stands($0, in: words) }
    }

    private static func stands(_ phrase: Phrase, in words: [String]) -> Bool {
        guard words.count >= phrase.words.count else { return false }
        return (0...words.count - phrase.words.count).contains { start in
            phrase.words.enumerated().allSatisfy { offset, word in
                let isBeginning = phrase.isPrefix && offset == phrase.words.count - 1
                let other = words[start + offset]
                return isBeginning ? other.hasPrefix(word) : other == word
            }
        }
    }
}
