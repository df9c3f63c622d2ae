import Conversation
import Storage

extension Desk {
    /// The same funnel as ``stats(_:)``, of the leads that came while the trial ran.
    public func trial(_ request: TrialRequest) async throws -> TrialStatsDocument {
        let trials = try await store.trials(limit: Self.trialsMax)
        let wanted = request.trial ?? ""
        let found = trials.filter { $0.id.hasPrefix(wanted) }
        guard let trial = trials.first(where: { $0.id == wanted }) ?? found.first else {
            let known = trials.prefix(5).map(\.id).joined(separator: ", ")
            throw DeskError(
                .notFound,
                trials.isEmpty
                    ? "there was no trial yet; `crset prompts trial start` begins one"
                    : "there is no trial “\(wanted)”; there are \(known)"
            )
        }
        guard wanted.isEmpty || trial.id == wanted || found.count == 1 else {
            throw DeskError(.invalid, "“\(wanted)” may be \(found.prefix(5).map(\.id).joined(separator: ", "))")
        }
        try await catchUp()
        let sums = try await store.facts(
            FactQuery(from: trial.startedAt, until: trial.endedAt, by: .promptVersion)
        )
        func row(_ version: String) -> StatsRow {
            StatsRow(sums.first { $0.key == version } ?? FactSums(key: version))
        }
        return TrialStatsDocument(
            trial,
            champion: row(trial.champion),
            challenger: row(trial.challenger),
            behind: Int(try await store.digestBehind())
        )
    }

    private static let trialsMax = 100
}

extension TrialStatsDocument {
    init(_ trial: PromptTrial, champion: StatsRow, challenger: StatsRow, behind: Int) {
        let (old, new) = (champion.funnel, challenger.funnel)
        let measure = Self.measure(old, new)
        let counts = (new: new[keyPath: measure.count], old: old[keyPath: measure.count])
        let gap = Interval.difference(Interval(counts.new, of: new.leads), Interval(counts.old, of: old.leads))
        var decision = Decision.open
        var missing: Int?
        if old.leads == 0 || new.leads == 0 {
            decision = .tooEarly
        } else if gap.low > 0 {
            decision = .better
        } else if gap.high < 0 {
            decision = .worse
        } else {
            let shares = (Double(counts.new) / Double(new.leads), Double(counts.old) / Double(old.leads))
            missing = Interval.leadsNeeded(
                shares.0,
                shares.1,
                ratio: Double(100 - trial.share) / Double(trial.share)
            ).map { max(0, $0 - new.leads) }
        }
        self.init(
            trial: TrialDocument(trial),
            champion: Arm(champion),
            challenger: Arm(challenger),
            measure: measure.name,
            difference: gap.share,
            difference_low: gap.low,
            difference_high: gap.high,
            leads_missing: missing,
            decision: decision,
            verdict: Self.verdict(decision, measure.name, gap, missing, isOver: trial.endedAt != nil),
            behind: behind
        )
    }

    /// What counts most and has happened at all.
    private static func measure(
        _ old: StatsRow.Funnel,
        _ new: StatsRow.Funnel
    ) -> (name: String, count: KeyPath<StatsRow.Funnel, Int>) {
        if old.paid + new.paid > 0 { return ("paid", \.paid) }
        if old.offered + new.offered > 0 { return ("offered", \.offered) }
        return ("qualified", \.qualified)
    }

    private static func verdict(
        _ decision: Decision,
        _ measure: String,
        _ gap: Interval,
        _ missing: Int?,
        isOver: Bool
    ) -> String {
        let range = "\(measure): \(points(gap.low)) to \(points(gap.high)) points"
        switch decision {
        case .tooEarly: return "too early: one of the versions has no leads yet"
        case .better:
            return "the new version is better (\(range))" + (isOver ? "" : "; `crset prompts trial promote`")
        case .worse: return "the new version is worse (\(range))" + (isOver ? "" : "; `crset prompts trial end`")
        case .open:
            let more = missing.map { "; about \($0) more leads of the new version would tell" } ?? ""
            return "no telling yet (\(range))\(more)"
        }
    }

    /// `+4.2`
    private static func points(_ share: Double) -> String {
        let tenths = Int((share * 1_000).rounded())
        return "\(tenths < 0 ? "-" : "+")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
}

extension TrialStatsDocument.Arm {
    fileprivate init(_ row: StatsRow) {
        let funnel = row.funnel
        func share(_ count: Int) -> TrialStatsDocument.Share {
            let interval = Interval(count, of: funnel.leads)
            return .init(count: count, share: interval.share, low: interval.low, high: interval.high)
        }
        self.init(
            version: row.key,
            leads: funnel.leads,
            engaged: share(funnel.engaged),
            qualified: share(funnel.qualified),
            offered: share(funnel.offered),
            link: share(funnel.link),
            paid: share(funnel.paid),
            revenue: row.revenue,
            cost: row.cost
        )
    }
}
