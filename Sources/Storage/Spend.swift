public import Conversation

/// What was asked of the model.
public struct Spend: Sendable, Equatable {
    /// Answered or not: a call that failed after it left may be charged.
    public var calls: Int
    /// In and out; estimated where the service didn't say.
    public var tokens: Int

    public init(calls: Int = 0, tokens: Int = 0) {
        self.calls = calls
        self.tokens = tokens
    }

    public static func + (one: Spend, other: Spend) -> Spend {
        Spend(calls: one.calls + other.calls, tokens: one.tokens + other.tokens)
    }

    public static func += (one: inout Spend, other: Spend) { one = one + other }
}

/// What a turn spent, for the books of a day.
public struct DailySpend: Sendable, Equatable {
    /// `YYYY-MM-DD`, by whatever clock the caller counts days.
    public var day: String
    public var spend: Spend

    public init(day: String, spend: Spend) {
        self.day = day
        self.spend = spend
    }
}

/// The books of what was asked of the model, for all processes on the same database together. A turn's own entry is
/// part of its commit.
public protocol SpendStore: Sendable {
    /// Of a customer and of the whole service on a day.
    func spend(of id: ConversationID, on day: String) async throws -> (customer: Spend, service: Spend)
    /// An entry of a turn that was not committed.
    func addSpend(_ entry: DailySpend, of id: ConversationID, owner: String) async throws
    /// Forgets the oldest day before this one, and says how many entries it had.
    func forgetSpend(before day: String) async throws -> Int
}

/// The rows of the books.
enum SpendRow {
    /// The service's sum is split by process, so that processes don't wait for each other.
    private static let shares = 16
    /// `who` of the service's rows is in here, and no conversation's id is.
    static let serviceFrom = "/"
    static let serviceTo = "0"

    static func service(_ owner: String) -> String {
        "/\(owner.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF } % shares)"
    }
}
