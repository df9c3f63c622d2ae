import ArgumentParser
import Conversation
import Desk
import Foundation
import Pipeline
import Prompts
import Server
import Storage

/// What every staff command takes.
struct StaffOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOptions

    @Option(name: .customLong("as"), help: "Your name, for the record. Default: CRSET_STAFF, then the system's user.")
    var name: String?

    var who: String {
        let environment = ProcessInfo.processInfo.environment
        let candidates = [name, environment["CRSET_STAFF"], environment["USER"], ProcessInfo.processInfo.userName]
        let names = candidates.map { ($0 ?? "").trimmingCharacters(in: .whitespacesAndNewlines) }
        return names.first { !$0.isEmpty } ?? "staff"
    }

    /// A server writes down the name of the token; another name would be believed to stand there.
    static func checkName(_ name: String?, option: String, _ settings: Settings) throws {
        guard name != nil, settings.crset.server != nil else { return }
        throw Failure(
            description:
                "\(option) has no effect with CRSET_SERVER: the server writes down the name of the token; leave it "
                + "out, or have a token issued in that name (`crset token issue`)",
            exitCode: ExitCode.validationFailure.rawValue
        )
    }

    func validate() throws {
        if who.count > 80 { throw ValidationError("a name has at most 80 characters") }
    }
}

/// The desk and what the command line shows by.
struct StaffSession {
    var desk: any StaffDesk
    var settings: Settings
    var clock: StaffClock
}

/// Opens the store that the configuration names for one command, without migrating it. `pages`: what the command writes
/// may be longer than the screen.
func withStaff(
    _ options: StaffOptions,
    pages: Bool = false,
    _ body: (StaffSession) async throws -> Void
) async throws {
    let settings = try options.configuration.load()
    try StaffOptions.checkName(options.name, option: "--as", settings)
    func session(_ desk: any StaffDesk) -> StaffSession {
        StaffSession(desk: desk, settings: settings, clock: StaffClock(zone: settings.business.timezone))
    }
    func paged(_ desk: any StaffDesk) async throws {
        try await Pager.whileRunning(pages) { try await body(session(desk)) }
    }
    if settings.crset.server != nil { return try await RemoteDesk.with(settings) { try await paged($0) } }
    try await withDesk(settings) { try await paged($0) }
}

/// For commands that need nothing but the desk.
func withDesk(_ options: ConfigurationOptions, _ body: (Desk) async throws -> Void) async throws {
    try await withDesk(try options.load(), body)
}

private func withDesk(_ settings: Settings, _ body: (Desk) async throws -> Void) async throws {
    if settings.crset.server != nil {
        throw Failure(description: "this command works on the database itself; unset CRSET_SERVER and run it there")
    }
    let store = try await openStore(settings, migrate: false)
    // Prompt files that are broken are no reason why staff can't read a conversation.
    let playbook = Playbooks(settings)
    let ahead: Int64
    do { ahead = try await clockLead(of: store) } catch {
        try? await store.close()
        throw error
    }
    let desk = Desk(
        store: store,
        now: { Surroundings.live.now().adding(milliseconds: ahead) },
        newID: Surroundings.live.newID,
        playbook: { playbook.current },
        templates: { [templates = settings.whatsapp.replyTemplates] in templates }
    )
    do {
        try await body(desk)
    } catch {
        try? await store.close()
        throw error
    }
    try await store.close()
}

/// By how many milliseconds the database's clock, which all processes go by, is ahead of this machine's.
private func clockLead(of store: any Store) async throws -> Int64 {
    let here = Surroundings.live.now()
    return try await store.clock().map { $0.milliseconds - here.milliseconds } ?? 0
}

/// The prompt files, read when a command needs them.
private struct Playbooks: Sendable {
    let settings: Settings

    init(_ settings: Settings) { self.settings = settings }

    var current: Playbook? { try? PromptLibrary.load(settings).playbook }
}
