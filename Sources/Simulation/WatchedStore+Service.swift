import Conversation
import Storage

/// What concerns the service as a whole, passed on.
extension WatchedStore {
    // MARK: Processes

    func beat(_ owner: String, now: Timestamp, windowMilliseconds: Int64) async throws -> Pulse {
        try await pass("beat") {
            let pulse = try await base.beat(owner, now: now, windowMilliseconds: windowMilliseconds)
            if life.hasLeft { world.ledger.undead.append(owner) }
            return pulse
        }
    }

    /// The database's clock is the true one.
    func clock() async throws -> Timestamp? {
        guard world.options.processes > 1 else { return nil }
        return try await pass("clock") { world.now }
    }

    func livingProcesses(now: Timestamp) async throws -> Int {
        try await pass("livingProcesses") { try await base.livingProcesses(now: now) }
    }

    func leave(_ owner: String, now: Timestamp, windowMilliseconds: Int64) async throws {
        try await pass("leave") {
            try await base.leave(owner, now: now, windowMilliseconds: windowMilliseconds)
            life.hasLeft = true
        }
        if mutation == .beatsAfterFarewell {
            _ = try await beat(owner, now: now, windowMilliseconds: windowMilliseconds)
        }
    }

    func releaseTurns(claimedBy owner: String, besides known: Set<ConversationID>) async throws -> Int {
        try await pass("releaseTurns", wakes: true) {
            try await base.releaseTurns(claimedBy: owner, besides: known)
        }
    }

    func releaseSends(
        claimedBy owner: String,
        besides known: Set<String>,
        of turns: Set<ConversationID>,
        leaseEndsBefore end: Timestamp,
        now: Timestamp
    ) async throws -> Int {
        try await pass("releaseSends", wakes: true) {
            try await base.releaseSends(
                claimedBy: owner,
                besides: known,
                of: turns,
                leaseEndsBefore: end,
                now: now
            )
        }
    }

    // MARK: Alerts

    func raise(_ alert: ServiceAlert) async throws -> Bool { try await pass("raise") { try await base.raise(alert) } }

    func settle(_ causes: [ServiceAlert.Cause], now: Timestamp) async throws -> [ServiceAlert.Cause] {
        try await pass("settle") { try await base.settle(causes, now: now) }
    }

    func openServiceAlerts() async throws -> [ServiceAlert] {
        try await pass("openServiceAlerts") { try await base.openServiceAlerts() }
    }

    // MARK: Polls

    func claimPoll(
        _ name: String,
        owner: String,
        now: Timestamp,
        leaseUntil: Timestamp,
        evenEarly: Bool
    ) async throws -> PollClaim {
        try await pass("claimPoll") {
            try await base.claimPoll(name, owner: owner, now: now, leaseUntil: leaseUntil, evenEarly: evenEarly)
        }
    }

    func keepPoll(_ name: String, owner: String, position: String, leaseUntil: Timestamp) async throws -> Bool {
        try await pass("keepPoll") {
            try await base.keepPoll(name, owner: owner, position: position, leaseUntil: leaseUntil)
        }
    }

    func finishPoll(_ name: String, owner: String, position: String, nextAt: Timestamp) async throws -> Bool {
        try await pass("finishPoll") {
            try await base.finishPoll(name, owner: owner, position: position, nextAt: nextAt)
        }
    }

    func conversation(ofPaymentIntent id: String) async throws -> ConversationID? {
        try await pass("conversation") { try await base.conversation(ofPaymentIntent: id) }
    }

    func discardUnmatched(_ outsideID: String) async throws {
        try await pass("discardUnmatched") { try await base.discardUnmatched(outsideID) }
    }

    // MARK: Staff

    func act(_ act: StaffAct) async throws -> StaffOutcome {
        if mutation == .ignoresTakeover, act.what == .takeOver { return .done(withdrawn: 0) }
        return try await pass("act", wakes: true) { try await base.act(act) }
    }

    func staffLog(_ query: StaffLogQuery) async throws -> [StaffLogEntry] {
        try await pass("staffLog") { try await base.staffLog(query) }
    }

    // MARK: Prompts and backups, which no process does by itself

    func usePrompts(_ id: String, files: [String: String], now: Timestamp) async throws {
        try await pass("usePrompts") { try await base.usePrompts(id, files: files, now: now) }
    }

    func keepPrompts(_ id: String, files: [String: String], now: Timestamp) async throws {
        try await pass("keepPrompts") { try await base.keepPrompts(id, files: files, now: now) }
    }

    func promptVersions(limit: Int) async throws -> [PromptVersion] {
        try await pass("promptVersions") { try await base.promptVersions(limit: limit) }
    }

    func promptVersions(matching reference: String, limit: Int) async throws -> [PromptVersion] {
        try await pass("promptVersions") { try await base.promptVersions(matching: reference, limit: limit) }
    }

    func beginTrial(_ trial: PromptTrial) async throws -> Bool {
        try await pass("beginTrial") { try await base.beginTrial(trial) }
    }

    func endTrial(_ id: String, outcome: PromptTrial.Outcome, now: Timestamp) async throws -> Bool {
        try await pass("endTrial") { try await base.endTrial(id, outcome: outcome, now: now) }
    }

    func trials(limit: Int) async throws -> [PromptTrial] {
        try await pass("trials") { try await base.trials(limit: limit) }
    }

    func holdBack(now: Timestamp) async throws -> HeldBack {
        try await pass("holdBack") { try await base.holdBack(now: now) }
    }

    func contents() async throws -> BackupContents { try await pass("contents") { try await base.contents() } }
}
