import Conversation
import Storage
import Testing

@Suite("Every store: service alerts")
struct ServiceAlertConformance {
    private static func alert(
        _ cause: ServiceAlert.Cause = .modelMoney,
        _ problem: String = "no money",
        at time: Int64,
        count: Int = 1
    ) -> ServiceAlert {
        ServiceAlert(
            cause: cause,
            problem: problem,
            mend: "pay the bill",
            firstAt: Given.at(time),
            lastAt: Given.at(time),
            count: count
        )
    }

    @Test("one alert per cause is open; the next ones add to it", arguments: Engine.all)
    func raise(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            #expect(try await store.raise(Self.alert(at: 10)))
            #expect(try await store.raise(Self.alert(.stripeKey, at: 15)))
            #expect(try await store.raise(Self.alert(.modelMoney, "still none", at: 20, count: 3)) == false)
            var expected = Self.alert(.modelMoney, "still none", at: 10, count: 4)
            expected.lastAt = Given.at(20)
            #expect(try await store.openServiceAlerts() == [expected, Self.alert(.stripeKey, at: 15)])
        }
    }

    @Test("a settled alert is gone, and the same cause opens a new one", arguments: Engine.all)
    func settle(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.raise(Self.alert(at: 10, count: 7))
            _ = try await store.raise(Self.alert(.stripeKey, at: 11))
            #expect(try await store.settle([.modelMoney, .modelKey], now: Given.at(30)) == [.modelMoney])
            #expect(try await store.settle([.modelMoney], now: Given.at(31)).isEmpty)
            #expect(try await store.openServiceAlerts().map(\.cause) == [.stripeKey])
            #expect(try await store.raise(Self.alert(at: 40)))
            #expect(try await store.openServiceAlerts() == [Self.alert(.stripeKey, at: 11), Self.alert(at: 40)])
        }
    }

    @Test("every process on one database sees them", arguments: Engine.all)
    func shared(engine: Engine) async throws {
        let database = try await engine.make()
        defer { database.remove() }
        let (one, other) = (try await database.open(), try await database.open())
        #expect(try await one.raise(Self.alert(at: 10)))
        #expect(try await other.raise(Self.alert(at: 20)) == false)
        #expect(try await other.settle([.modelMoney], now: Given.at(30)) == [.modelMoney])
        #expect(try await one.openServiceAlerts().isEmpty)
        try await one.close()
        try await other.close()
    }
}
