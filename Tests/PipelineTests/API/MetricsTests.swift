import Foundation
import Integrations
import Sandbox
import Server
import Testing

@Suite("GET /metrics", .serialized)
struct MetricsTests {
    @Test("Counts requests, calls outside and what waits, and names nobody")
    func scrape() async throws {
        try await Live.with(guided: true) { (live) async throws in
            let ana = Chat(live, Customer(waID: "351911111111", name: "Ana"))
            try await ana.ask("Olá")
            _ = try await live.get("/v1/leads/351911111111")
            let page = try await live.get("/metrics")
            #expect(page.status == 200 && page.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            let lines = page.text.split(separator: "\n").map(String.init)
            #expect(lines.contains("crset_leads 1") && lines.contains("crset_store_up 1"))
            #expect(
                lines.contains {
                    $0.hasPrefix(
                        "crset_http_requests_total{route=\"/webhooks/whatsapp\",method=\"POST\",status=\"200\"}"
                    )
                }
            )
            #expect(
                lines.contains { $0.hasPrefix("crset_outside_requests_total{service=\"whatsapp\",outcome=\"2xx\"}") }
            )
            #expect(!page.text.contains("351911111111") && !page.text.contains("Ana"))
            // Each name is described once, and each line is `name{labels} number`.
            let types = lines.filter { $0.hasPrefix("# TYPE ") }
            #expect(Set(types).count == types.count)
            for line in lines where !line.hasPrefix("#") {
                #expect(Double(line.split(separator: " ").last ?? "") != nil, "\(line)")
            }
            let buckets = lines.filter {
                $0.hasPrefix("crset_http_request_seconds_bucket{route=\"/webhooks/whatsapp\"")
            }
            let counts = buckets.compactMap { Int($0.split(separator: " ").last ?? "") }
            #expect(counts.count == 15 && counts == counts.sorted())
            let total = lines.first { $0.hasPrefix("crset_http_request_seconds_count{route=\"/webhooks/whatsapp\"}") }
            #expect(total.flatMap { Int($0.split(separator: " ").last ?? "") } == counts.last)
        }
    }

    @Test("Tells how long acknowledgements, turns, answers, sends and calls of the model took, and how they ended")
    func latencies() async throws {
        try await Live.with { (live) async throws in
            let ana = Chat(live, Customer(waID: "351911111118", name: "Ana"))
            try await ana.ask("Olá")
            let wanted = [
                #"crset_acknowledgement_seconds_count{service="whatsapp",status="200"}"#,
                #"crset_turn_seconds_count{outcome="committed"}"#, "crset_answer_seconds_count",
                #"crset_send_attempt_seconds_count{outcome="accepted"}"#,
            ]
            // A send is counted a moment after the customer has it.
            let lines = try await eventually("all figures") {
                let lines = try await live.get("/metrics").text.split(separator: "\n").map(String.init)
                return wanted.allSatisfy { name in lines.contains { $0.hasPrefix(name + " ") } } ? lines : nil
            }
            #expect(
                lines.contains { $0.hasPrefix(#"crset_model_call_seconds_count{model=""#) && $0.contains("answered") }
            )
            let buckets = lines.filter { $0.hasPrefix("crset_answer_seconds_bucket") }
            #expect(buckets.count == 15 && buckets.last?.contains(#"le="+Inf""#) == true)
            for line in wanted {
                let count = lines.first { $0.hasPrefix(line + " ") }?.split(separator: " ").last.flatMap { Int($0) }
                #expect((count ?? 0) >= 1, "\(line)")
            }
            let refused = try await live.post("/webhooks/stripe", Data("{}".utf8))
            #expect(refused.status == 400)
            let after = try await live.get("/metrics").text
            #expect(after.contains(#"crset_acknowledgement_seconds_count{service="stripe",status="400"} 1"#))
        }
    }
}
