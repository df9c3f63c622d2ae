import Conversation
import Storage

extension TurnMemory {
    /// Adds to a turn that is to be written the closing of the links that it has and does not use, because the customer
    /// wrote again meanwhile and wants something else now. Nobody has seen them.
    func closeUnusedLinks(in commit: inout TurnCommit) {
        let used = Set(Self.links(of: commit.state))
        let unused = links.values.filter { !used.contains($0.link.id) }.sorted { $0.link.id < $1.link.id }
        guard !unused.isEmpty else { return }
        commit.tasks += unused.map { .deactivateLink($0.link, $0.offer) }
        commit.undoFrom = nil
    }

    private static func links(of state: ConversationState) -> [String] {
        var links = state.formerOffers.map(\.link.id)
        if case .awaitingPayment(_, let link, _) = state.stage.standing { links.append(link.id) }
        return links
    }
}
