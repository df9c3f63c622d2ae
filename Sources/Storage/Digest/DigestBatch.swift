import Conversation

/// Lines of the journal worked into what is kept of their leads. The same on every engine; only reading and writing
/// differ.
struct DigestBatch: Sendable {
    /// What is known of a lead beside its lines.
    struct Lead: Sendable {
        var language: String
        var product: String?
        var source: String?
        var state: String
    }

    struct Sale: Sendable {
        var session: String
        var conversation: String
        var at: Int64
        var product: String
        var price: Money
    }

    struct Review: Sendable {
        var reasons: [ReviewReason]
        var at: Int64
    }

    private(set) var facts: [String: LeadFacts]
    private(set) var words: [(seq: Int64, conversation: String, words: [String])] = []
    let hours: [(hour: Int64, first: Int64, last: Int64)]
    private(set) var sales: [Sale] = []
    private(set) var refunds: [(session: String, at: Int64)] = []
    private(set) var reviews: [String: Review] = [:]

    init(_ lines: [DigestLine], facts: [String: LeadFacts], leads: [String: Lead]) {
        self.facts = facts
        hours = SearchSQL.hours(of: lines.map { ($0.seq, $0.at) })
        for line in lines {
            // Erased meanwhile.
            guard let lead = leads[line.conversation] else { continue }
            var known = self.facts[line.conversation] ?? LeadFacts(id: line.conversation)
            (known.language, known.product) = (lead.language, lead.product ?? known.product)
            known.source = SourceWord.word(lead.source)
            let reasons = known.take(line)
            self.facts[line.conversation] = known
            let found = line.words
            if !found.isEmpty { words.append((line.seq, line.conversation, found)) }
            if line.tellsOfPayment { addSales(of: line.conversation, lead) }
            if let session = line.refundedSession { refunds.append((session, line.at.milliseconds)) }
            if !reasons.isEmpty {
                var review = reviews[line.conversation] ?? Review(reasons: [], at: 0)
                review.reasons += reasons
                review.at = line.at.milliseconds
                reviews[line.conversation] = review
            }
        }
    }

    private mutating func addSales(of id: String, _ lead: Lead) {
        guard let state = try? StoredJSON.decode(ConversationState.self, lead.state) else { return }
        for payment in state.payments where !sales.contains(where: { $0.session == payment.sessionID }) {
            sales.append(
                Sale(
                    session: payment.sessionID,
                    conversation: id,
                    at: payment.at.milliseconds,
                    product: payment.offer.product,
                    price: payment.offer.price
                )
            )
        }
    }
}

extension DigestBatch.Review {
    /// As it stands in its row.
    struct Stored {
        var reasons: [ReviewReason]
        var at: Int64
        var judgedAt: Int64?

        var priority: Int64 { reasons.map(\.priority).max() ?? 0 }
        /// The column, with commas around each reason.
        var words: String { "," + reasons.map(\.rawValue).joined(separator: ",") + "," }
    }

    /// With what was known. What comes after somebody has judged stands by itself: it is why the conversation waits again.
    func added(to old: Stored?) -> Stored {
        guard let old else { return Stored(reasons: ordered(with: []), at: at) }
        let isReopened = old.judgedAt.map { old.at <= $0 && at > $0 } ?? false
        return Stored(
            reasons: ordered(with: isReopened ? [] : old.reasons),
            at: max(old.at, at),
            judgedAt: old.judgedAt
        )
    }

    private func ordered(with known: [ReviewReason]) -> [ReviewReason] {
        ReviewReason.allCases.filter { (known + reasons).contains($0) }
    }
}

extension DigestBatch.Review.Stored {
    init(words: String, at: Int64, judgedAt: Int64?) {
        self.init(
            reasons: words.split(separator: ",").compactMap { ReviewReason(rawValue: String($0)) },
            at: at,
            judgedAt: judgedAt
        )
    }
}

extension ReviewRecord {
    init(id: String, reasons: String, priority: Int64, at: Int64, judgedAt: Int64?, judgedBy: String?, verdict: String?)
    {
        conversation = ConversationID(id)
        self.reasons = reasons.split(separator: ",").map(String.init)
        self.priority = priority
        self.at = Timestamp(milliseconds: at)
        self.judgedAt = Timestamp(column: judgedAt)
        self.judgedBy = judgedBy
        self.verdict = verdict.flatMap { try? StoredJSON.decode(text: $0) }
    }
}

/// The statements of reading, which differ only in how values are written.
enum DeskReading {
    static func finding(_ entry: RawEntry, in id: String, stage: String, state: String) -> SearchFinding {
        SearchFinding(conversation: ConversationID(id), line: entry.decoded, name: name(state), stage: stage)
    }

    static let reviewColumns = "conversation_id, reasons, priority, at, judged_at, judged_by, verdict"

    static func reviews(_ query: ReviewQuery) -> DeskSQL {
        // As the indexes say it.
        var conditions = [
            DeskSQL(query.areJudged ? "judged_at IS NOT NULL" : "(judged_at IS NULL OR at > judged_at)")
        ]
        if let reason = query.reason {
            conditions.append(DeskSQL("reasons LIKE ?", .text("%,\(reason.rawValue),%")))
            // What has the reason stands at its priority or before it.
            if !query.areJudged { conditions.append(DeskSQL("priority >= ?", .integer(reason.priority))) }
        }
        if let after = query.after {
            conditions.append(
                query.areJudged
                    ? DeskSQL(
                        "(judged_at, conversation_id) < (?, ?)",
                        .integer(after.at.milliseconds),
                        .text(after.id.rawValue)
                    )
                    : DeskSQL(
                        "(priority, at, conversation_id) < (?, ?, ?)",
                        .integer(after.priority),
                        .integer(after.at.milliseconds),
                        .text(after.id.rawValue)
                    )
            )
        }
        var sql = DeskSQL("SELECT \(reviewColumns) FROM reviews")
        sql.append(conditions: conditions)
        sql.append(
            query.areJudged
                ? "ORDER BY judged_at DESC, conversation_id DESC LIMIT ?"
                : "ORDER BY priority DESC, at DESC, conversation_id DESC LIMIT ?",
            .integer(Int64(min(max(query.limit, 0), StoreLimits.pageMax)))
        )
        return sql
    }

    /// Of a state that this version can't read, no name.
    static func name(_ state: String) -> String? {
        guard let state = try? StoredJSON.decode(ConversationState.self, state) else { return nil }
        if case .text(let name) = state.fields["name"] { return name }
        return state.profileName
    }
}
