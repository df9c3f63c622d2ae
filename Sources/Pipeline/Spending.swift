import Conversation
import Storage
import Synchronization

import struct Foundation.Date
import struct Foundation.TimeZone

/// Bounds on what may be asked of the model in a day. 0: none.
public struct SpendBounds: Sendable, Equatable {
    public var callsPerCustomer = 0
    public var tokensPerCustomer = 0
    public var calls = 0
    public var tokens = 0

    public init() {}

    var areSet: Bool { self != SpendBounds() }

    func isReachedByCustomer(_ spend: Spend) -> Bool {
        Self.isReached(spend, calls: callsPerCustomer, tokensPerCustomer)
    }
    func isReachedByService(_ spend: Spend) -> Bool { Self.isReached(spend, calls: calls, tokens) }

    private static func isReached(_ spend: Spend, calls: Int, _ tokens: Int) -> Bool {
        (calls > 0 && spend.calls >= calls) || (tokens > 0 && spend.tokens >= tokens)
    }
}

/// Keeps the bounds. What was asked is counted in the store, for all processes together; days are those of the
/// business. Turns that ask at the same moment may go over a bound by one call each.
final class Spending: Sendable {
    private let store: any Store
    private let alerts: ServiceAlerts
    private let bounds: SpendBounds
    private let timeZone: TimeZone
    private let owner: String
    private let surroundings: Surroundings
    private let tidiedOn = Mutex<String?>(nil)

    /// How long the books are kept.
    private static let daysKept = 35

    init(store: any Store, alerts: ServiceAlerts, settings: PipelineSettings, surroundings: Surroundings) {
        self.store = store
        self.alerts = alerts
        bounds = settings.spendBounds
        timeZone = TimeZone(identifier: settings.timeZone) ?? .gmt
        owner = settings.owner
        self.surroundings = surroundings
    }

    /// Why the model may not be asked now. Nil: it may.
    func refusal(_ id: ConversationID, _ memory: inout TurnMemory) async throws -> String? {
        guard bounds.areSet else {
            // There may have been one before the last start.
            await alerts.settle(.spendBound)
            return nil
        }
        let today = memory.day ?? day(surroundings.now())
        memory.day = today
        let (customer, service) = try await store.spend(of: id, on: today)
        memory.spentBefore = memory.spentBefore ?? customer
        await tidy(today)
        if bounds.isReachedByService(service + memory.spent) {
            await alerts.raise(
                .spendBound,
                problem: "\(service.calls) calls and \(service.tokens) tokens were asked of the model today",
                mend: "raise SPEND_CALLS or SPEND_TOKENS, or let guided mode answer until midnight"
            )
            return "the service's bound on model calls of a day is reached"
        }
        await alerts.settle(.spendBound)
        return bounds.isReachedByCustomer(customer + memory.spent)
            ? "this customer's bound on model calls of a day is reached" : nil
    }

    /// What the turn adds to the books.
    func entry(_ memory: TurnMemory) -> DailySpend? {
        guard let day = memory.day, memory.spent != Spend() else { return nil }
        return DailySpend(day: day, spend: memory.spent)
    }

    /// Staff is told once, by the turn that reaches the customer's bound.
    func alert(_ memory: TurnMemory) -> Alert? {
        guard let before = memory.spentBefore, !bounds.isReachedByCustomer(before),
            bounds.isReachedByCustomer(before + memory.spent)
        else { return nil }
        let sum = before + memory.spent
        return Alert(
            .spendBound,
            "\(sum.calls) calls and \(sum.tokens) tokens were asked of the model for this customer today; guided mode "
                + "answers until midnight."
        )
    }

    /// Of a turn that isn't committed.
    func keep(_ memory: TurnMemory, of id: ConversationID) async {
        guard let entry = entry(memory) else { return }
        try? await store.addSpend(entry, of: id, owner: owner)
    }

    // MARK: Days

    /// `YYYY-MM-DD` where the business is.
    func day(_ now: Timestamp) -> String {
        let date = Date(timeIntervalSince1970: Double(now.milliseconds) / 1_000)
        let local = now.adding(milliseconds: Int64(timeZone.secondsFromGMT(for: date)) * 1_000)
        return CivilDate(local).iso
    }

    /// Once a day the oldest one goes.
    private func tidy(_ today: String) async {
        let isDue = tidiedOn.withLock { tidied in
            defer { tidied = today }
            return tidied != today
        }
        guard isDue else { return }
        let oldest = day(surroundings.now().adding(hours: -24 * Self.daysKept))
        _ = try? await store.forgetSpend(before: oldest)
    }
}
