import Conversation

/// What the customers, WhatsApp and Stripe saw: their books, in which nothing of ours has a hand.
struct Ledger {
    /// A message of a customer.
    struct Said {
        enum Kind: Equatable { case words, tap, voice, picture, reaction, optOut, human }

        var customer: Int
        var id: String
        /// The word in it that occurs nowhere else. Empty where there is none.
        var token: String
        var kind: Kind
        var at: Timestamp
        /// When our 200 for it came first.
        var keptAt: Timestamp?

        var needsAnswer: Bool { kind != .reaction }
    }

    /// A message of ours that WhatsApp took.
    struct Heard {
        var customer: Int
        /// Our id, as it came with the message.
        var row: String
        var id: String
        var at: Timestamp
        var text: String
        /// The fixed texts and words in it, by their marks.
        var marks: Set<String>
        /// The messages that it answers, by their tokens.
        var tokens: [String]
        /// When the question was put to the model that these words come from.
        var askedAt: Timestamp?
        var link: String?
        var choices: [Choice] = []
        /// Whether somebody of ours heard the answer and wrote it down. A process takes what it knows with it when it dies.
        var wasAnswered = false
        /// When a status of it was first at our door.
        var statusAt: Timestamp?
        /// WhatsApp tells nothing of it: nobody can know that it was taken.
        var isStatusless = false
        /// WhatsApp said later that it did not arrive.
        var failedAt: Timestamp?

        var isOfStaff: Bool { marks.contains("staff") }
        var conversation: String { row.split(separator: "-").dropLast(2).joined(separator: "-") }
    }

    struct Choice {
        var id: String
        var title: String
        var isRow: Bool
    }

    /// Something that silences the bot.
    struct Mute {
        enum Kind { case optOut, human, takeover, noPayments }

        var customer: Int
        var kind: Kind
        /// When it was asked for, at the earliest.
        var from: Timestamp
        /// When we had taken it for certain. Nil: not yet.
        var keptAt: Timestamp?
        /// When the release was asked for.
        var until: Timestamp?
        /// When the release was taken.
        var releasedAt: Timestamp?

        /// When it ended, at the earliest. A release that overtook it ended nothing.
        var end: Timestamp? {
            guard let keptAt, let until, let releasedAt, keptAt < releasedAt else { return nil }
            return max(until, keptAt)
        }
    }

    struct Link {
        var id: String
        var offer: String
        var amount: Int
    }

    struct Paid {
        var customer: Int
        var session: String
        var offer: String
        var keptAt: Timestamp?
    }

    /// A refund or a dispute.
    struct TakenBack {
        var customer: Int
        var paymentIntent: String
    }

    /// Somebody who was forgotten.
    struct Erased {
        var customer: Int
        var conversation: String
        /// When it was asked for, and when it was done.
        var from: Timestamp
        var until: Timestamp
    }

    struct Refused {
        var customer: Int
        var row: String
        var at: Timestamp
    }

    mutating func isKnown(_ id: MessageID) {
        guard let index = heard.lastIndex(where: { $0.id == id }) else { return }
        heard[index].wasAnswered = true
    }

    var said: [Said] = []
    var heard: [Heard] = []
    var mutes: [Mute] = []
    var links: [Link] = []
    var paid: [Paid] = []
    var takenBack: [TakenBack] = []
    var erased: [Erased] = []
    /// Processes that told the store that they serve after they had told it that they end.
    var undead: [String] = []
    /// Messages that WhatsApp refused for good.
    var refused: [Refused] = []
    /// Rows that came when the customer's window was shut.
    var shut: Set<String> = []
    /// By how many milliseconds they came too late for it.
    var late: [(row: String, by: Int64)] = []
}

/// A promise that was broken, in words for a person.
public struct Violation: Sendable, Hashable, CustomStringConvertible {
    public var promise: String
    public var detail: String

    public var description: String { "\(promise): \(detail)" }
}
