import Conversation
public import Prompts
public import Storage
import Synchronization

/// The prompt files in force. A turn takes one edition of them and uses it to its end.
public final class PlaybookSource: Sendable {
    /// A version, and what is made from it once.
    struct Edition: Sendable {
        let library: PromptLibrary
        let schema: AnswerSchema

        init(_ library: PromptLibrary) {
            self.library = library
            schema = AnswerSchema(library.playbook)
        }

        var version: String { library.playbook.version }
    }

    /// What operators see of it.
    public struct Standing: Sendable {
        public var version: String
        /// What is wrong with the files as they are now; the version before stays in force. Empty: nothing.
        public var problems: [Problem]
        public var trial: PromptTrial?
    }

    private struct State {
        var current: Edition
        var problems: [Problem] = []
        var trial: PromptTrial?
        /// Versions beside the current one that leads hold on to, the one used last at the end.
        var kept: [Edition] = []
        /// Versions that could not be had, so that not every turn asks for them again.
        var missing: Set<String> = []
    }

    /// Beside the current version: those of a trial, and a few that conversations began with.
    private static let keptMax = 6
    private static let missingMax = 64
    private let state: Mutex<State>
    /// Whether a conversation keeps the version that it began with.
    private let pins: Bool
    private let fetch: @Sendable (String) async -> PromptLibrary?

    /// - Parameter fetch: a version that was kept; nil when it can't be had or no longer fits.
    public init(
        _ library: PromptLibrary,
        pinsConversations: Bool = false,
        fetch: @escaping @Sendable (String) async -> PromptLibrary? = { _ in nil }
    ) {
        state = Mutex(State(current: Edition(library)))
        pins = pinsConversations
        self.fetch = fetch
    }

    public var standing: Standing {
        state.withLock { Standing(version: $0.current.version, problems: $0.problems, trial: $0.trial) }
    }

    func current() -> (PromptLibrary, AnswerSchema) {
        let edition = state.withLock { $0.current }
        return (edition.library, edition.schema)
    }

    /// From the next turn on.
    func use(_ library: PromptLibrary) {
        let edition = Edition(library)
        state.withLock { state in
            state.current = edition
            state.problems = []
            // What didn't fit before may fit the configuration now.
            state.missing = []
        }
    }

    /// The files are broken: what is in force stays.
    func refuse(_ problems: [Problem]) { state.withLock { $0.problems = problems } }

    func follow(_ trial: PromptTrial?) { state.withLock { $0.trial = trial } }

    // MARK: Leads that keep a version

    /// The edition for a turn. A new lead is given its version here, where a trial runs or leads keep theirs.
    func edition(for lead: inout ConversationState) async -> Edition {
        let (current, trial) = state.withLock { ($0.current, $0.trial) }
        let isNew = lead.stage == .new && lead.lastCustomerMessageAt == nil
        if isNew { lead.promptVersion = trial?.version(for: lead.id) ?? (pins ? current.version : nil) }
        guard let wanted = lead.promptVersion, wanted != current.version,
            pins || wanted == trial?.champion || wanted == trial?.challenger
        else { return current }
        return await kept(wanted) ?? current
    }

    private func kept(_ version: String) async -> Edition? {
        let (known, isMissing) = state.withLock { state -> (Edition?, Bool) in
            guard let place = state.kept.firstIndex(where: { $0.version == version }) else {
                return (nil, state.missing.contains(version))
            }
            let edition = state.kept.remove(at: place)
            state.kept.append(edition)
            return (edition, false)
        }
        if known != nil || isMissing { return known }
        let fetched = await fetch(version).map(Edition.init)
        state.withLock { state in
            if let fetched {
                state.kept.removeAll { $0.version == version }
                state.kept.append(fetched)
                if state.kept.count > Self.keptMax { state.kept.removeFirst() }
            } else if state.missing.count < Self.missingMax {
                state.missing.insert(version)
            }
        }
        return fetched
    }
}
