/// Where the pipeline tells how long things took and how they ended. Labels are words of the code and names of models,
/// never anything that people wrote.
public struct Meter: Sendable {
    public enum What: String, Sendable, CaseIterable {
        /// From taking a turn to its commit.
        case turn
        /// From the oldest message that a turn answers to the commit of the answer.
        case answer
        /// One try to send something.
        case send
        /// One call of a model.
        case model
    }

    public var took: @Sendable (What, _ labels: KeyValuePairs<String, String>, _ milliseconds: Int) -> Void

    public init(took: @escaping @Sendable (What, KeyValuePairs<String, String>, Int) -> Void) { self.took = took }

    public static let none = Meter { _, _, _ in }
}
