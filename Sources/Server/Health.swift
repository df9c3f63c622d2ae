import Conversation
import Hummingbird
import Pipeline
import Prompts
import Storage

import struct Foundation.Date

/// `GET /health`: can messages be accepted, and how are the services that we lean on?
struct Health: Sendable {
    let store: any Store
    /// Name and what was last heard; nil where it isn't configured.
    let services: [(name: String, observed: Observed?)]
    let prompts: PlaybookSource
    let alerts: ServiceAlerts

    static let countedMax = 1_000

    struct Report: ResponseEncodable {
        struct Dependency: Codable {
            var state: String
            var latency_ms: Int?
            var problem: String?
        }

        struct Prompts: Codable {
            /// In force.
            var version: String
            /// What is wrong with the files, each with its line and how to mend it.
            var problems: [String]
        }

        /// What waits, each counted up to ``Health/countedMax``: the question must cost the same however much is
        /// stored.
        struct Work: Codable {
            var open_conversations: Int
            var outbox_pending: Int
            var outbox_uncertain: Int
            var dead_letters: Int
        }

        /// Trouble that waits for somebody to act.
        struct Trouble: Codable {
            var cause: String
            var problem: String
            var mend: String
            var since: String
            var last: String
            var count: Int

            init(_ alert: ServiceAlert) {
                cause = alert.cause.rawValue
                problem = alert.problem
                mend = alert.mend
                since = Self.moment(alert.firstAt)
                last = Self.moment(alert.lastAt)
                count = alert.count
            }

            private static func moment(_ time: Timestamp) -> String {
                Date(timeIntervalSince1970: Double(time.milliseconds / 1_000)).formatted(.iso8601)
            }
        }

        var status: String
        var alerts: [Trouble] = []
        var dependencies: [String: Dependency]
        var prompts: Prompts
        var work: Work?
    }

    func report() async -> (HTTPResponse.Status, Report) {
        var dependencies: [String: Report.Dependency] = [:]
        for (name, observed) in services {
            guard let observed else {
                dependencies[name] = Report.Dependency(state: "not_configured")
                continue
            }
            let last = observed.last
            dependencies[name] = Report.Dependency(
                state: last.map { $0.isAnswering ? "ok" : "failing" } ?? "not_used_yet",
                latency_ms: last?.latencyMilliseconds,
                problem: last?.problem
            )
        }
        let standing = prompts.standing
        let prompts = Report.Prompts(
            version: standing.version,
            problems: standing.problems.prefix(20).map(\.description)
        )
        let start = ContinuousClock.now
        do {
            try await store.ping()
            let counts = try await store.counts(atMost: Self.countedMax)
            let open = try await alerts.open().map(Report.Trouble.init)
            let passed = (ContinuousClock.now - start) / .milliseconds(1)
            dependencies["database"] = Report.Dependency(state: "ok", latency_ms: Int(passed))
            let isDegraded =
                !open.isEmpty || !prompts.problems.isEmpty || dependencies.values.contains { $0.state == "failing" }
            let work = Report.Work(
                open_conversations: counts.openConversations,
                outbox_pending: counts.outboxPending,
                outbox_uncertain: counts.outboxUncertain,
                dead_letters: counts.deadLetters
            )
            let report = Report(
                status: isDegraded ? "degraded" : "ok",
                alerts: open,
                dependencies: dependencies,
                prompts: prompts,
                work: work
            )
            return (.ok, report)
        } catch {
            dependencies["database"] = Report.Dependency(state: "failing", problem: "\(error)")
            let report = Report(status: "unavailable", dependencies: dependencies, prompts: prompts, work: nil)
            return (.serviceUnavailable, report)
        }
    }
}
