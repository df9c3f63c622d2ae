import Conversation
import Storage
import Testing

@testable import Pipeline

@Suite("What a process has under way")
struct HeldTests {
    @Test("a conversation that is claimed anew before its last turn is quite done stays known")
    func claimedAnew() {
        let claimed = ClaimedTurn(
            state: ConversationState(id: ConversationID("lead"), language: .ptPT, profileName: nil),
            address: Address(channel: "1064", userID: "PT.1", waID: nil),
            events: [],
            timers: [:],
            turn: 1,
            openSince: nil,
            failures: 0
        )
        let held = Held()
        held.take([claimed])
        held.take([claimed])
        held.done(claimed)
        #expect(held.turns == [ConversationID("lead")])
        held.done(claimed)
        #expect(held.turns.isEmpty)
    }
}
