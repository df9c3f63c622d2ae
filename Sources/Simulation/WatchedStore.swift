import Conversation
import Storage

/// The real store as one process reaches it: calls take time, fail, and are the steps between which a process can die,
/// also after the commit has landed. A new method of ``Store`` is passed on here in one line.
struct WatchedStore: Store {
    let base: any Store
    let life: ProcessLife

    var world: World { life.world }
    var mutation: Mutation? { world.options.mutation }

    /// `wakes`: what it leaves to do is told to the other processes.
    func pass<T: Sendable>(
        _ name: String,
        wakes: Bool = false,
        _ call: () async throws -> T
    ) async throws -> T {
        try await life.thaw()
        try life.step("before \(name)")
        try await dawdle()
        if world.isOut(.store) || world.chance.happens(world.weather.storeFails) {
            throw StoreError.unavailable("simulated")
        }
        world.time.storeCallBegins()
        let result: Result<T, any Error>
        do { result = .success(try await call()) } catch { result = .failure(error) }
        world.time.storeCallEnds()
        if case .failure(let error) = result { world.remark("\(life.owner): \(name) fails: \(error)") }
        if wakes { wakeOthers() }
        try life.step("after \(name)")
        if world.chance.happens(world.weather.storeAmbiguous) {
            throw StoreError.unavailable("simulated, after commit")
        }
        try await dawdle()
        try await life.thaw()
        return try result.get()
    }

    private func dawdle() async throws {
        guard world.chance.happens(world.weather.storeSlow) else { return }
        let slow: ClosedRange<Int64> = world.chance.happens(0.05) ? 20...400 : 1...20
        // The store doesn't look at the cancellation of whoever calls.
        let pause = world.time.start { [life, world] in
            try? await life.sleep(until: world.now.adding(milliseconds: world.chance.milliseconds(slow)))
        }
        await pause.value
        if life.isGone { throw ProcessLife.Dead() }
    }

    /// Most of the time: a notice can get lost, and looking by oneself is the net under it.
    private func wakeOthers() {
        for other in world.processes where other.life !== life && world.chance.happens(0.9) { other.life.wakes.ring() }
    }

    // MARK: Inbox

    func accept(_ arrivals: [Arrival]) async throws -> [Acceptance] {
        let arrivals = mutated(arrivals)
        let acceptances = try await pass("accept", wakes: true) {
            let acceptances = try await base.accept(arrivals)
            for arrival in arrivals { world.post.isKept(arrival.outsideID, world) }
            return acceptances
        }
        return mutated(acceptances)
    }

    // MARK: Turns

    func claimTurns(
        owner: String,
        now: Timestamp,
        leaseUntil: Timestamp,
        limit: Int,
        bulkLimit: Int
    ) async throws -> [ClaimedTurn] {
        let turns = try await pass("claimTurns") {
            try await base.claimTurns(
                owner: owner,
                now: now,
                leaseUntil: leaseUntil,
                limit: limit,
                bulkLimit: bulkLimit
            )
        }
        life.inHand += turns.count
        return turns
    }

    func commit(_ turn: TurnCommit) async throws -> TurnOutcome {
        let turn = mutated(turn)
        if mutation == .sendsBeforeCommit { return try await sendThenCommit(turn) }
        let outcome = try await pass("commit", wakes: true) {
            let outcome = try await base.commit(turn)
            world.remark("\(life.owner): turn \(turn.turn) of \(turn.state.id.rawValue): \(Self.words(outcome, turn))")
            return outcome
        }
        switch outcome {
        case .committed(.some), .superseded: break
        case .committed(nil), .lostLease: life.inHand -= 1
        }
        return outcome
    }

    private static func words(_ outcome: TurnOutcome, _ turn: TurnCommit) -> String {
        switch outcome {
        case .committed: "\(turn.state.stage.name.rawValue), \(turn.messages.count) messages"
        case .superseded(let more): "superseded by \(more.count)"
        case .lostLease: "lost lease"
        }
    }

    func abandonTurn(_ id: ConversationID, owner: String, retryAt: Timestamp) async throws {
        defer { life.inHand -= 1 }
        try await pass("abandonTurn", wakes: true) {
            try await base.abandonTurn(id, owner: owner, retryAt: retryAt)
        }
    }

    func failTurn(
        _ id: ConversationID,
        owner: String,
        fault: TurnFault,
        retryAt: Timestamp,
        now: Timestamp
    ) async throws -> Bool {
        world.remark("\(life.owner): a turn of \(id.rawValue) failed: \(fault.code) \(fault.reason)")
        defer { life.inHand -= 1 }
        return try await pass("failTurn", wakes: true) {
            try await base.failTurn(id, owner: owner, fault: fault, retryAt: retryAt, now: now)
        }
    }

    func history(of id: ConversationID, through: Int64, limit: Int) async throws -> [JournalEntry] {
        try await pass("history") { try await base.history(of: id, through: through, limit: limit) }
    }

    // MARK: Outbox

    func claimOutbox(
        owner: String,
        now: Timestamp,
        leaseUntil: Timestamp,
        limit: Int,
        bulkLimit: Int,
        linksOnly: Bool
    ) async throws -> [OutboxRow] {
        let rows = try await pass("claimOutbox") {
            try await base.claimOutbox(
                owner: owner,
                now: now,
                leaseUntil: leaseUntil,
                limit: limit,
                bulkLimit: bulkLimit,
                linksOnly: linksOnly
            )
        }
        life.inHand += rows.count
        return rows
    }

    func record(_ results: [SendResult], now: Timestamp) async throws {
        defer { life.inHand -= results.count }
        let results = mutated(results, now: now)
        try await pass("record", wakes: true) {
            try await base.record(results, now: now)
            for result in results { if case .accepted(let id?) = result.outcome { world.ledger.isKnown(id) } }
        }
    }

    func redoLateAnswers(afterMilliseconds: Int64, now: Timestamp, limit: Int) async throws -> Int {
        try await pass("redoLateAnswers", wakes: true) {
            try await base.redoLateAnswers(afterMilliseconds: afterMilliseconds, now: now, limit: limit)
        }
    }

    func reconcile(now: Timestamp, windowMilliseconds: Int64) async throws -> Reconciled {
        try await pass("reconcile", wakes: true) {
            try await base.reconcile(now: now, windowMilliseconds: windowMilliseconds)
        }
    }

    // MARK: Lifecycle

    func nextWake() async throws -> (turns: Timestamp?, outbox: Timestamp?) {
        let wake = try await pass("nextWake") { try await base.nextWake() }
        return mutation == .losesWakeUps ? (nil, nil) : wake
    }

    func wakeUps() -> AsyncStream<StoreWake> { life.wakes.stream }

    func releaseAllClaims(now: Timestamp, windowMilliseconds: Int64) async throws {
        try await pass("releaseAllClaims") {
            try await base.releaseAllClaims(now: now, windowMilliseconds: windowMilliseconds)
        }
    }

    func ping() async throws { try await pass("ping") { try await base.ping() } }

    func close() async throws {}

    // MARK: Desk

    func leads(_ query: LeadQuery) async throws -> [LeadRecord] {
        try await pass("leads") { try await base.leads(query) }
    }

    func leads(matching reference: String, limit: Int) async throws -> [LeadRecord] {
        try await pass("leads") { try await base.leads(matching: reference, limit: limit) }
    }

    func lead(_ id: ConversationID) async throws -> LeadRecord? { try await pass("lead") { try await base.lead(id) } }

    func transcript(of id: ConversationID, after: Int64, limit: Int) async throws -> [TranscriptEntry] {
        try await pass("transcript") { try await base.transcript(of: id, after: after, limit: limit) }
    }

    func counts(atMost limit: Int) async throws -> StoreCounts {
        try await pass("counts") { try await base.counts(atMost: limit) }
    }

    // MARK: Dead letters

    func deadLetters(_ query: DeadLetterQuery) async throws -> [DeadLetter] {
        try await pass("deadLetters") { try await base.deadLetters(query) }
    }

    func deadLetters(matching reference: String, limit: Int) async throws -> [DeadLetter] {
        try await pass("deadLetters") { try await base.deadLetters(matching: reference, limit: limit) }
    }

    func retry(_ letter: DeadLetter, by who: String, evenTwice: Bool, now: Timestamp) async throws -> DeadLetterRetry {
        try await pass("retry", wakes: true) {
            try await base.retry(letter, by: who, evenTwice: evenTwice, now: now)
        }
    }

    func drop(_ letter: DeadLetter, by who: String, now: Timestamp) async throws -> Bool {
        try await pass("drop", wakes: true) { try await base.drop(letter, by: who, now: now) }
    }
}
