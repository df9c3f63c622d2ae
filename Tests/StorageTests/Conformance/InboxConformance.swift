import Conversation
import Storage
import Testing

@Suite("Every store: inbox")
struct InboxConformance {
    @Test(
        "a stranger's first message makes a conversation with the sender's language, name and source",
        arguments: Engine.all
    )
    func firstMessage(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            #expect(try await store.accept([Given.message("m1")]) == [.new(Given.anaID)])
            let lead = try #require(try await store.lead(Given.anaID))
            #expect(lead.state == ConversationState(id: Given.anaID, language: .ptPT, profileName: "Ana"))
            #expect(lead.address == Given.ana)
            #expect(lead.source == #"{"ad":"7"}"#)
            #expect(lead.createdAt == Given.at(0))
        }
    }

    @Test("the same message has one effect, in one call and in another", arguments: Engine.all)
    func duplicates(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            let message = Given.message("m1")
            #expect(try await store.accept([message, message]) == [.new(Given.anaID), .duplicate])
            #expect(try await store.accept([message]) == [.duplicate])
            #expect(try await store.claim().first?.events.count == 1)
        }
    }

    @Test("many calls with the same message at the same time store it once", arguments: Engine.all)
    func concurrentDuplicates(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            let answers = try await withThrowingTaskGroup(of: [Acceptance].self) { group in
                for index in 0..<50 {
                    group.addTask {
                        try await store.accept([Given.message("m1", newID: ConversationID("lead-\(index)"))])
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(answers.filter { $0 == .duplicate }.count == 49)
            #expect(try await store.counts().leads == 1)
        }
    }

    @Test("a customer is known by user id and by phone, and both lead to one conversation", arguments: Engine.all)
    func identities(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            let byPhone = Address(channel: "100", userID: nil, waID: Given.ana.waID)
            let byUser = Address(channel: "100", userID: Given.ana.userID, waID: nil)
            let other = ConversationID("lead-x")
            #expect(try await store.accept([Given.message("m1", from: byPhone)]) == [.new(Given.anaID)])
            // The user id is new: the phone number tells who it is.
            #expect(try await store.accept([Given.message("m2", from: Given.ana, newID: other)]) == [.new(Given.anaID)])
            #expect(try await store.accept([Given.message("m3", from: byUser, newID: other)]) == [.new(Given.anaID)])
            #expect(try await store.lead(Given.anaID)?.address == Given.ana)
            #expect(try await store.counts().leads == 1)
        }
    }

    @Test("the same number at another number of the business is another conversation", arguments: Engine.all)
    func channels(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            var elsewhere = Given.ana
            elsewhere.channel = "200"
            let other = ConversationID("lead-x")
            _ = try await store.accept([Given.message("m1")])
            #expect(try await store.accept([Given.message("m2", from: elsewhere, newID: other)]) == [.new(other)])
        }
    }

    @Test("ids of two conversations in one message: the user id's goes on, both say so once", arguments: Engine.all)
    func conflictingIdentities(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            let user = Address(channel: "100", userID: "US.ana", waID: nil)
            _ = try await store.accept([
                Given.message("m1", from: user), Given.message("m2", from: Given.rui, newID: Given.ruiID),
            ])
            let both = Address(channel: "100", userID: "US.ana", waID: Given.rui.waID)
            let answers = try await store.accept([Given.message("m3", from: both), Given.message("m4", from: both)])
            #expect(answers == [.new(Given.anaID), .new(Given.anaID)])
            for id in [Given.anaID, Given.ruiID] {
                let notes = try await store.transcript(of: id, after: 0, limit: 10).filter {
                    if case .note = $0.entry.content { true } else { false }
                }
                #expect(notes.count == 1)
            }
            #expect(
                try await store.accept([Given.message("m5", from: Given.rui, newID: Given.ruiID)])
                    == [.new(Given.anaID)]
            )
        }
    }

    @Test("a change of address keeps the conversation, however often it is told", arguments: Engine.all)
    func addressChange(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1", from: Given.rui, newID: Given.ruiID)])
            let new = Address(channel: "100", userID: "US.rui", waID: "5511900000009")
            let change = Arrival(
                outsideID: "wa:change",
                receivedAt: Given.at(5),
                content: .addressChange(from: Given.rui, to: new)
            )
            #expect(try await store.accept([change, change]) == [.new(Given.ruiID), .duplicate])
            #expect(try await store.accept([Given.message("m2", from: new)]) == [.new(Given.ruiID)])
            #expect(try await store.lead(Given.ruiID)?.address == new)

            let nobody = Address(channel: "100", userID: nil, waID: "1")
            let odd = Arrival(
                outsideID: "wa:odd",
                receivedAt: Given.at(6),
                content: .addressChange(from: nobody, to: Address(channel: "100", userID: nil, waID: "2"))
            )
            #expect(try await store.accept([odd]) == [.recorded])
            #expect(try await store.counts().unmatched == 1)
        }
    }

    @Test("events find their conversation by id or address; others are kept as unmatched, once", arguments: Engine.all)
    func events(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            let answer = Event.ownerAnswered(text: "Já respondo")
            func addressed(_ id: String, _ address: Address) -> Arrival {
                Arrival(outsideID: id, receivedAt: Given.at(2), content: .addressed(answer, address))
            }
            _ = try await store.accept([Given.message("m1")])
            let answers = try await store.accept([
                Given.event("stripe:1", .remark("x"), at: 1), Given.event("stripe:1", .remark("x"), at: 1),
                addressed("wa:echo", Given.ana), addressed("wa:echo2", Given.rui),
                Given.event("stripe:2", .remark("y"), of: Given.ruiID, at: 1),
                Arrival(outsideID: "wa:odd", receivedAt: Given.at(1), content: .unmatched(reason: "?"), raw: "a\0b"),
                Arrival(outsideID: "wa:odd", receivedAt: Given.at(1), content: .unmatched(reason: "?"), raw: "a\0b"),
            ])
            #expect(
                answers == [
                    .new(Given.anaID), .duplicate, .new(Given.anaID), .recorded, .recorded, .recorded, .duplicate,
                ]
            )
            #expect(try await store.counts().unmatched == 3)
            let events = try await store.claim().first?.events.map(\.event)
            #expect(events?.suffix(2) == [.remark("x"), answer])
        }
    }

    @Test("texts come back to the byte", arguments: Engine.all)
    func exactTexts(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            let texts = [
                "emoji 👩‍👩‍👧 ok", "\u{202E}right to left", "\u{1B}[31mred", "NUL \0 inside", "'quote\" \\ /",
                String(repeating: "é", count: 5_000),
            ]
            _ = try await store.accept(
                texts.enumerated().map { Given.message("m\($0.offset)", $0.element, at: Int64($0.offset)) }
            )
            let read = try await store.claim(at: 100).first?.texts
            #expect(read?.map { Array($0.utf8) } == texts.map { Array($0.utf8) })
        }
    }

    @Test("of two conversations of one person, the one that doesn't go on comes to rest", arguments: Engine.all)
    func goesOn(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            let phone = Address(channel: "100", userID: nil, waID: "351910000009")
            let user = Address(channel: "100", userID: "US.9", waID: nil)
            let both = Address(channel: "100", userID: "US.9", waID: "351910000009")
            let (byPhone, byUser) = (ConversationID("lead-phone"), ConversationID("lead-user"))
            _ = try await store.accept([Given.message("m1", from: phone, newID: byPhone, at: 0)])
            _ = try await store.accept([Given.message("m2", from: user, newID: byUser, at: 1)])
            for turn in try await store.claim(at: 10) { _ = try await store.commit(turn.commit(at: 20)) }
            #expect(try await store.accept([Given.message("m3", from: both, at: 30)]) == [.new(byUser)])
            let turns = try await store.claim(at: 5_000)
            let resting = try #require(turns.first { $0.state.id == byPhone })
            guard case .staff(.setStage(.dormant, _, _)) = try #require(resting.events.first).event else {
                return #expect(Bool(false), "\(resting.events)")
            }
            #expect(turns.first { $0.state.id == byUser }?.events.count == 1)
            for turn in turns { _ = try await store.commit(turn.commit(at: 5_010)) }
            #expect(try await store.accept([Given.message("m4", from: both, at: 5_020)]) == [.new(byUser)])
            #expect(try await store.claim(at: 9_000).map(\.state.id) == [byUser])
        }
    }
}
