import Conversation
import Dispatch
public import Logging
public import Prompts
public import Storage
import Synchronization

/// Looks after the prompt files while the service runs: a valid change is in force from the next turn on, a broken one
/// changes nothing and is reported.
///
/// Every process watches the folder that it was started with. Files are looked at by size, time and number a few times a
/// second, which any editor, `git checkout` and a network folder change, and read only when something is different and
/// has stayed so for one look: an editor that writes in pieces is not read in the middle.
public struct PromptWatch: Sendable {
    public typealias Load = @Sendable (PromptFiles) throws(PromptProblems) -> PromptLibrary

    let source: PlaybookSource
    let store: any Store
    let prompts: String
    let config: String
    let load: Load
    let surroundings: Surroundings
    let log: Logger
    /// One thread at most, never one of the cooperative pool: the folder may lie on a slow disk.
    private let files = DispatchQueue(label: "crset.prompts")

    /// Between two looks, in milliseconds.
    static let interval: Int64 = 250
    /// Looks between two questions for a trial.
    private static let looksPerTrial = 8

    public init(
        source: PlaybookSource,
        store: any Store,
        prompts: String,
        config: String,
        load: @escaping Load,
        surroundings: Surroundings,
        log: Logger
    ) {
        self.source = source
        self.store = store
        self.prompts = prompts
        self.config = config
        self.load = load
        self.surroundings = surroundings
        self.log = log
    }

    /// What the watch remembers between two looks.
    struct Memory {
        /// What was read last.
        var read: PromptFiles.Fingerprint?
        /// What the last look saw.
        var seen: PromptFiles.Fingerprint?
        /// The version in force is in the store.
        var isKept = false
        var looks = 0
    }

    /// Until cancelled.
    public func run() async {
        var memory = Memory()
        while !Task.isCancelled {
            await look(&memory)
            try? await surroundings.sleep(surroundings.now().adding(milliseconds: Self.interval))
        }
    }

    func look(_ memory: inout Memory) async {
        if !memory.isKept { memory.isKept = await keep(source.current().0) }
        if memory.looks % Self.looksPerTrial == 0 { await followTrial() }
        memory.looks += 1
        let now = await off { PromptFiles.Fingerprint(prompts: prompts, config: config) }
        defer { memory.seen = now }
        guard now != memory.read, now == memory.seen else { return }
        if await takeUp(now) { memory.read = now }
    }

    /// Reads the folder and takes it into use. False: to be tried again at the next look.
    private func takeUp(_ seen: PromptFiles.Fingerprint) async -> Bool {
        let result = await off { () -> Result<PromptLibrary, PromptProblems>? in
            let files = PromptFiles(prompts: prompts, config: config)
            // Changed while it was read, as by a rollback or a swapped folder: half of it may be of before.
            guard PromptFiles.Fingerprint(prompts: prompts, config: config) == seen else { return nil }
            do throws(PromptProblems) { return .success(try load(files)) } catch { return .failure(error) }
        }
        guard let result else { return false }
        let before = source.standing
        switch result {
        case .failure(let problems):
            source.refuse(problems.items)
            if before.problems != problems.items { report(problems, before.version) }
            return true
        case .success(let library):
            let version = library.playbook.version
            guard version != before.version else {
                source.refuse([])
                if !before.problems.isEmpty { log.notice("the prompt files are whole again") }
                return true
            }
            // First on disk: every message names a version that can be looked up.
            guard await keep(library) else { return false }
            source.use(library)
            log.notice("the prompt files changed", metadata: ["version": "\(version)", "before": "\(before.version)"])
            return true
        }
    }

    private func report(_ problems: PromptProblems, _ version: String) {
        for problem in problems.items.prefix(10) {
            log.error(
                "the prompt files are broken, so the version before stays in force",
                metadata: ["problem": "\(problem)", "version": "\(version)"]
            )
        }
    }

    private func keep(_ library: PromptLibrary) async -> Bool {
        do {
            try await store.usePrompts(library.playbook.version, files: library.files, now: surroundings.now())
            return true
        } catch {
            log.warning("the version of the prompt files can't be kept yet", metadata: ["why": "\(error)"])
            return false
        }
    }

    private func followTrial() async {
        do {
            let newest = try await store.trials(limit: 1).first
            source.follow(newest?.endedAt == nil ? newest : nil)
        } catch {
            log.debug("no news of trials", metadata: ["why": "\(error)"])
        }
    }

    private func off<T: Sendable>(_ work: @escaping @Sendable () -> T) async -> T {
        await withCheckedContinuation { continuation in
            files.async { continuation.resume(returning: work()) }
        }
    }
}
