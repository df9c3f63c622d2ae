import Conversation

/// What is left to be done outside for a person who is erased. It names nobody.
struct ErasedLead {
    let id: String
    let turn: Int
    let state: String

    /// The task that ends the link by which they could still pay, as JSON. Nil: there is none.
    var deactivation: String? {
        get throws {
            // What can't be read can be erased all the same.
            guard let state = try? StoredJSON.decode(ConversationState.self, state),
                case .awaitingPayment(let offer, let link, _) = state.stage.standing
            else { return nil }
            return try StoredJSON.encode(OutboxTask.deactivateLink(link, offer.id))
        }
    }

    /// The turn after the last.
    var rowID: String { OutboxRow.id(ConversationID(id), turn: turn + 1, index: 0) }
    var lane: String { OutboxTask.lane(ConversationID(id), isLink: true) }
}
