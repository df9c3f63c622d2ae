import Conversation
import Desk
import Hummingbird
import NIOCore
import Pipeline
import ServiceLifecycle
import Storage
import Synchronization

/// `GET /v1/events` as it is asked for.
struct EventQuery: Codable, Sendable {
    var after: Int64?
    var lead: String?
    var wait: Int?
    var limit: Int
}

/// Knows how far the journal has got, however many streams ask, and how many streams there are.
final class EventBell: Sendable {
    private struct State {
        var newest: Int64?
        var askedAt = Timestamp(milliseconds: 0)
        var streams = 0
    }

    private let desk: any StaffDesk
    private let now: @Sendable () -> Timestamp
    private let streamsMax: Int
    private let state = Mutex(State())
    /// How old an answer may be: a part of the 100 ms within which an event is to be seen.
    private static let freshMilliseconds: Int64 = 25
    private static let page = 1_000

    init(desk: any StaffDesk, now: @escaping @Sendable () -> Timestamp, streamsMax: Int) {
        self.desk = desk
        self.now = now
        self.streamsMax = streamsMax
    }

    /// The `seq` of the newest event.
    func newest() async throws -> Int64 {
        let time = now()
        let (known, isFresh) = state.withLock { state in
            let isFresh = state.newest != nil && time.milliseconds - state.askedAt.milliseconds < Self.freshMilliseconds
            if !isFresh { state.askedAt = time }
            return (state.newest, isFresh)
        }
        if let known, isFresh { return known }
        let page = try await desk.events(EventRequest(after: known, limit: known == nil ? 1 : Self.page))
        return state.withLock { state in
            let newest = max(page.last_seq, state.newest ?? 0)
            state.newest = newest
            return newest
        }
    }

    func enter() -> Bool {
        state.withLock { state in
            guard state.streams < streamsMax else { return false }
            state.streams += 1
            return true
        }
    }

    func leave() { state.withLock { $0.streams -= 1 } }
}

/// Events of all conversations, one after the other. A slow client holds up nobody: nothing is kept for it, it reads on
/// from where it is.
struct EventStream: AsyncSequence, Sendable {
    let services: APIServices
    /// Nil: from now on.
    var after: Int64?
    var lead: String?
    /// How long to stay while nothing happens; nil: for ever.
    var waitSeconds: Int?
    var masks: Bool
    /// When the token runs out.
    var until: Timestamp
    let tokenID: String

    func body() throws -> ResponseBody {
        guard services.bell.enter() else {
            throw APIProblem(
                .serviceUnavailable,
                "too_many_streams",
                "there are as many streams as api.streams_max allows; try again later"
            )
        }
        let place = Place(services.bell)
        return ResponseBody(asyncSequence: Seated(stream: self, place: place))
    }

    func makeAsyncIterator() -> Iterator { Iterator(stream: self) }

    /// Counted once, and given up also when the body is never written, as for HEAD.
    private final class Place: Sendable {
        private let bell: EventBell
        init(_ bell: EventBell) { self.bell = bell }
        deinit { bell.leave() }
    }

    private struct Seated: AsyncSequence, Sendable {
        let stream: EventStream
        let place: Place
        func makeAsyncIterator() -> Iterator { stream.makeAsyncIterator() }
    }

    struct Iterator: AsyncIteratorProtocol {
        private let stream: EventStream
        private var seq: Int64?
        private var spokenAt: Timestamp
        private var quietSince: Timestamp
        /// The page that is being written.
        private var lines: ArraySlice<ByteBuffer> = []

        private static let pollMilliseconds: Int64 = 50
        private static let heartbeatMilliseconds: Int64 = 10_000
        private static let page = 200
        /// A browser that lost the stream comes back after so long.
        private static let retryMilliseconds = 1_000

        init(stream: EventStream) {
            self.stream = stream
            let now = stream.services.surroundings.now()
            (spokenAt, quietSince) = (now, now)
        }

        private var time: Surroundings { stream.services.surroundings }

        mutating func next() async throws -> ByteBuffer? {
            if let line = lines.popFirst() { return line }
            guard let seq else {
                seq = if let after = stream.after { after } else { try await stream.services.bell.newest() }
                return ByteBuffer(string: "retry: \(Self.retryMilliseconds)\n\n")
            }
            return try await line(after: seq)
        }

        /// Nil: the stream ends.
        private mutating func line(after start: Int64) async throws -> ByteBuffer? {
            var seq = start
            defer { self.seq = seq }
            while !Task.isCancelled, !Task.isShuttingDownGracefully, time.now() < stream.until {
                if try await stream.services.bell.newest() > seq {
                    let page = try await stream.services.desk.events(
                        EventRequest(after: seq, lead_id: stream.lead, limit: Self.page)
                    )
                    seq = Swift.max(seq, page.last_seq)
                    lines = try page.events.map(stream.line)[...]
                    if let line = lines.popFirst() {
                        (spokenAt, quietSince) = (time.now(), time.now())
                        return line
                    }
                }
                let now = time.now()
                if let wait = stream.waitSeconds, now >= quietSince.adding(milliseconds: Int64(wait) * 1_000) {
                    return nil
                }
                if now >= spokenAt.adding(milliseconds: Self.heartbeatMilliseconds) {
                    // The token may have been revoked meanwhile.
                    guard try await stream.services.store.token(stream.tokenID)?.revokedAt == nil else { return nil }
                    spokenAt = now
                    return ByteBuffer(string: ": \(seq)\n\n")
                }
                try await time.sleep(now.adding(milliseconds: Self.pollMilliseconds))
            }
            return nil
        }
    }

    private func line(_ event: DeskEvent) throws -> ByteBuffer {
        let event = masks ? event.masked() : event
        let json = try DeskJSON.text(event, isPretty: false)
        return ByteBuffer(string: "id: \(event.seq)\nevent: entry\ndata: \(json)\n\n")
    }
}
