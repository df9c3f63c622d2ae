import Desk

/// `crset deadletters list --json`
struct DeadLetterList: Encodable {
    var dead_letters: [DeadLetterDocument]
    /// Whether the limit cut the list.
    var more: Bool
    /// Items that wait, listed or not.
    var items: Int
}
