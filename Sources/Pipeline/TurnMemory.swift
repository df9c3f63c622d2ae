import Conversation
import Storage

/// What a turn keeps when it begins anew because the customer wrote again: what was heard, made and spent stays so.
struct TurnMemory: Sendable {
    var time: TurnTime
    var transcripts: [MessageID: String] = [:]
    /// By what each is for.
    var links: [String: MadeLink] = [:]
    /// What came of asking for links that weren't made, by what each is for. The next try is a timer's.
    var failedLinks: [String: Event] = [:]
    var spent = Spend()
    /// The day in whose books that stands, once they were looked at, and what stood there of this customer.
    var day: String?
    var spentBefore: Spend?
    /// The model gave no answer. It gets no more time, however often the customer writes.
    var hadTrouble = false
}

/// A payment link that this turn made, or found where an earlier try had made it.
struct MadeLink: Sendable, Equatable {
    var offer: OfferID
    var link: PaymentLink
}
