import Conversation

/// A conversation whose customer turns out to be another lead as well: it rests, so that nobody is reminded twice, or
/// after they wanted no more messages elsewhere.
struct GoneOn {
    /// The event, as JSON.
    let body: String
    private let other: String

    init(to other: String) throws {
        self.other = other
        body = try StoredJSON.encode(
            Event.staff(.setStage(.dormant, reason: "the customer goes on as lead \(other)", by: "CRSET"))
        )
    }

    func outsideID(from id: String) -> String { "goes-on:\(id):\(other)" }
}
