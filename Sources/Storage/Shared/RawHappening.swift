import Conversation

/// A line of any conversation before its JSON is read.
struct RawHappening: Sendable {
    var line: RawTranscriptEntry
    var conversation: String
    var stage: String
    var heldBy: String?
    var waitingSince: Int64?
    var state: String

    var decoded: JournalHappening {
        JournalHappening(
            conversation: ConversationID(conversation),
            line: line.decoded,
            name: DeskReading.name(state),
            stage: stage,
            heldBy: heldBy,
            waitingSince: Timestamp(column: waitingSince)
        )
    }
}
