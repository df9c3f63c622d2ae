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

    init(from now: Timestamp, milliseconds: Int) {
        answerBy = now.adding(milliseconds: Int64(milliseconds))
        listenUntil = now.adding(milliseconds: Int64(milliseconds / 2))
        linkBy = answerBy.adding(milliseconds: Self.linkMilliseconds)
    }
}

extension Timestamp {
    /// Not below 0.
    func milliseconds(until other: Timestamp) -> Int { Int(max(0, other.milliseconds - milliseconds)) }
}
