import Conversation
import Storage

/// The leads of both versions of a trial, and how sure one can be of the difference.
struct TrialComparison {
    struct Arm: Equatable {
        var version: String
        var leads = 0
        var qualified = 0
        var offered = 0
        var paid = 0

        mutating func add(_ lead: ConversationState) {
            leads += 1
            let hasPaid = !lead.payments.isEmpty
            let wasOffered = hasPaid || lead.offersMade > 0
            if wasOffered || lead.stage.standing.name == .qualified { qualified += 1 }
            if wasOffered { offered += 1 }
            if hasPaid { paid += 1 }
        }
    }

    var trial: PromptTrial
    var champion: Arm
    var challenger: Arm

    init(_ trial: PromptTrial, champion: Arm, challenger: Arm) {
        self.trial = trial
        self.champion = champion
        self.challenger = challenger
    }

    init(_ trial: PromptTrial, _ store: any Store) async throws {
        self.init(trial, champion: Arm(version: trial.champion), challenger: Arm(version: trial.challenger))
        var last: ConversationID?
        while true {
            let page = try await store.states(since: trial.startedAt, after: last, limit: 500)
            for lead in page {
                if lead.promptVersion == trial.champion { champion.add(lead) }
                if lead.promptVersion == trial.challenger { challenger.add(lead) }
            }
            guard let end = page.last else { return }
            last = end.id
        }
    }

    /// What counts most and has happened at all.
    var measure: (name: String, champion: Int, challenger: Int) {
        if champion.paid + challenger.paid > 0 { return ("paid", champion.paid, challenger.paid) }
        if champion.offered + challenger.offered > 0 { return ("offered", champion.offered, challenger.offered) }
        return ("qualified", champion.qualified, challenger.qualified)
    }

    /// In hundredths of a per cent, challenger minus champion, at 95 per cent.
    var difference: Interval {
        let measure = measure
        return .difference(
            Interval(measure.challenger, of: challenger.leads),
            Interval(measure.champion, of: champion.leads)
        )
    }

    /// Leads that the challenger still needs so that a difference as it is now would show; nil: enough, or no telling.
    var leadsMissing: Int? {
        let measure = measure
        guard challenger.leads > 0, champion.leads > 0, difference.low < 0, difference.high > 0 else { return nil }
        let (new, old) = (
            Double(measure.challenger) / Double(challenger.leads), Double(measure.champion) / Double(champion.leads)
        )
        guard new != old else { return nil }
        let ratio = Double(100 - trial.share) / Double(trial.share)
        let mean = (new + ratio * old) / (1 + ratio)
        // Two-sided 5 per cent, power 80 per cent.
        let noise =
            1.96 * (mean * (1 - mean) * (1 + 1 / ratio)).squareRoot()
            + 0.84 * (new * (1 - new) + old * (1 - old) / ratio).squareRoot()
        let needed = (noise * noise / ((new - old) * (new - old))).rounded(.up)
        return needed < 10_000_000 ? max(0, Int(needed) - challenger.leads) : nil
    }

    var verdict: String {
        guard champion.leads > 0, challenger.leads > 0 else { return "too early: one of the versions has no leads yet" }
        let name = measure.name
        let range = "\(name): \(percent(difference.low)) to \(percent(difference.high)) points"
        if difference.low > 0 { return "the new version is better (\(range)); `crset prompts trial promote`" }
        if difference.high < 0 { return "the new version is worse (\(range)); `crset prompts trial end`" }
        let more = leadsMissing.map { "; about \($0) more leads of the new version would tell" } ?? ""
        return "no telling yet (\(range))\(more)"
    }

    var lines: [String] {
        let head = "\(trial.id) since \(shortTime(trial.startedAt))" + (trial.outcome.map { ", \($0.rawValue)" } ?? "")
        return [head, row(champion, "in use"), row(challenger, "new, \(trial.share) %"), verdict]
    }

    private func row(_ arm: Arm, _ label: String) -> String {
        func share(_ count: Int) -> String {
            let interval = Interval(count, of: arm.leads)
            return "\(count) (\(percent(interval.low))–\(percent(interval.high)) %)"
        }
        return "\(arm.version) \(label): \(arm.leads) leads, qualified \(share(arm.qualified)), offered "
            + "\(share(arm.offered)), paid \(share(arm.paid))"
    }

    private func percent(_ share: Double) -> String {
        let tenths = Int((share * 1_000).rounded())
        return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
}

/// A share and where it may really lie, at 95 per cent.
struct Interval: Equatable {
    var share: Double
    var low: Double
    var high: Double

    /// Wilson's interval, which is honest for few leads and for shares near 0 and 1.
    init(_ count: Int, of total: Int) {
        guard total > 0 else {
            (share, low, high) = (0, 0, 1)
            return
        }
        let (z, n) = (1.96, Double(total))
        share = Double(count) / n
        let middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        low = max(0, middle - half)
        high = min(1, middle + half)
    }

    private init(share: Double, low: Double, high: Double) {
        self.share = share
        self.low = low
        self.high = high
    }

    /// Newcombe's interval of a difference of two independent shares.
    static func difference(_ new: Interval, _ old: Interval) -> Interval {
        let gap = new.share - old.share
        func square(_ value: Double) -> Double { value * value }
        let below = (square(new.share - new.low) + square(old.high - old.share)).squareRoot()
        let above = (square(new.high - new.share) + square(old.share - old.low)).squareRoot()
        return Interval(share: gap, low: gap - below, high: gap + above)
    }
}

struct TrialComparisonDocument: Encodable {
    struct Arm: Encodable {
        struct Share: Encodable {
            var count: Int
            var share: Double
            var low: Double
            var high: Double

            init(_ count: Int, of total: Int) {
                let interval = Interval(count, of: total)
                self.count = count
                (share, low, high) = (interval.share, interval.low, interval.high)
            }
        }

        var version: String
        var leads: Int
        var qualified: Share
        var offered: Share
        var paid: Share

        init(_ arm: TrialComparison.Arm) {
            version = arm.version
            leads = arm.leads
            qualified = Share(arm.qualified, of: arm.leads)
            offered = Share(arm.offered, of: arm.leads)
            paid = Share(arm.paid, of: arm.leads)
        }
    }

    var trial: TrialDocument
    var champion: Arm
    var challenger: Arm
    var measure: String
    var difference_low: Double
    var difference_high: Double
    var leads_missing: Int?
    var verdict: String

    init(_ comparison: TrialComparison) {
        trial = TrialDocument(comparison.trial)
        champion = Arm(comparison.champion)
        challenger = Arm(comparison.challenger)
        measure = comparison.measure.name
        difference_low = comparison.difference.low
        difference_high = comparison.difference.high
        leads_missing = comparison.leadsMissing
        verdict = comparison.verdict
    }
}
