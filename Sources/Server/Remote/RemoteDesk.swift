import AsyncHTTPClient
public import Desk
import Integrations
import Pipeline
public import Prompts

/// The desk of a server, over its API. Who acts is whoever the token was issued to.
public struct RemoteDesk: StaffDesk {
    let call: RemoteCall

    /// Opens a way to the server that the configuration names, for as long as `body` runs.
    /// Throws ``StartProblem`` when none is named or the token is missing.
    public static func with<T>(_ settings: Settings, _ body: (RemoteDesk) async throws -> T) async throws -> T {
        guard let server = settings.crset.server else { throw StartProblem("CRSET_SERVER is not set", exitCode: 78) }
        guard let token = settings.crset.token else {
            throw StartProblem("CRSET_TOKEN is not set; `crset token issue` on the server makes one", exitCode: 78)
        }
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: outsideClientConfiguration(connectionsPerHost: 4)
        )
        let call = RemoteCall(transport: .live(client), base: server, token: token, surroundings: .live)
        do {
            let result = try await body(RemoteDesk(call: call))
            try await client.shutdown()
            return result
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    // MARK: Reading

    public func leads(_ request: LeadListRequest) async throws -> LeadPage { try await call.get(["leads"], request) }

    public func card(_ reference: String) async throws -> LeadCardDocument {
        try await call.get(["leads", reference])
    }

    public func transcript(_ reference: String, after: Int64, limit: Int) async throws -> TranscriptPage {
        try await call.get(
            ["leads", reference, "transcript"],
            Routes.TranscriptQuery(after: after, limit: min(limit, 500))
        )
    }

    public func events(_ request: EventRequest) async throws -> EventPage {
        try await call.get(
            ["events"],
            EventQuery(after: request.after, lead: request.lead_id, wait: nil, limit: request.limit)
        )
    }

    public func search(_ request: SearchRequest) async throws -> SearchPage {
        try await call.get(["search"], request)
    }

    public func stats(_ request: StatsRequest) async throws -> StatsDocument { try await call.get(["stats"], request) }

    public func trial(_ request: TrialRequest) async throws -> TrialStatsDocument {
        try await call.get(["stats", "trial"], request)
    }

    public func audit(_ request: AuditRequest) async throws -> AuditPage { try await call.get(["audit"], request) }

    // MARK: Joining a conversation

    public func takeOver(
        _ reference: String,
        _ request: TakeoverRequest,
        by who: String
    ) async throws -> TakeoverReceipt {
        try await call.write(.post, ["leads", reference, "takeover"], request, id: request.request_id)
    }

    public func add(_ file: FileContent, for reference: String, by who: String) async throws -> FileDocument {
        try file.check()
        return try await call.upload(["leads", reference, "files"], Routes.FileQuery(name: file.name), file.bytes)
    }

    public func reply(_ reference: String, _ request: ReplyRequest, by who: String) async throws -> ReplyReceipt {
        try await call.write(.post, ["leads", reference, "reply"], request, id: request.request_id)
    }

    public func release(_ reference: String, _ request: ReleaseRequest, by who: String) async throws -> StaffReceipt {
        try await call.write(.post, ["leads", reference, "release"], request, id: request.request_id)
    }

    // MARK: Keeping leads

    public func change(_ reference: String, _ request: LeadChange, by who: String) async throws -> StaffReceipt {
        try await call.write(.patch, ["leads", reference], request, id: request.request_id)
    }

    public func note(_ reference: String, _ request: NoteRequest, by who: String) async throws -> StaffReceipt {
        try await call.write(.post, ["leads", reference, "notes"], request, id: request.request_id)
    }

    public func export(_ reference: String, after cursor: String?) async throws -> ExportPart {
        try await call.get(["leads", reference, "export"], Routes.ExportQuery(cursor: cursor))
    }

    public func forget(_ reference: String, by who: String) async throws -> ForgetReceipt {
        try await call.write(.delete, ["leads", reference], Route.Nothing())
    }

    // MARK: Reviewing

    public func reviews(_ request: ReviewRequest) async throws -> ReviewPage {
        try await call.get(["reviews"], request)
    }

    public func judge(_ reference: String, _ judgement: Judgement, by who: String) async throws -> ReviewItem {
        try await call.write(.put, ["leads", reference, "review"], judgement)
    }

    public func scenario(_ reference: String) async throws -> ScenarioFile {
        try await call.get(["leads", reference, "scenario"])
    }
}

extension RemoteDesk: TokenDesk {
    public func tokens(_ request: TokenListRequest) async throws -> TokenPage {
        try await call.get(["tokens"], request)
    }

    public func issue(_ request: TokenIssueRequest, by who: String) async throws -> IssuedTokenDocument {
        try await call.write(.post, ["tokens"], request)
    }

    public func revoke(token id: String, by who: String) async throws -> TokenDocument {
        try await call.write(.delete, ["tokens", id], Route.Nothing())
    }
}

extension RemoteDesk: DeadLetterDesk {
    public func deadLetters(_ request: DeadLetterListRequest) async throws -> DeadLetterPage {
        try await call.get(["deadletters"], request)
    }

    public func deadLetter(document reference: String) async throws -> DeadLetterDocument {
        try await call.get(["deadletters", reference])
    }

    public func retry(
        _ reference: String,
        _ request: DeadLetterRetryRequest,
        by who: String
    ) async throws -> DeadLetterReceipt {
        try await call.write(.post, ["deadletters", reference, "retry"], request)
    }

    public func drop(_ reference: String, by who: String) async throws -> DeadLetterReceipt {
        try await call.write(.post, ["deadletters", reference, "drop"], Route.Nothing())
    }
}
