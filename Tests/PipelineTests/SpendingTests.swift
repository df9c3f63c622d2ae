import Conversation
import Storage
import Testing

@testable import Pipeline

@Suite("Spend")
struct SpendingTests {
    private static let hour: Int64 = 3_600_000

    @Test("Past a customer's bound guided mode goes on, staff is told once, and the next day the model is back")
    func customer() async throws {
        try await TurnRig.with(adjust: { settings, _ in settings.spendBounds.callsPerCustomer = 2 }) {
            (rig) async throws in
            for _ in 0..<2 { #expect(try await rig.ask("Olá") == "Olá! Qual é o seu nome?") }
            #expect(try await rig.openAlerts() == [.spendBound])
            for _ in 0..<3 {
                let answer = try await rig.ask("Olá")
                #expect(answer != nil && answer != "Olá! Qual é o seu nome?")
            }
            #expect(rig.outside.models.count == 2)
            #expect(try await rig.openAlerts().filter { $0 == .spendBound } == [.spendBound])
            rig.clock.advance(by: 24 * Self.hour)
            #expect(try await rig.ask("Olá") == "Olá! Qual é o seu nome?")
        }
    }

    @Test("Tokens count as the service reports them; a call without an answer counts by an estimate")
    func tokens() async throws {
        try await TurnRig.with(adjust: { settings, _ in settings.spendBounds.tokensPerCustomer = 1_000_000 }) {
            (rig) async throws in
            let day = Self.day(rig)
            try await rig.ask("Olá")
            #expect(try await rig.store.spend(of: TurnRig.lead, on: day).customer == Spend(calls: 1, tokens: 1_050))
            rig.outside.model(.hang, otherwise: FakeOutside.error(500, "server_error"))
            try await rig.ask("Olá?")
            let (customer, service) = try await rig.store.spend(of: TurnRig.lead, on: day)
            #expect(customer.calls == 3 && customer.tokens > 1_500 && customer == service)
        }
    }

    @Test(
        "Past the service's bound nobody's turn asks the model; it is one alert, settled when asking is allowed again"
    )
    func service() async throws {
        try await TurnRig.with(adjust: { settings, _ in settings.spendBounds.calls = 5 }) { (rig) async throws in
            let others = DailySpend(day: Self.day(rig), spend: Spend(calls: 5, tokens: 9))
            try await rig.store.addSpend(others, of: ConversationID("somebody"), owner: "another process")
            for _ in 0..<3 { #expect(try await rig.ask("Olá") != "Olá! Qual é o seu nome?") }
            #expect(rig.outside.models.isEmpty)
            #expect(try await rig.alerts.open().map(\.cause) == [.spendBound])
            rig.clock.advance(by: 24 * Self.hour)
            #expect(try await rig.ask("Olá") == "Olá! Qual é o seu nome?")
            #expect(try await rig.alerts.open().isEmpty)
        }
    }

    @Test("A day begins at midnight where the business is")
    func midnight() async throws {
        try await TurnRig.with(adjust: { settings, _ in settings.timeZone = "Europe/Lisbon" }) { (rig) async throws in
            let spending = rig.turn.effects.spending
            // 2026-07-01 in Lisbon begins an hour before it does in UTC, 2026-12-01 doesn't.
            #expect(spending.day(Timestamp(milliseconds: 1_782_859_500_000)) == "2026-06-30")
            #expect(spending.day(Timestamp(milliseconds: 1_782_860_400_000)) == "2026-07-01")
            #expect(spending.day(Timestamp(milliseconds: 1_796_083_199_000)) == "2026-11-30")
            #expect(spending.day(Timestamp(milliseconds: 1_796_083_200_000)) == "2026-12-01")
        }
    }

    @Test("Without bounds nothing is counted")
    func none() async throws {
        try await TurnRig.with { (rig) async throws in
            try await rig.ask("Olá")
            #expect(try await rig.store.spend(of: TurnRig.lead, on: Self.day(rig)).service == Spend())
        }
    }

    private static func day(_ rig: TurnRig) -> String { rig.turn.effects.spending.day(rig.clock.now) }
}
