import Conversation

/// By when a turn has to have asked what it asks: one deadline for transcription and model together, and one for Stripe, so that the
/// customer hears something in time whatever they do.
struct TurnTime: Sendable, Equatable {
    /// Then guided mode answers.
    var answerBy: Timestamp
    /// Then a voice note stays unread, and the model still has time.
    var listenUntil: Timestamp
    /// Then a payment link is announced, and follows. So much later than `answerBy` that Stripe, which answers in less
    /// than a second, is asked also where the model took all of its time.
    var linkBy: Timestamp

    private static let linkMilliseconds: Int64 = 2_500

    /// A customer who wrote again late in a turn waits a little longer, so that there is a chance of more than guided mode.
    private static let leastMilliseconds = 3_000

    /// `heard`: since when the customer waits.
    init(from heard: Timestamp, now: Timestamp, milliseconds: Int) {
        let least = min(milliseconds, Self.leastMilliseconds)
        func end(_ share: Int) -> Timestamp {
            max(heard.adding(milliseconds: Int64(milliseconds / share)), now.adding(milliseconds: Int64(least / share)))
        }
        answerBy = end(1)
        listenUntil = end(2)
        linkBy = answerBy.adding(milliseconds: Self.linkMilliseconds)
    }
}

extension Timestamp {
    /// Not below 0.
    func milliseconds(until other: Timestamp) -> Int { Int(max(0, other.milliseconds - milliseconds)) }
}
