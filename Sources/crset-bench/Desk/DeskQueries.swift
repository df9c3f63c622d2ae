import Conversation
import Desk
import Foundation

/// What staff asks for all day, and what is hard for a database.
struct DeskQueries {
    let archive: Archive

    private typealias Query = DeskMeasurement.Query

    var all: [DeskMeasurement.Query] { lists + conversations + searches + statistics + others }

    private static let page = 100.0

    private func list(
        _ name: String,
        _ change: @escaping @Sendable (inout LeadListRequest, Int) -> Void = { _, _ in }
    ) -> DeskMeasurement.Query {
        Query(name: "leads list\(name.isEmpty ? "" : " ")\(name)", bound: Self.page) { desk, round in
            var request = LeadListRequest()
            change(&request, round)
            _ = try await desk.leads(request)
        }
    }

    private var lists: [DeskMeasurement.Query] {
        let stages = Stage.Name.allCases.map(\.rawValue).sorted()
        let day = Moment(Timestamp(milliseconds: archive.ended - 86_400_000))
        let old = Moment(Timestamp(milliseconds: archive.began))
        return [
            list(""),
            list("--stage, each in turn") { request, round in request.stages = [stages[round % stages.count]] },
            list("--stage offered --stage handed_off") { request, _ in request.stages = ["offered", "handed_off"] },
            list("--waiting") { request, _ in request.waiting = true },
            list("--assigned-to") { request, round in request.assigned_to = "staff\(round % 10)" },
            list("--unassigned") { request, _ in request.unassigned = true },
            list("--unpaid") { request, _ in request.unpaid = true },
            list("--since a day ago") { request, _ in request.since = day },
            list("--since a year ago --stage paid") { request, _ in (request.since, request.stages) = (old, ["paid"]) },
            list("--language pt") { request, _ in request.language = "pt" },
            list("--language es") { request, _ in request.language = "es" },
            list("--language nobody speaks") { request, _ in request.language = "nl" },
            list("--product") { request, _ in request.product = "automation" },
            list("--product nobody wants") { request, _ in request.product = "none" },
            list("--score-min 100") { request, _ in request.score_min = 100 },
            list("--score-min nobody has") { request, _ in request.score_min = 1_000 },
            list("--sort score") { request, _ in request.sort = .score },
            list("--sort score --stage qualifying") { request, _ in
                (request.sort, request.stages) = (.score, ["qualifying"])
            },
            list("--sort score --language es --product automation") { request, _ in
                (request.sort, request.language, request.product) = (.score, "es", "automation")
            },
            list("--sort created") { request, _ in request.sort = .created },
            list("--sort created --stage opted_out") { request, _ in
                (request.sort, request.stages) = (.created, ["opted_out"])
            },
            list("--stage new --score-min 100 (nobody)") { request, _ in
                (request.stages, request.score_min) = (["new"], 100)
            },
            list("--stage offered --language es --product site --unassigned") { request, _ in
                (request.stages, request.language, request.product) = (["offered"], "es", "site")
                request.unassigned = true
            },
        ]
    }

    private func some(_ round: Int) -> String { archive.id((round * 7_919 + 13) % archive.leads) }

    private var conversations: [DeskMeasurement.Query] {
        let longest = archive.longest
        return [
            Query(name: "leads show", bound: Self.page) { desk, round in _ = try await desk.card(some(round)) },
            Query(name: "leads show, by phone number", bound: Self.page) { desk, round in
                _ = try await desk.card("+3519\(10_000_000 + (round * 7_919 + 13) % archive.leads)")
            },
            Query(name: "leads show, by the end of a number", bound: Self.page) { desk, round in
                _ = try await desk.card("9\(10_000_000 + (round * 7_919 + 13) % archive.leads)")
            },
            Query(name: "leads show, by a prefix of the id", bound: Self.page) { desk, round in
                _ = try? await desk.card(String(some(round).dropLast()))
            },
            Query(name: "leads show, \(Archive.longestLines) lines", bound: Self.page) { desk, _ in
                _ = try await desk.card(longest)
            },
            Query(name: "transcript", bound: Self.page) { desk, round in
                _ = try await desk.transcript(some(round), after: 0, limit: 200)
            },
            Query(name: "transcript, \(Archive.longestLines) lines, first page", bound: Self.page) { desk, _ in
                _ = try await desk.transcript(longest, after: 0, limit: 200)
            },
        ]
    }

    private func search(
        _ name: String,
        _ text: String,
        _ change: @escaping @Sendable (inout SearchRequest) -> Void = { _ in }
    ) -> DeskMeasurement.Query {
        Query(name: "search \(name)", bound: Self.page) { desk, _ in
            var request = SearchRequest(query: text)
            change(&request)
            _ = try await desk.search(request)
        }
    }

    private var searches: [DeskMeasurement.Query] {
        let (longest, one) = (archive.longest, archive.id(archive.leads / 2))
        let minute = Moment(Timestamp(milliseconds: archive.ended - 60_000))
        let early = Moment(Timestamp(milliseconds: archive.began + 40 * 86_400_000))
        let tail = ArchiveTexts.tails
        return [
            search("one message in a million", ArchiveTexts.rareWord),
            search("a word nobody said", "nonexistente"),
            search("a word of a few hundred", tail[15_000]),
            search("a word of a few thousand", tail[3]),
            search("common words", "preço"),
            search("most common word", "de"),
            search("two common words", "link pagamento"),
            search("two common words never together", "bakery orcamento"),
            search("rare and common", "\(ArchiveTexts.rareWord) preço"),
            search("phrase", "\"link de pagamento\""),
            search("phrase nobody said of common words", "\"pagamento link de\""),
            search("prefix", "orcam*"),
            search("prefix of two letters", "ba*"),
            search("common without common", "site -custa"),
            search("common --author customer", "preço") { $0.author = "customer" },
            search("common --author staff", "site") { $0.author = "staff" },
            search("common --author note", "site") { $0.author = "note" },
            search("common --lead", "site") { $0.lead_id = one },
            search("common --lead of \(Archive.longestLines) lines", "site") { $0.lead_id = longest },
            search("common --since a minute ago", "site") { $0.since = minute },
            search("common --until a month after the beginning", "site") { $0.until = early },
            search("a few thousand --since a minute ago", tail[3]) { $0.since = minute },
        ]
    }

    private func stats(_ name: String, _ by: StatsRequest.Group?, zone: String? = nil) -> DeskMeasurement.Query {
        let request = StatsRequest(
            from: Moment(Timestamp(milliseconds: archive.began)),
            until: Moment(Timestamp(milliseconds: archive.ended)),
            by: by,
            time_zone: zone
        )
        return Query(name: "stats of a year\(name)", bound: 2_000, rounds: 5) { desk, _ in
            _ = try await desk.stats(request)
        }
    }

    private var statistics: [DeskMeasurement.Query] {
        [stats("", nil), stats(" by day in Lisbon", .day, zone: "Europe/Lisbon")]
            + StatsRequest.Group.allCases.dropFirst().map { stats(" by \($0.rawValue)", $0) }
    }

    private var others: [DeskMeasurement.Query] {
        [
            Query(name: "watch, the newest", bound: Self.page) { desk, _ in
                _ = try await desk.events(EventRequest(limit: 10))
            },
            Query(name: "watch, what is new", bound: Self.page) { desk, _ in
                _ = try await desk.events(EventRequest(after: Int64(archive.lines), limit: 200))
            },
            Query(name: "review", bound: Self.page) { desk, _ in _ = try await desk.reviews(ReviewRequest()) },
            Query(name: "review --reason complaint", bound: Self.page) { desk, _ in
                _ = try await desk.reviews(ReviewRequest(reason: "complaint"))
            },
            Query(name: "audit", bound: Self.page) { desk, _ in _ = try await desk.audit(AuditRequest()) },
        ]
    }
}
