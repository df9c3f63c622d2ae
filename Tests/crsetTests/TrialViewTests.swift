import ArgumentParser
import Desk
import Foundation
import Testing

@testable import crset

@Suite("A trial in a terminal, a table and a page")
struct TrialViewTests {
    private static func stats(_ leads: (Int, Int) = (400, 100)) throws -> TrialStatsDocument {
        func arm(_ version: String, _ leads: Int) -> String {
            func share(_ count: Int) -> String {
                let share = leads > 0 ? Double(count) / Double(leads) : 0
                return #"{"count":\#(count),"share":\#(share),"low":\#(share * 0.9),"high":\#(min(1, share * 1.1))}"#
            }
            return """
                {"version":"\(version)","leads":\(leads),"engaged":\(share(leads)),"qualified":\(share(leads / 2)),
                "offered":\(share(leads / 3)),"link":\(share(leads / 4)),"paid":\(share(leads / 8)),
                "revenue":[{"amount":2450000,"currency":"EUR"}],
                "cost":{"micro_usd":2100000,"prompt_tokens":1,"completion_tokens":1,"answers":1}}
                """
        }
        let json = """
            {"trial":{"id":"trial-1795600000","champion":"e6c690d01e44","challenger":"1a2b3c4d5e6f","share_percent":20,
            "started_at":"2026-11-25T09:30:00.000Z"},"champion":\(arm("e6c690d01e44", leads.0)),
            "challenger":\(arm("1a2b3c4d5e6f", leads.1)),"measure":"paid","difference":0.01,"difference_low":-0.05,
            "difference_high":0.08,"leads_missing":9000,"decision":"open",
            "verdict":"no telling yet (paid: -5.0 to +8.0 points); about 9000 more leads of the new version would tell",
            "behind":0}
            """
        return try DeskJSON.decode(TrialStatsDocument.self, Data(json.utf8))
    }

    @Test(
        "it fits the terminal, however narrow, with a bar and a range for each version",
        arguments: [40, 64, 80, 120]
    )
    func fits(columns: Int) throws {
        for leads in [(400, 100), (0, 0), (1, 0), (1_000_000, 250_000)] {
            let stats = try Self.stats(leads)
            let view = TrialView(columns: columns, paint: Paint(isOn: false), clock: StaffClock(zone: "Europe/Lisbon"))
            let lines = view.lines(stats)
            #expect(lines.allSatisfy { DisplayWidth.of($0) <= columns }, "\(lines)")
            #expect(lines.count { $0.hasPrefix("paid") } == 1)
            #expect(lines.joined(separator: " ").contains("no telling yet"))
        }
        let view = TrialView(columns: columns, paint: Paint(isOn: false), clock: StaffClock(zone: "Europe/Lisbon"))
        let engaged = try #require(try view.lines(Self.stats()).first { $0.hasPrefix("engaged") })
        #expect(engaged.contains("█") && engaged.contains("–100") && engaged.contains("400"))
    }

    @Test("the table has a line for each version and step, and the page nothing that isn't its own")
    func files() throws {
        let lines = TrialCSV.lines(try Self.stats())
        #expect(lines.count == 11 && lines[0] == "trial,role,version,leads,step,count,share,low,high")
        #expect(lines.contains("trial-1795600000,challenger,1a2b3c4d5e6f,100,paid,12,0.12,0.108,0.132"))
        let page = TrialPage(try Self.stats()).html
        #expect(
            page.contains("default-src 'none'") && page.contains("<svg") && !page.contains("http:")
                && !page.contains("https:")
        )
    }

    @Test(
        "what can't be put together is refused before anything is opened",
        arguments: [
            ["stats", "--by", "trial", "--since", "7d"], ["stats", "--trial", "x", "--by", "day"],
            ["stats", "--by", "trial", "--json", "--csv"], ["prompts", "replay", "--judged", "awful"],
        ]
    )
    func usage(arguments: [String]) {
        #expect(throws: (any Error).self) { try CRSET.parseAsRoot(arguments) }
    }

    @Test("version is short for prompt_version")
    func version() throws {
        #expect(throws: Never.self) { try CRSET.parseAsRoot(["stats", "--by", "version"]) }
        #expect(throws: Never.self) { try CRSET.parseAsRoot(["stats", "--by", "prompt_version"]) }
    }
}
