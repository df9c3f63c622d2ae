import Desk
import HTTPTypes

extension Routes {
    static func reading() throws -> [Route] {
        [
            try events(),
            try .get(
                "/v1/search",
                "search",
                "Full text over messages and notes, newest first.",
                tag: "Reading",
                query: SearchRequest(query: ""),
                asking: ["query": "orcamento"],
                example: Examples.search
            ) { try await $0.desk.search($1) },
            try .get(
                "/v1/stats",
                "stats",
                "The funnel from the first message to the money.",
                tag: "Reading",
                query: StatsRequest(),
                asking: ["by": "day"],
                example: Examples.stats
            ) { try await $0.desk.stats($1) },
            try .get(
                "/v1/stats/trial",
                "trialStats",
                "The funnels of both versions of a trial, and how sure one can be of a difference.",
                tag: "Reading",
                query: TrialRequest(),
                asking: ["trial": "trial-1795600000"],
                example: Examples.trial
            ) { try await $0.desk.trial($1) },
            try .get(
                "/v1/audit",
                "audit",
                "Who did what, newest first.",
                tag: "Reading",
                role: .operator,
                query: AuditRequest(),
                example: Examples.audit
            ) { try await $0.desk.audit($1) },
            try .get(
                "/v1/reviews",
                "listReviews",
                "Conversations worth reading first.",
                tag: "Reviews",
                query: ReviewRequest(),
                asking: ["reason": "low_confidence"],
                example: Examples.reviews
            ) { try await $0.desk.reviews($1) },
            try .get(
                "/v1/leads/{lead}/scenario",
                "scenario",
                "A scenario file that keeps what was judged checked for ever.",
                tag: "Reviews",
                query: Route.Nothing(),
                example: Examples.scenario
            ) { asked, _ in try await asked.desk.scenario(asked.lead) },
        ]
    }

    private static func events() throws -> Route {
        var route = Route(
            method: .get,
            path: "/v1/events",
            id: "events",
            summary: "What happens in all conversations, as server-sent events, or as JSON where that is asked for.",
            tag: "Reading",
            role: .reader,
            answer: Route.Shape(type: EventPage.self, example: Examples.events),
            isStream: true
        ) { asked in
            let query = try QueryReader.value(EventQuery.self, asked.query)
            let after = asked.lastEventID ?? query.after
            var lead: String?
            if let reference = query.lead { lead = try await asked.desk.card(reference).lead.id }
            let masks = asked.caller.role == .reader
            guard let wish = asked.stream else {
                let request = EventRequest(after: after, lead_id: lead, limit: query.limit)
                let page = try await asked.desk.events(request)
                return .json(try DeskJSON.data(masks ? page.masked() : page, isPretty: false))
            }
            return .events(
                try EventStream(
                    services: asked.services,
                    after: after,
                    lead: lead,
                    waitSeconds: query.wait ?? (wish == .byName ? nil : 5),
                    masks: masks,
                    until: asked.caller.expiresAt,
                    tokenID: asked.caller.tokenID
                ).body()
            )
        }
        try route.takes(EventQuery(limit: 200), asking: ["after": 800, "wait": 0])
        return route
    }
}
