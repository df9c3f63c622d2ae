import Conversation
import Storage

/// Payment links that a turn made and then did not use, because the customer wrote again and wants something else now.
/// Nobody has seen them; they are closed with the turn that takes the place of theirs.
struct UnusedLinks {
    private var links: [(offer: OfferID, link: PaymentLink)] = []

    /// A turn was worked out and not written.
    mutating func superseded(_ commit: TurnCommit, before: ConversationState) {
        let known = Self.links(of: before).map(\.link.id)
        let new = Self.links(of: commit.state).filter { new in
            !known.contains(new.link.id) && !links.contains { $0.link.id == new.link.id }
        }
        links += new
    }

    /// Adds to a turn that is to be written the closing of what it does not use.
    func close(in commit: inout TurnCommit) {
        let used = Set(Self.links(of: commit.state).map(\.link.id))
        let unused = links.filter { !used.contains($0.link.id) }
        guard !unused.isEmpty else { return }
        commit.tasks += unused.map { .deactivateLink($0.link, $0.offer) }
        commit.undoFrom = nil
    }

    private static func links(of state: ConversationState) -> [(offer: OfferID, link: PaymentLink)] {
        var links = state.formerOffers.map { ($0.offer.id, $0.link) }
        if case .awaitingPayment(let offer, let link, _) = state.stage.standing { links.append((offer.id, link)) }
        return links
    }
}
