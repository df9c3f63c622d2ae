import Conversation
import Foundation
import Prompts
import Storage
import Synchronization
import Testing

@testable import Pipeline

@Suite("Which version of the prompt files a lead gets")
struct PlaybookSourceTests {
    private let now = Timestamp(milliseconds: 1_790_000_000_000)

    private func library(_ version: String) throws -> PromptLibrary {
        var library = try PromptLibrary.load(
            prompts: Live.root.appending(path: "Prompts").path,
            config: Live.root.appending(path: "config").path
        )
        library.playbook.version = version
        return library
    }

    private func lead(_ id: String) -> ConversationState { ConversationState(id: ConversationID(id), language: .ptPT) }

    @Test("everybody the one in force, unless asked otherwise")
    func plain() async throws {
        let source = PlaybookSource(try library("one"))
        var ana = lead("ana")
        #expect(await source.edition(for: &ana).version == "one")
        #expect(ana.promptVersion == nil)
        source.use(try library("two"))
        #expect(await source.edition(for: &ana).version == "two")
    }

    @Test("the one that its conversation began with, where conversations are pinned")
    func pinned() async throws {
        let (one, two) = (try library("one"), try library("two"))
        let fetches = Mutex(0)
        let source = PlaybookSource(one, pinsConversations: true) { version in
            fetches.withLock { $0 += 1 }
            return version == "one" ? one : nil
        }
        var ana = lead("ana")
        #expect(await source.edition(for: &ana).version == "one")
        ana.lastCustomerMessageAt = now
        source.use(two)
        var rui = lead("rui")
        #expect(await source.edition(for: &ana).version == "one")
        #expect(await source.edition(for: &ana).version == "one")
        #expect(await source.edition(for: &rui).version == "two")
        #expect(fetches.withLock { $0 } == 1)
        // A version that is gone is no reason to be silent.
        rui.lastCustomerMessageAt = now
        rui.promptVersion = "gone"
        #expect(await source.edition(for: &rui).version == "two")
        #expect(await source.edition(for: &rui).version == "two")
        #expect(fetches.withLock { $0 } == 2)
    }

    @Test("of a trial its own share, for as long as the trial runs; leads that were there before are left alone")
    func trial() async throws {
        let challenger = try library("new")
        let source = PlaybookSource(try library("old")) { $0 == "new" ? challenger : nil }
        var early = lead("early")
        early.lastCustomerMessageAt = now
        source.follow(PromptTrial(id: "t", champion: "old", challenger: "new", share: 50, startedAt: now))
        #expect(await source.edition(for: &early).version == "old")
        #expect(early.promptVersion == nil)
        var given: [String: Int] = [:]
        var one: ConversationState?
        for number in 0..<200 {
            var lead = lead("lead-\(number)")
            let version = await source.edition(for: &lead).version
            #expect(version == lead.promptVersion)
            given[version, default: 0] += 1
            if version == "new" { one = lead }
        }
        #expect((70...130).contains(given["new"] ?? 0), "\(given)")
        var sticky = try #require(one)
        sticky.lastCustomerMessageAt = now
        #expect(await source.edition(for: &sticky).version == "new")
        source.follow(nil)
        #expect(await source.edition(for: &sticky).version == "old")
    }
}
