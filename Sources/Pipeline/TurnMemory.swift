import Conversation
import Storage

/// What a turn keeps when it begins anew because the customer wrote again: what was heard and spent stays so.
struct TurnMemory: Sendable {
    var time: TurnTime
    var transcripts: [MessageID: String] = [:]
    var spent = Spend()
    /// The day in whose books that stands, once they were looked at, and what stood there of this customer.
    var day: String?
    var spentBefore: Spend?
    /// The model gave no answer. It gets no more time, however often the customer writes.
    var hadTrouble = false
}
