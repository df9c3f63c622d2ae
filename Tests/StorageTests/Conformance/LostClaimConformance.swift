import Conversation
import Testing

@testable import Storage

@Suite("Every store: turns that processes die of")
struct LostClaimConformance {
    private static func names(_ turns: [ClaimedTurn]) -> [String] { turns.map(\.state.id.rawValue).sorted() }

    /// Every process that has claimed something so far is dead.
    private static func everybodyDies(_ store: any Store, at time: Int64) async throws {
        try await store.releaseAllClaims(now: Given.at(time), windowMilliseconds: 500)
    }

    private static func write(_ store: any Store, _ names: [String], from first: Int = 1_000) async throws {
        _ = try await store.accept(
            names.enumerated().map { index, name in
                Given.message(
                    "m-\(name)",
                    from: Address(channel: "100", userID: nil, waID: "35191000\(first + index)"),
                    newID: ConversationID(name),
                    at: Int64(index)
                )
            }
        )
    }

    @Test("a turn whose process dies each time is parked in the end, and staff is alerted", arguments: Engine.all)
    func park(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await Self.write(store, ["poison"])
            for round in 0..<StoreLimits.lostClaimsMax {
                #expect(Self.names(try await store.claim(owner: "p\(round)", at: 100)) == ["poison"], "\(round)")
                try await Self.everybodyDies(store, at: 100)
            }
            #expect(try await store.claim(owner: "last", at: 100).isEmpty)
            #expect(try await store.claim(owner: "last", at: 100_000_000).isEmpty)
            let letter = try #require(try await store.deadLetters(DeadLetterQuery()).first)
            #expect(letter.kind == .turn && letter.code == "turn_lost" && letter.openEvents == 1)
            #expect(try await store.lead(ConversationID("poison"))?.openAlerts.map(\.alert.kind) == [.turnParked])
            // Taken up again, it has all its tries.
            #expect(try await store.retry(letter, by: "Rita", evenTwice: false, now: Given.at(200)) == .done)
            #expect(Self.names(try await store.claim(owner: "again", at: 200)) == ["poison"])
        }
    }

    @Test(
        "those that were only beside it get through: with each death a process takes fewer of them at once",
        arguments: Engine.all
    )
    func innocent(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            let names = (10..<34).map { "s\($0)" }
            try await Self.write(store, names)
            for round in 0..<2 {
                #expect(Self.names(try await store.claim(owner: "p\(round)", at: 100, limit: 99)) == names)
                try await Self.everybodyDies(store, at: 100)
            }
            try await Self.write(store, ["new"], from: 2_000)
            // Sixteen, and who is above suspicion.
            #expect(Self.names(try await store.claim(owner: "a", at: 100, limit: 99)) == ["new"] + names.prefix(16))
            #expect(try await store.claim(owner: "a", at: 100, limit: 99).isEmpty)
            try await Self.everybodyDies(store, at: 100)

            // Those that were lost less often first, and not together with the others.
            let rest = try await store.claim(owner: "b", at: 100, limit: 99)
            #expect(Self.names(rest) == ["new"] + names.suffix(8))
            #expect(try await store.claim(owner: "b", at: 100, limit: 99).isEmpty)
            // Another process has its own four.
            #expect(Self.names(try await store.claim(owner: "c", at: 100, limit: 99)) == Array(names.prefix(4)))
            for turn in rest { _ = try await store.commit(turn.commit(owner: "b", at: 110)) }
            #expect(Self.names(try await store.claim(owner: "b", at: 110, limit: 99)) == Array(names[4..<8]))
            try await Self.everybodyDies(store, at: 110)

            // The last of those lost thrice, then one at a time.
            for names in [names[8..<12], names[12..<16], names[0..<1], names[1..<2]] {
                let turns = try await store.claim(owner: "d", at: 120, limit: 99)
                #expect(Self.names(turns) == Array(names))
                #expect(try await store.claim(owner: "d", at: 120, limit: 99).isEmpty)
                for turn in turns { _ = try await store.commit(turn.commit(owner: "d", at: 120)) }
            }
            #expect(try await store.counts().deadLetters == 0)
        }
    }

    @Test("who was lost less often comes first", arguments: Engine.all)
    func order(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await Self.write(store, ["poison", "ana"])
            for round in 0..<2 {
                _ = try await store.claim(owner: "p\(round)", at: 100)
                try await Self.everybodyDies(store, at: 100)
            }
            #expect(Self.names(try await store.claim(owner: "p2", at: 100, limit: 1)) == ["poison"])
            try await Self.everybodyDies(store, at: 100)
            #expect(Self.names(try await store.claim(owner: "p3", at: 100)) == ["ana"])
        }
    }

    @Test(
        "a turn that is committed or given back in good order begins the count anew, or adds nothing",
        arguments: Engine.all
    )
    func reset(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await Self.write(store, ["ana"])
            for round in 0..<3 * StoreLimits.lostClaimsMax {
                let turn = try #require(try await store.claim(owner: "p\(round)", at: 100).first)
                try await store.abandonTurn(turn.state.id, owner: "p\(round)", retryAt: Given.at(100))
            }
            for round in 0..<2 * StoreLimits.lostClaimsMax {
                let turn = try #require(try await store.claim(owner: "q\(round)", at: 100).first)
                if round % 2 == 1 {
                    _ = try await store.commit(turn.commit(owner: "q\(round)", at: 100))
                    _ = try await store.accept([
                        Given.message(
                            "n\(round)",
                            from: Address(channel: "100", userID: nil, waID: "351910001000"),
                            at: 50
                        )
                    ])
                } else {
                    try await Self.everybodyDies(store, at: 100)
                }
            }
            #expect(try await store.counts().deadLetters == 0)
        }
    }

    @Test("a lease that ran out and a process that fell silent count alike", arguments: Engine.all)
    func leases(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await Self.write(store, ["poison"])
            var now: Int64 = 100
            for round in 0..<StoreLimits.lostClaimsMax {
                let owner = "p\(round)"
                if round % 2 == 0 {
                    // Its lease runs out.
                    #expect(try await store.claim(owner: owner, at: now, until: now + 1_000).count == 1)
                    now += 1_000
                } else {
                    _ = try await store.beat(owner, now: Given.at(now), windowMilliseconds: 500)
                    #expect(try await store.claim(owner: owner, at: now, until: now + 900_000).count == 1)
                    now += Pulse.silence + 1
                    let pulse = try await store.beat("other", now: Given.at(now), windowMilliseconds: 500)
                    #expect(pulse.freed == 1)
                }
            }
            #expect(try await store.claim(owner: "last", at: now).isEmpty)
            #expect(try await store.counts().deadLetters == 1)
        }
    }

    @Test("a suspect that waits doesn't keep the workers awake", arguments: Engine.all)
    func sleep(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await Self.write(store, ["ana"])
            for round in 0..<2 {
                _ = try await store.claim(owner: "p\(round)", at: 100)
                try await Self.everybodyDies(store, at: 100)
            }
            #expect(try await store.nextWake().turns == nil)
        }
    }
}
