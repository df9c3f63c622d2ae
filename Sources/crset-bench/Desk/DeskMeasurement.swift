import Conversation
import Desk
import Foundation
import Storage

/// Each query many times, of other leads each time.
struct DeskMeasurement {
    let store: any PlanTelling
    let archive: Archive
    let trace: StatementTrace
    /// For one query.
    let seconds: Double
    let showsPlans: Bool

    private static let roundsMax = 100

    struct Query {
        var name: String
        /// Milliseconds.
        var bound: Double
        var rounds = roundsMax
        var run: @Sendable (Desk, Int) async throws -> Void
    }

    func run() async throws -> [Figure] {
        let now = Timestamp(milliseconds: archive.ended + 1_000)
        let desk = Desk(store: store, now: { now }, newID: { "bench" })
        var figures: [Figure] = []
        for query in DeskQueries(archive: archive).all {
            _ = trace.take()
            var times: [Double] = []
            let end = ContinuousClock.now + .seconds(seconds)
            while times.count < query.rounds, times.count < 3 || ContinuousClock.now < end {
                let start = ContinuousClock.now
                try await query.run(desk, times.count)
                times.append((ContinuousClock.now - start) / .milliseconds(1))
                if times.count == 1, showsPlans { try await showPlans(query.name, trace.take()) }
                _ = trace.take()
            }
            figures += self.figures(query, times)
        }
        return figures
    }

    private func figures(_ query: Query, _ times: [Double]) -> [Figure] {
        let sorted = times.sorted()
        func at(_ share: Double) -> Double { sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))] }
        let name = query.name.map { $0.isLetter || $0.isNumber ? $0 : "_" }.reduce(into: "") { $0.append($1) }
        let words =
            "\(query.name): first \(Figure.short(times[0])), p50 \(Figure.short(at(0.5))), "
            + "max \(Figure.short(sorted[sorted.count - 1])) of \(times.count); p95"
        return [Figure("desk_\(name)_p95_ms", words, at(0.95), "ms", aim: .atMost(query.bound))]
    }

    private func showPlans(_ name: String, _ statements: [StatementTrace.Statement]) async throws {
        print("\n# \(name)")
        var seen: Set<String> = []
        for statement in statements where statement.sql.hasPrefix("SELECT") || statement.sql.hasPrefix("WITH") {
            let sql = statement.sql.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            guard seen.insert(sql).inserted else { continue }
            print("  \(sql.prefix(400))")
            for line in try await store.plan(of: statement, measured: true) { print("      \(line)") }
        }
    }
}
