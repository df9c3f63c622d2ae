import Conversation
import Storage

extension Desk {
    public func export(_ reference: String, after cursor: String?) async throws -> ExportPart {
        let record = try await lead(reference)
        let seq = try cursor.map { text in
            guard let seq = Int64(text) else { throw DeskError(.invalid, "the cursor is of another list") }
            return seq
        }
        let lines = try await store.transcript(of: record.state.id, after: seq ?? 0, limit: Self.page)
        var part = ExportPart(entries: lines.flatMap(TranscriptDocument.Entry.list))
        if lines.count == Self.page { part.next_cursor = lines.last.map { String($0.entry.seq) } }
        if seq == nil {
            part.card = try await card(record)
            let log = try await store.staffLog(StaffLogQuery(conversation: record.state.id, limit: 1_000))
            part.audit = log.map(AuditEntry.init)
        }
        return part
    }

    public func forget(_ reference: String, by who: String) async throws -> ForgetReceipt {
        let id = try await lead(reference).state.id
        let at = now()
        guard let parts = try await store.erase(id, by: who, at: at) else {
            throw DeskError(.unknownLead, "the lead \(id.rawValue) is gone")
        }
        return ForgetReceipt(
            lead_id: id.rawValue,
            at: Moment(at),
            by: who,
            erased: parts.filter { $0.keptBecause == nil }.map { ForgetReceipt.Line($0.store, $0.count) },
            kept: parts.compactMap { part in
                part.keptBecause.map { ForgetReceipt.Line(part.store, part.count, reason: $0) }
            }
        )
    }
}

extension ExportPart {
    init(entries: [TranscriptDocument.Entry]) {
        self.init(card: nil, entries: entries, audit: nil, next_cursor: nil)
    }
}
