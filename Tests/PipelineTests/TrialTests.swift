import Conversation
import Foundation
import Prompts
import Sandbox
import Server
import Storage
import Testing

@testable import Desk

@Suite("Trials of one version against another", .serialized)
struct TrialTests {
    private static func comparison(_ old: (Int, Int), _ new: (Int, Int)) -> TrialStatsDocument {
        let trial = PromptTrial(id: "t", champion: "a", challenger: "b", share: 50, startedAt: .init(milliseconds: 0))
        func row(_ version: String, _ paid: Int, _ leads: Int) -> StatsRow {
            var sums = FactSums(key: version)
            for name in ["leads", "engaged", "qualified", "offered", "link"] { sums.numbers[name] = Int64(leads) }
            sums.numbers["paid"] = Int64(paid)
            return StatsRow(sums)
        }
        return TrialStatsDocument(
            trial,
            champion: row("a", old.0, old.1),
            challenger: row("b", new.0, new.1),
            behind: 0
        )
    }

    @Test("a trial says what is better only when it is certain, and how many leads are missing otherwise")
    func verdict() {
        #expect(Self.comparison((0, 0), (0, 0)).decision == .tooEarly)
        #expect(Self.comparison((3, 9), (0, 0)).verdict.hasPrefix("too early"))
        let early = Self.comparison((10, 100), (14, 100))
        #expect(early.decision == .open && early.verdict.hasPrefix("no telling yet (paid: -5."))
        // By the usual formula for two shares, 10 and 14 per cent: about 1,034 of each.
        #expect((900...970).contains(early.leads_missing ?? 0), "\(early.leads_missing ?? 0)")
        #expect(Self.comparison((10, 100), (10, 100)).leads_missing == nil)
        let better = Self.comparison((100, 1_000), (150, 1_000))
        #expect(better.decision == .better && better.difference_low > 0 && better.leads_missing == nil)
        #expect(Self.comparison((150, 1_000), (100, 1_000)).decision == .worse)
        // Nobody has paid: the furthest step that somebody reached is compared.
        #expect(Self.comparison((0, 10), (0, 10)).measure == "offered")
    }

    @Test("Wilson's interval and Newcombe's agree with their published values")
    func intervals() {
        // Newcombe 1998, table I: 81 of 263 and 15 of 148; 0 of 20.
        let one = Interval(81, of: 263)
        #expect(abs(one.low - 0.2553) < 0.0002 && abs(one.high - 0.3662) < 0.0002)
        let two = Interval(15, of: 148)
        #expect(abs(two.low - 0.0624) < 0.0002 && abs(two.high - 0.1605) < 0.0002)
        let none = Interval(0, of: 20)
        #expect(none.low == 0 && abs(none.high - 0.1611) < 0.0002)
        // Newcombe 1998b, example (a): 56 of 70 less 48 of 80 is 0.0524 to 0.3339.
        let gap = Interval.difference(Interval(56, of: 70), Interval(48, of: 80))
        #expect(abs(gap.low - 0.0524) < 0.0002 && abs(gap.high - 0.3339) < 0.0002)
    }

    @Test("the leads of both versions are counted while the trial runs, on the machine and over the API")
    func counted() async throws {
        try await Staffed.with { (staffed) async throws in
            _ = try await staffed.lead("351930000001")
            let trial = try await Self.begin(staffed)
            let leads = try await (10..<26).asyncMap { try await staffed.lead("3519300000\($0)").1 }
            var counts: [String: Int] = [:]
            for id in leads {
                let lines = try await staffed.live.desk.transcript(of: ConversationID(id))
                counts[lines.compactMap(\.explanation?.promptVersion).first ?? "none", default: 0] += 1
            }
            for way in Way.allCases {
                try await way.desk(staffed) { (desk) async throws in
                    let stats = try await desk.trial(TrialRequest())
                    #expect(stats.trial.id == trial.id && stats.trial.share_percent == 50 && stats.behind == 0)
                    #expect(stats.champion.leads == counts[trial.champion])
                    #expect(stats.challenger.leads == counts[trial.challenger])
                    #expect(stats.champion.leads + stats.challenger.leads == leads.count)
                    let row = try await desk.stats(
                        StatsRequest(from: Moment(trial.startedAt), by: .promptVersion)
                    ).groups.first { $0.key == trial.challenger }
                    #expect(row?.funnel.leads == stats.challenger.leads)
                    #expect(try await desk.trial(TrialRequest(trial: "trial-t")).trial.id == trial.id)
                    await #expect { _ = try await desk.trial(TrialRequest(trial: "other")) } throws: {
                        ($0 as? DeskError)?.code == .notFound && "\($0)".contains(trial.id)
                    }
                }
            }
            // Who comes after its end is no part of it.
            _ = try await staffed.store.endTrial(trial.id, outcome: .ended, now: Timestamp(milliseconds: Self.now))
            _ = try await staffed.lead("351930000099")
            let ended = try await staffed.live.desk.trial(TrialRequest())
            #expect(ended.champion.leads + ended.challenger.leads == leads.count && ended.trial.outcome == "ended")
        }
    }

    private static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }

    /// A trial of half the leads that the service follows.
    private static func begin(_ staffed: Staffed) async throws -> PromptTrial {
        let library = try PromptLibrary.load(staffed.live.settings)
        let champion = try await eventually("a version in use") {
            try await staffed.store.promptVersions(limit: 1).first?.id
        }
        var files = library.files
        files["messages/pt-PT.yaml"] = files["messages/pt-PT.yaml"]?
            .replacingOccurrences(of: "  greeting: ", with: "  greeting: Viva! ")
        try await staffed.store.keepPrompts("challenger1", files: files, now: Timestamp(milliseconds: now))
        func trial(_ id: String) -> PromptTrial {
            PromptTrial(
                id: id,
                champion: champion,
                challenger: "challenger1",
                share: 50,
                startedAt: Timestamp(milliseconds: now)
            )
        }
        // A first trial shows when the service follows: a new lead is given its version.
        let first = trial("first")
        #expect(try await staffed.store.beginTrial(first))
        var number = 100
        _ = try await eventually("a lead of the trial") { () async throws -> Bool? in
            number += 1
            let (chat, _) = try await staffed.lead("351931000\(number)")
            return try await chat.lead().state.promptVersion == nil ? nil : true
        }
        _ = try await staffed.store.endTrial("first", outcome: .ended, now: Timestamp(milliseconds: now))
        let second = trial("trial-two")
        #expect(try await staffed.store.beginTrial(second))
        return second
    }
}

extension Range<Int> {
    fileprivate func asyncMap<T>(_ body: (Int) async throws -> T) async throws -> [T] {
        var results: [T] = []
        for element in self { results.append(try await body(element)) }
        return results
    }
}
