// Parts of the interface that are still to come.

extension Desk: StaffDesk {
    private var pending: DeskError { DeskError(.invalid, "this is not there yet") }

    public func events(_ request: EventRequest) async throws -> EventPage { throw pending }
    public func search(_ request: SearchRequest) async throws -> SearchPage { throw pending }
    public func stats(_ request: StatsRequest) async throws -> StatsDocument { throw pending }
    public func export(_ reference: String, after cursor: String?) async throws -> ExportPart { throw pending }
    public func forget(_ reference: String, by who: String) async throws -> ForgetReceipt { throw pending }
    public func reviews(_ request: ReviewRequest) async throws -> ReviewPage { throw pending }
    public func judge(_ reference: String, _ judgement: Judgement, by who: String) async throws -> ReviewItem {
        throw pending
    }
    public func scenario(_ reference: String) async throws -> ScenarioFile { throw pending }
}
