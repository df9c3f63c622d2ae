import Conversation
import Storage

// Commands of people: they enter by the same door as everything else, and so they work whether a service runs or not.

extension Desk {
    public func takeOver(
        _ reference: String,
        _ request: TakeoverRequest,
        by who: String
    ) async throws -> TakeoverReceipt {
        let id = try await lead(reference).state.id
        let done = try await act(.takeOver, on: id, by: who, request.request_id, force: request.force)
        let record = try await current(id)
        return TakeoverReceipt(
            lead: LeadDocument(record),
            is_new: done.isNew,
            withdrawn: done.withdrawn,
            window: WindowDocument(since: record.state.lastCustomerMessageAt, now: now()),
            summary: try await handOver(record)
        )
    }

    public func reply(_ reference: String, _ request: ReplyRequest, by who: String) async throws -> ReplyReceipt {
        let before = try await lead(reference)
        let id = before.state.id
        let what = try await content(of: request, for: before)
        let done = try await act(what, on: id, by: who, request.request_id, force: request.force)
        let record = try await current(id)
        return ReplyReceipt(
            lead: LeadDocument(record),
            is_new: done.isNew,
            withdrawn: done.withdrawn,
            window: WindowDocument(since: record.state.lastCustomerMessageAt, now: now())
        )
    }

    public func release(_ reference: String, _ request: ReleaseRequest, by who: String) async throws -> StaffReceipt {
        try await receipt(
            .release(answers: request.answer ?? false),
            reference,
            by: who,
            request.request_id,
            force: request.force
        )
    }

    public func note(_ reference: String, _ request: NoteRequest, by who: String) async throws -> StaffReceipt {
        let text = try words(request.text, charactersMax: Self.noteCharactersMax)
        return try await receipt(.note(text), reference, by: who, request.request_id)
    }

    public func change(_ reference: String, _ request: LeadChange, by who: String) async throws -> StaffReceipt {
        let person = try request.assigned_to.map { name in
            try name.map { try self.name($0) }
        }
        let what: StaffAct.What =
            switch (try stage(request), person) {
            case ((let stage, let reason)?, let person?): .stageAndAssign(stage, reason: reason, to: person)
            case ((let stage, let reason)?, nil): .stage(stage, reason: reason)
            case (nil, let person?): .assign(person)
            case (nil, nil): throw DeskError(.invalid, "give a stage with its reason, or assigned_to")
            }
        return try await receipt(what, reference, by: who, request.request_id, force: request.force)
    }

    private func stage(_ request: LeadChange) throws -> (Stage.Name, reason: String)? {
        guard let name = request.stage else { return nil }
        let settable: [Stage.Name] = [.qualifying, .qualified, .disqualified, .optedOut, .dormant]
        let names = settable.map(\.rawValue).joined(separator: ", ")
        guard let stage = Stage.Name(rawValue: name) else {
            throw DeskError(.invalid, "“\(name)” is no stage; a person can set \(names)")
        }
        guard settable.contains(stage) else {
            throw DeskError(.invalid, "a person can set \(names); “\(name)” follows from what happens")
        }
        guard let reason = request.reason else { throw DeskError(.invalid, "a stage is corrected with a reason") }
        return (stage, try words(reason, charactersMax: Self.noteCharactersMax))
    }

    /// WhatsApp's limit of a text (reference/whatsapp.md §8).
    static let replyCharactersMax = 4_096
    private static let noteCharactersMax = 10_000
    private static let nameCharactersMax = 80

    /// Somebody who was erased is known by the whole id only.
    private func logged(_ reference: String?) async throws -> ConversationID? {
        guard let reference else { return nil }
        do { return try await lead(reference).state.id } catch let error as DeskError where error.code == .unknownLead {
            return ConversationID(reference)
        }
    }

    public func audit(_ request: AuditRequest) async throws -> AuditPage {
        guard (1...1_000).contains(request.limit) else { throw DeskError(.invalid, "the limit has to be 1 to 1000") }
        let before = try request.cursor.map { text in
            guard let id = Int64(text) else { throw DeskError(.invalid, "the cursor is of another list") }
            return id
        }
        let entries = try await store.staffLog(
            StaffLogQuery(
                conversation: try await logged(request.lead_id),
                who: request.who,
                before: before,
                limit: request.limit
            )
        )
        return AuditPage(
            entries: entries.map(AuditEntry.init),
            next_cursor: entries.count == request.limit ? entries.last.map { String($0.id) } : nil
        )
    }

    // MARK: Beneath

    private func receipt(
        _ what: StaffAct.What,
        _ reference: String,
        by who: String,
        _ requestID: String?,
        force: Bool? = nil
    ) async throws -> StaffReceipt {
        let id = try await lead(reference).state.id
        let done = try await act(what, on: id, by: who, requestID, force: force)
        return StaffReceipt(lead: LeadDocument(try await current(id)), is_new: done.isNew)
    }

    private func act(
        _ what: StaffAct.What,
        on id: ConversationID,
        by who: String,
        _ requestID: String?,
        force: Bool?
    ) async throws -> (isNew: Bool, withdrawn: Int) {
        let act = StaffAct(
            what,
            on: id,
            by: try name(who),
            at: now(),
            requestID: requestID ?? newID(),
            force: force ?? false,
            expected: expected
        )
        switch try await store.act(act) {
        case .done(let withdrawn):
            hasLeftWork()
            return (true, withdrawn)
        case .duplicate: return (false, 0)
        case .otherAct:
            throw DeskError(.requestIDUsed, "the request_id belongs to something else that was done; take a new one")
        case .unknown: throw DeskError(.unknownLead, "the lead \(id.rawValue) is gone")
        case .heldBy(let holder):
            throw DeskError(
                .heldByOther,
                "\(holder) has this conversation; talk to them, or add --force to take it from them",
                holder: holder
            )
        case .windowClosed(let since):
            let last = since.map { "wrote last at \(Moment($0))" } ?? "never wrote"
            throw DeskError(
                .windowClosed,
                "WhatsApp delivers free words only within 24 hours of the customer's last message, and this customer "
                    + "\(last); \(wayOut(for: try await current(id)))"
            )
        case .optedOut:
            throw DeskError(.optedOut, "this customer asked for no more messages; --force sends it all the same")
        case .notHeld:
            throw DeskError(.notHeld, "the bot has this conversation; there is nothing to release")
        case .changed: throw Self.changed
        case .noFile(let file): throw noFile(file)
        }
    }

    private func current(_ id: ConversationID) async throws -> LeadRecord {
        guard let record = try await store.lead(id) else {
            throw DeskError(.unknownLead, "the lead \(id.rawValue) is gone")
        }
        return record
    }

    /// Of a person of staff. It stands in lines of its own in logs and transcripts.
    private func name(_ text: String) throws -> String {
        let name = try words(text, charactersMax: Self.nameCharactersMax)
        guard !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw DeskError(.invalid, "a name is one line without control characters")
        }
        return name
    }

    /// Trimmed; neither empty nor too long.
    func words(_ text: String, charactersMax: Int) throws -> String {
        let isSpace = { (character: Character) in character.isWhitespace || character.isNewline }
        let text = String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
        guard !text.isEmpty else { throw DeskError(.invalid, "the text is empty") }
        guard !text.unicodeScalars.contains("\0") else { throw DeskError(.invalid, "the text has a NUL in it") }
        // As WhatsApp counts.
        let length = text.unicodeScalars.count
        guard length <= charactersMax else {
            throw DeskError(.invalid, "the text has \(length) characters; at most \(charactersMax) can be kept")
        }
        return text
    }
}

extension AuditEntry {
    init(_ entry: StaffLogEntry) {
        self.init(
            id: entry.id,
            at: Moment(entry.at),
            who: entry.who,
            action: entry.action,
            lead_id: entry.conversation?.rawValue,
            detail: entry.detail
        )
    }
}
