/// Why a store refused. Whoever took something from outside answers 503 to ``unavailable`` and ``overloaded``.
public enum StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Nothing can be committed now: disk full, file locked or unreadable, connection lost. Trying again may help.
    case unavailable(String)
    /// More waits to be written than the queue may hold. Trying again later helps.
    case overloaded
    /// The store was closed.
    case closed
    /// The store can't be used as it is; the text says how to mend it.
    case cannotOpen(String)
    /// A statement failed for a reason that is ours.
    case defect(String)

    public var description: String {
        switch self {
        case .unavailable(let reason): "The database can't be written now: \(reason)"
        case .overloaded: "Too much waits to be written; try again in a moment."
        case .closed: "The database was closed."
        case .cannotOpen(let reason): reason
        case .defect(let reason): "The database refused a statement of this program: \(reason)"
        }
    }
}
