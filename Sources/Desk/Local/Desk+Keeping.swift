import Conversation
import Foundation
import Storage

extension Desk {
    public func export(_ reference: String, after cursor: String?) async throws -> ExportPart {
        let record = try await lead(reference)
        let id = record.state.id
        guard let cursor else {
            var part = try await exportEntries(id, after: 0)
            part.card = try await card(record)
            part.review = try await store.review(of: id).map { ReviewDocument(ReviewItem($0, record)) }
            return part
        }
        if let file = FileCursor(cursor) { return try await exportFile(id, file) }
        if cursor.hasPrefix(Self.auditMark), let before = Int64(cursor.dropFirst(Self.auditMark.count)) {
            return try await exportAudit(id, before: before, into: ExportPart(entries: []))
        }
        guard let seq = Int64(cursor) else { throw Self.otherList }
        return try await exportEntries(id, after: seq)
    }

    private func exportEntries(_ id: ConversationID, after seq: Int64) async throws -> ExportPart {
        let lines = try await store.transcript(of: id, after: seq, limit: Self.page)
        var part = ExportPart(entries: lines.flatMap(TranscriptDocument.Entry.list))
        if lines.count < Self.page { return try await exportAudit(id, before: nil, into: part) }
        part.next_cursor = lines.last.map { String($0.entry.seq) }
        return part
    }

    private func exportAudit(_ id: ConversationID, before: Int64?, into part: ExportPart) async throws -> ExportPart {
        var part = part
        let log = try await store.staffLog(StaffLogQuery(conversation: id, before: before, limit: Self.page))
        part.audit = log.map(AuditEntry.init)
        if log.count == Self.page {
            part.next_cursor = log.last.map { Self.auditMark + String($0.id) }
        } else if let first = try await store.files(of: id, after: nil, limit: 1).first {
            part.next_cursor = FileCursor(file: first.file.id, part: 0).text
        }
        return part
    }

    private static let auditMark = "audit."
    private static let otherList = DeskError(.invalid, "the cursor is of another list")

    /// One part of one file.
    private func exportFile(_ id: ConversationID, _ place: FileCursor) async throws -> ExportPart {
        guard let stored = try await store.file(place.file), stored.conversation == id,
            let bytes = try await store.filePart(place.part, of: place.file)
        else { throw Self.otherList }
        let isLast = place.part + 1 >= stored.parts
        var part = ExportPart(entries: [])
        part.file = FilePiece(
            file: place.part == 0 ? FileDocument(stored.file) : nil,
            data: bytes.base64EncodedString(),
            is_last: isLast
        )
        if isLast {
            let next = try await store.files(of: id, after: place.file, limit: 1).first
            part.next_cursor = next.map { FileCursor(file: $0.file.id, part: 0).text }
        } else {
            part.next_cursor = FileCursor(file: place.file, part: place.part + 1).text
        }
        return part
    }

    public func forget(_ reference: String, by who: String) async throws -> ForgetReceipt {
        let id = try await lead(reference).state.id
        let at = now()
        let parts: [ErasedPart]
        switch try await store.erase(id, by: who, at: at, expecting: expected) {
        case .erased(let erased): parts = erased
        case .changed: throw Self.changed
        case .unknown: throw DeskError(.unknownLead, "the lead \(id.rawValue) is gone")
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
        self.init(card: nil, review: nil, entries: entries, audit: nil, file: nil, next_cursor: nil)
    }
}

/// A place among the files of an export.
private struct FileCursor {
    var file: String
    var part: Int

    private static let mark = "file."

    init(file: String, part: Int) {
        self.file = file
        self.part = part
    }

    init?(_ text: String) {
        guard text.hasPrefix(Self.mark) else { return nil }
        let pieces = text.dropFirst(Self.mark.count).split(separator: ".", maxSplits: 1)
        guard pieces.count == 2, let part = Int(pieces[0]), part >= 0 else { return nil }
        self.init(file: String(pieces[1]), part: part)
    }

    var text: String { "\(Self.mark)\(part).\(file)" }
}

extension FileDocument {
    init(_ file: OutFile) {
        self.init(
            id: file.id,
            kind: file.kind.rawValue,
            name: file.name,
            mime_type: file.mimeType,
            size: file.size,
            expires_at: nil
        )
    }
}
