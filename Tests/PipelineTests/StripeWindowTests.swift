import Conversation
import Foundation
import Integrations
import Logging
import Storage
import Synchronization
import Testing

@testable import Pipeline

@Suite("Stripe's list of events: windows, pages and trouble")
struct StripeWindowTests {
    /// A Stripe that lists what it is told to, and a clock that stands.
    private final class Scripted: Sendable {
        let asked = Mutex<[StripeEventsQuery]>([])
        let answer: @Sendable (Int, StripeEventsQuery) throws(OutsideError) -> StripePage<StripePolledEvent>
        let now = Mutex(Timestamp(milliseconds: 1_790_000_000_000))

        init(
            _ answer: @escaping @Sendable (Int, StripeEventsQuery) throws(OutsideError) -> StripePage<StripePolledEvent>
        ) {
            self.answer = answer
        }

        var queries: [StripeEventsQuery] { asked.withLock { $0 } }

        func pass(minutes: Int64) { now.withLock { $0 = $0.adding(milliseconds: minutes * 60_000) } }

        func poll(_ store: any Store, owner: String = "a") -> StripePoll {
            var stripe = StripeClient.notConfigured
            stripe.events = { [self] (query) async throws(OutsideError) in
                let number = asked.withLock { asked in
                    asked.append(query)
                    return asked.count
                }
                return try answer(number, query)
            }
            var log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            log.logLevel = .critical
            let surroundings = Surroundings(now: { [self] in now.withLock { $0 } }, sleep: { _ in }, newID: { "x" })
            var settings = PipelineSettings(owner: owner, phoneNumberID: "1")
            settings.stripePoll = 300_000
            let alerts = ServiceAlerts(store: store, surroundings: surroundings, log: log)
            return StripePoll(
                store: store,
                stripe: stripe,
                inbox: Inbox(store: store, turns: Doorbell(), alerts: alerts, log: log),
                translate: Translate(settings: settings, defaultLanguage: .en),
                settings: settings,
                surroundings: surroundings,
                alerts: alerts,
                log: log
            )
        }
    }

    private func withStore(_ body: (any Store) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "crset-poll-\(UUID().uuidString).sqlite").path
        let store = try SQLiteStore.open(path: path)
        defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
        try await body(store)
        try await store.close()
    }

    private static let second: Int64 = 1_790_000_000

    @Test("each window reaches back into the one before, and never beyond what Stripe keeps")
    func windows() async throws {
        try await withStore { (store) async throws in
            let stripe = Scripted { (_, _) throws(OutsideError) in StripePage(items: []) }
            let poll = stripe.poll(store)
            #expect(await poll.round(evenEarly: true) == Timestamp(milliseconds: (Self.second + 300) * 1_000))
            _ = await poll.round(evenEarly: false)
            #expect(stripe.queries.count == 1)
            stripe.pass(minutes: 5)
            _ = await poll.round(evenEarly: false)
            stripe.pass(minutes: 60 * 24 * 60)
            _ = await poll.round(evenEarly: false)
            let now = Self.second + 300 + 60 * 86_400
            #expect(
                stripe.queries.map(\.createdSinceSeconds) == [
                    Self.second - 3 * 86_400, Self.second - 1_800, now - 30 * 86_400 + 3_600,
                ]
            )
        }
    }

    @Test("a round takes a bounded number of pages, and the next goes on where it stopped, in any process")
    func pages() async throws {
        try await withStore { (store) async throws in
            let stripe = Scripted { (number, _) throws(OutsideError) in
                StripePage(items: [], hasMore: number < 30, lastID: "evt_\(number)")
            }
            let soon = await stripe.poll(store).round(evenEarly: true)
            #expect(soon == Timestamp(milliseconds: Self.second * 1_000 + 1_000))
            #expect(stripe.queries.count == 20)
            stripe.pass(minutes: 1)
            _ = await stripe.poll(store, owner: "b").round(evenEarly: false)
            #expect(stripe.queries.map(\.startingAfter) == [nil] + (1..<30).map { "evt_\($0)" })
            #expect(Set(stripe.queries.map(\.createdSinceSeconds)).count == 1)
            // The window ends where it began to be read, not where it was done.
            stripe.pass(minutes: 10)
            _ = await stripe.poll(store).round(evenEarly: false)
            #expect(stripe.queries.last?.createdSinceSeconds == Self.second - 1_800)
        }
    }

    @Test("trouble at Stripe loses no window, and a page that is gone begins its window anew")
    func trouble() async throws {
        try await withStore { (store) async throws in
            let stripe = Scripted { (number, query) throws(OutsideError) in
                switch number {
                case 1: return StripePage(items: [], hasMore: true, lastID: "evt_1")
                case 2:
                    throw OutsideError(
                        service: .stripe,
                        code: "rate_limit",
                        message: "",
                        remedy: .slowDown(afterMilliseconds: nil)
                    )
                case 3:
                    throw OutsideError(
                        service: .stripe,
                        status: 400,
                        code: "resource_missing",
                        message: "",
                        remedy: .giveUp
                    )
                default: return StripePage(items: [])
                }
            }
            for _ in 0..<3 {
                _ = await stripe.poll(store).round(evenEarly: false)
                stripe.pass(minutes: 1)
            }
            #expect(stripe.queries.map(\.startingAfter) == [nil, "evt_1", "evt_1", nil])
            #expect(Set(stripe.queries.map(\.createdSinceSeconds)).count == 1)
        }
    }

    @Test("a key that may not read events is a service alert until it may")
    func refused() async throws {
        try await withStore { (store) async throws in
            let stripe = Scripted { (number, _) throws(OutsideError) in
                guard number > 2 else {
                    throw OutsideError(
                        service: .stripe,
                        status: number == 1 ? 401 : 403,
                        code: "no",
                        message: "no",
                        remedy: .giveUp,
                        needsOperator: true
                    )
                }
                return StripePage(items: [])
            }
            for open in [[.stripeKey], [.stripeKey, .stripeEvents], []] as [[ServiceAlert.Cause]] {
                _ = await stripe.poll(store).round(evenEarly: true)
                #expect(try await store.openServiceAlerts().map(\.cause) == open)
                stripe.pass(minutes: 1)
            }
        }
    }

    @Test("an event that can't be read is kept for a person, once")
    func unreadable() async throws {
        try await withStore { (store) async throws in
            let stripe = Scripted { (_, _) throws(OutsideError) in StripePage(items: [], unreadable: ["evt_odd"]) }
            for _ in 0..<2 { _ = await stripe.poll(store).round(evenEarly: true) }
            #expect(try await store.counts().unmatched == 1)
        }
    }

    @Test("of two processes that start at once, one asks Stripe")
    func twoProcesses() async throws {
        try await withStore { (store) async throws in
            let stripe = Scripted { (_, _) throws(OutsideError) in StripePage(items: []) }
            async let first = stripe.poll(store, owner: "a").round(evenEarly: false)
            async let second = stripe.poll(store, owner: "b").round(evenEarly: false)
            _ = await (first, second)
            #expect(stripe.queries.count == 1)
        }
    }
}
