import AsyncHTTPClient
import Desk
import Foundation
import Integrations
import NIOCore
import NIOHTTP1
import Sandbox
import Server
import Testing

@Suite("GET /v1/events", .serialized)
struct EventStreamTests {
    /// What a client of server-sent events reads.
    private struct Event {
        var id: Int64
        var event: DeskEvent
    }

    /// Reads until so many events came, or the stream ends.
    private static func read(
        _ staffed: Staffed,
        _ query: String,
        headers: [String: String] = ["Accept": "text/event-stream"],
        count: Int,
        opened: () async throws -> Void = {}
    ) async throws -> [Event] {
        var request = HTTPClientRequest(url: staffed.live.base + "/v1/events" + query)
        request.headers.add(name: "Authorization", value: "Bearer \(try await staffed.token(.reader))")
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        #expect(response.status == .ok && response.headers.first(name: "content-type") == "text/event-stream")
        try await opened()
        var (text, events) = ("", [Event]())
        for try await chunk in response.body {
            text += String(buffer: chunk)
            while let end = text.range(of: "\n\n") {
                let block = text[..<end.lowerBound].split(separator: "\n")
                text.removeSubrange(..<end.upperBound)
                guard let id = block.first(where: { $0.hasPrefix("id: ") }).flatMap({ Int64($0.dropFirst(4)) }),
                    let data = block.first(where: { $0.hasPrefix("data: ") })
                else { continue }
                let event = try DeskJSON.decode(DeskEvent.self, Data(data.dropFirst(6).utf8))
                events.append(Event(id: id, event: event))
            }
            if events.count >= count { break }
        }
        return events
    }

    @Test("What happens arrives while it happens, in order, with its place")
    func live() async throws {
        try await Staffed.with { (staffed) async throws in
            let ana = Chat(staffed.live, Customer(waID: "351911111111", name: "Ana"))
            let events = try await Self.read(staffed, "", count: 2) { try await ana.ask("Olá") }
            #expect(events.map(\.event.entry.author).prefix(1) == ["customer"])
            #expect(events.first?.event.entry.text == "Olá")
            #expect(events.map(\.id) == events.map(\.id).sorted() && events.allSatisfy { $0.id == $0.event.seq })
        }
    }

    @Test("A client that lost the stream goes on where it was, and misses nothing and sees nothing twice")
    func resume() async throws {
        try await Staffed.with { (staffed) async throws in
            let (ana, id) = try await staffed.lead()
            try await ana.ask("Preciso de um site")
            let all = try await Self.read(staffed, "?after=0&wait=0", count: .max)
            #expect(all.count >= 4)
            let middle = all[all.count / 2].id
            let rest = try await Self.read(
                staffed,
                "?after=0&wait=0",
                headers: ["Accept": "text/event-stream", "Last-Event-ID": "\(middle)"],
                count: .max
            )
            #expect(rest.map(\.id) == all.map(\.id).filter { $0 > middle })
            #expect(try await Self.read(staffed, "?after=0&wait=0&lead=\(id)", count: .max).count == all.count)
            let phone = "%2B" + (ana.customer.waID ?? "")
            #expect(try await Self.read(staffed, "?after=0&wait=0&lead=\(phone)", count: .max).count == all.count)
            var request = HTTPClientRequest(url: staffed.live.base + "/v1/events?lead=nobody")
            request.headers.add(name: "Authorization", value: "Bearer \(try await staffed.token(.reader))")
            #expect(try await HTTPClient.shared.execute(request, timeout: .seconds(30)).status == .notFound)
        }
    }

    @Test("As many streams as are allowed, and no more; a place is free again when one ends")
    func places() async throws {
        try await Staffed.with(overrides: ["api.streams_max": "1"]) { (staffed) async throws in
            let (_, _) = try await staffed.lead()
            let token = try await staffed.token(.reader)
            let stream = ["Accept": "text/event-stream"]
            _ = try await Self.read(staffed, "?after=0", count: 1) {
                let other = try await staffed.ask("GET", "/v1/events?wait=0", token: token, headers: stream)
                #expect(other.status == 503 && other.code == "too_many_streams")
            }
            _ = try await eventually("a free place") {
                let other = try await staffed.ask("GET", "/v1/events?wait=0", token: token, headers: stream)
                return other.status == 200 ? other : nil
            }
        }
    }

    @Test("The service stops although a stream is open")
    func stops() async throws {
        try await Staffed.with { (staffed) async throws in
            let (opened, isOpen) = AsyncStream.makeStream(of: Void.self)
            let reading = Task { _ = try? await Self.read(staffed, "", count: .max) { isOpen.yield() } }
            for await _ in opened { break }
            // The service stops here; it would wait for ever otherwise.
            await staffed.live.stop()
            await reading.value
        }
    }
}
