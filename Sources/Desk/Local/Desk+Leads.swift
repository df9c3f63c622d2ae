import Conversation
import Storage

extension Desk {
    public func leads(_ request: LeadListRequest) async throws -> LeadPage {
        let query = try LeadQuery(request)
        let records = try await store.leads(query)
        var leads = records.map { record in
            var lead = LeadDocument(record)
            lead.cursor = Cursor(query.sort, record.position(in: query.sort)).text
            return lead
        }
        guard records.count == query.limit, let last = leads.last?.cursor else { return LeadPage(leads: leads) }
        leads[leads.count - 1].cursor = last
        return LeadPage(leads: leads, next_cursor: last)
    }

    public func card(_ reference: String) async throws -> LeadCardDocument {
        let record = try await lead(reference)
        return try await card(record)
    }

    func card(_ record: LeadRecord) async throws -> LeadCardDocument {
        var history: [LeadCardDocument.StageChange] = []
        var notes: [LeadCardDocument.NoteDocument] = []
        // Of a conversation that is longer, the card shows the beginning.
        for entry in try await store.notes(of: record.state.id, limit: Self.notesMax) {
            guard case .note(let note) = entry.content else { continue }
            if let change = StageWords(note) {
                history.append(.init(at: Moment(entry.at), from: change.from, to: change.to))
            } else if note.kind == .staff {
                notes.append(.init(at: Moment(entry.at), text: note.text))
            }
        }
        try await catchUp()
        let cost = try await store.cost(of: record.state.id)
        return LeadCardDocument(
            lead: LeadDocument(record),
            window: WindowDocument(since: record.state.lastCustomerMessageAt, now: now()),
            stage_history: history,
            cost: CostDocument(cost),
            source: record.source,
            notes: notes
        )
    }

    static let page = 500
    private static let notesMax = 1_000

    public func transcript(_ reference: String, after: Int64, limit: Int) async throws -> TranscriptPage {
        guard limit > 0 else { throw DeskError(.invalid, "the limit has to be 1 or more") }
        let record = try await lead(reference)
        let lines = try await store.transcript(of: record.state.id, after: after, limit: min(limit, Self.page))
        return TranscriptPage(
            lead: LeadDocument(record),
            entries: lines.flatMap(TranscriptDocument.Entry.list),
            last_seq: lines.last?.entry.seq ?? after,
            more: lines.count == min(limit, Self.page)
        )
    }
}

extension LeadPage {
    init(leads: [LeadDocument]) { self.init(leads: leads, next_cursor: nil) }
}

extension LeadQuery {
    init(_ request: LeadListRequest) throws {
        guard (1...1_000).contains(request.limit) else { throw DeskError(.invalid, "the limit has to be 1 to 1000") }
        self.init(limit: request.limit)
        for name in request.stages ?? [] {
            guard let stage = Stage.Name(rawValue: name) else {
                let names = Stage.Name.allCases.map(\.rawValue).joined(separator: ", ")
                throw DeskError(.invalid, "“\(name)” is no stage; there are \(names)")
            }
            stages.insert(stage)
        }
        language = request.language.map { Language($0) }
        product = request.product
        (scoreMin, scoreMax) = (request.score_min, request.score_max)
        assignedTo = request.assigned_to
        isUnassigned = request.unassigned ?? false
        isWaiting = request.waiting ?? false
        isUnpaid = request.unpaid ?? false
        since = request.since?.timestamp
        // Those who wait stand in the order in which they came.
        sort = request.sort.flatMap { Sort(rawValue: $0.rawValue) } ?? (isWaiting ? .waiting : .activity)
        if let text = request.cursor {
            guard let cursor = Cursor(text), cursor.sort == sort else {
                throw DeskError(.invalid, "the cursor is of another list; leave it out to begin anew")
            }
            after = cursor.position
        }
    }
}

/// A place in a list, as a text that means something only to us.
struct Cursor {
    var sort: LeadQuery.Sort
    var position: LeadQuery.Position

    init(_ sort: LeadQuery.Sort, _ position: LeadQuery.Position) {
        self.sort = sort
        self.position = position
    }

    init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let sort = LeadQuery.Sort(rawValue: String(parts[0])), let value = Int64(parts[1])
        else {
            return nil
        }
        self.init(sort, LeadQuery.Position(value: value, id: ConversationID(String(parts[2]))))
    }

    var text: String { "\(sort.rawValue).\(position.value).\(position.id.rawValue)" }
}

/// A change of stage, as it stands in a note.
struct StageWords {
    var from: String
    var to: String

    init?(_ note: Note) {
        guard note.kind == .stage else { return nil }
        let parts = note.text.split(separator: " ")
        guard parts.count == 3, parts[1] == "→" else { return nil }
        (from, to) = (String(parts[0]), String(parts[2]))
    }
}

extension CostDocument {
    init(_ cost: LeadCost?) {
        self.init(
            micro_usd: Int(cost?.microUSD ?? 0),
            prompt_tokens: Int(cost?.promptTokens ?? 0),
            completion_tokens: Int(cost?.completionTokens ?? 0),
            answers: Int(cost?.answers ?? 0)
        )
    }
}
