import ArgumentParser
import Desk
import Foundation
import Prompts
import Server
import Storage

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Tokens of the API: issue, list, revoke.",
        discussion: """
            reader reads, with phone numbers masked; agent joins conversations and keeps leads; operator exports and \
            erases people and decides about dead letters; admin issues and revokes tokens.

            EXAMPLES
              crset token issue Rita --role agent --expires 90d
              crset token list
              crset token revoke 1kq3w0
            """,
        subcommands: [Issue.self, List.self, Revoke.self],
        defaultSubcommand: List.self
    )

    struct Issue: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Issue a token. It is shown this once, on standard output."
        )

        @OptionGroup var options: StaffOptions

        @Argument(help: "The person or program that will hold it.")
        var name: String

        @Option(name: .long, help: "reader, agent, operator or admin.")
        var role = "agent"

        @Option(name: .long, help: "How long it is valid: 90d, 12h, 30m; at most 366d.")
        var expires = "90d"

        @Flag(name: .long, help: "One JSON document.")
        var json = false

        func validate() throws {
            guard StaffRole(rawValue: role) != nil else {
                throw ValidationError("--role takes reader, agent, operator or admin")
            }
            guard Self.seconds(expires) != nil else { throw ValidationError("--expires takes 90d, 12h or 30m") }
        }

        static func seconds(_ text: String) -> Int? {
            let units: [Character: Int] = ["d": 86_400, "h": 3_600, "m": 60]
            guard let unit = text.last.flatMap({ units[$0] }), let count = Int(text.dropLast()), count > 0,
                count <= 1_000_000
            else { return nil }
            return count * unit
        }

        func run() async throws {
            try await reportingFailures {
                try await withTokens(options.configuration) { desk in
                    let request = TokenIssueRequest(
                        name: name,
                        role: StaffRole(rawValue: role) ?? .reader,
                        valid_seconds: Self.seconds(expires)
                    )
                    let issued = try await desk.issue(request, by: options.who)
                    if json { return try Terminal.write(JSON.text(issued)) }
                    Terminal.write(issued.token)
                    let record = issued.record
                    let words = "\(record.role.rawValue) token \(record.id), until \(record.expires_at)\n"
                    FileHandle.standardError.write(Data(words.utf8))
                }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Tokens that were issued, newest first.")

        @OptionGroup var options: StaffOptions

        @Option(name: .long, help: "At most so many (1…1000).")
        var limit = 100

        @Flag(name: .long, help: "One JSON document.")
        var json = false

        func validate() throws {
            guard (1...1_000).contains(limit) else { throw ValidationError("--limit takes 1 to 1000") }
        }

        func run() async throws {
            try await reportingFailures {
                try await withTokens(options.configuration) { desk in
                    let page = try await desk.tokens(TokenListRequest(limit: limit))
                    if json { return try Terminal.write(JSON.text(page)) }
                    if page.tokens.isEmpty { Terminal.write("No tokens; `crset token issue NAME` makes one.") }
                    for token in page.tokens { Terminal.write(Self.line(token)) }
                }
            }
        }

        static func line(_ token: TokenDocument) -> String {
            let end =
                token.revoked_at.map { "revoked \($0) by \(token.revoked_by ?? "?")" }
                ?? "\(token.state == .expired ? "expired" : "until") \(token.expires_at)"
            return "\(token.id)  \(token.role.rawValue)  \(Terminal.printable(token.name))  \(Terminal.printable(end))"
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Revoke a token at once.")

        @OptionGroup var options: StaffOptions

        @Argument(help: "Its id, or an unambiguous prefix of it.")
        var id: String

        @Flag(name: .long, help: "One JSON document.")
        var json = false

        func validate() throws {
            if id.allSatisfy(\.isWhitespace) { throw ValidationError("the id is empty; `crset token list` has them") }
        }

        func run() async throws {
            try await reportingFailures {
                try await withTokens(options.configuration) { desk in
                    let token = try await desk.revoke(token: id, by: options.who)
                    if json { return try Terminal.write(JSON.text(token)) }
                    Terminal.write(List.line(token))
                }
            }
        }
    }
}

/// Tokens of the server that CRSET_SERVER names, or of the database here.
private func withTokens(_ options: ConfigurationOptions, _ body: (any TokenDesk) async throws -> Void) async throws {
    let settings = try options.load()
    if settings.crset.server != nil { return try await RemoteDesk.with(settings) { try await body($0) } }
    let store = try await openStore(settings, migrate: false)
    do {
        guard let tokens = try await Tokens.open(settings, store: store) else {
            throw Failure(
                description:
                    "CRSET_JWT_SECRET is not set; make one with `openssl rand -hex 32` and set it for the service, too",
                exitCode: Exit.configuration
            )
        }
        try await body(tokens)
    } catch {
        try? await store.close()
        throw error
    }
    try await store.close()
}
