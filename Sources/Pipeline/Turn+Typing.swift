import Conversation
import Integrations
import Logging
import Storage

extension Turn {
    /// WhatsApp shows "typing…" for 25 s (reference/whatsapp.md).
    private static let typingMilliseconds: Int64 = 20_000
    /// No turn lasts longer: whoever lost the lease stops as well.
    private static let prolongationsMax = 6

    /// The customer sees at once that somebody is there, and for as long as the turn lasts. A nicety: nothing waits for
    /// it and nothing hangs on it.
    func showTyping(_ claimed: ClaimedTurn) -> Task<Void, Never>? {
        guard settings.showsTyping, !claimed.state.stage.isMuted else { return nil }
        var newest: MessageID?
        for open in claimed.events {
            // Nobody answers a reaction.
            if case .messages(let messages) = open.event { newest = messages.last(where: \.needsAnswer)?.id ?? newest }
        }
        guard let newest else { return nil }
        return surroundings.spawn { [surroundings] in
            for _ in 0...Self.prolongationsMax {
                // In a task of its own: a quick turn is over before the mark is through, which should get through.
                await surroundings.spawn { await markRead(newest, claimed.address.channel) }.value
                let next = surroundings.now().adding(milliseconds: Self.typingMilliseconds)
                guard (try? await surroundings.sleep(next)) != nil else { return }
            }
        }
    }

    private func markRead(_ message: MessageID, _ channel: String) async {
        do throws(OutsideError) {
            try await whatsApp.markRead(message, true, channel)
        } catch {
            log.debug("no read mark", metadata: ["code": "\(error.code)"])
        }
    }
}
