import Foundation
import Prompts
import Testing

@testable import Conversation

/// The sample business, as it is shipped.
enum Sample {
    static func playbook() throws -> Playbook {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try PromptLibrary.load(
            prompts: root.appending(path: "Prompts").path,
            config: root.appending(path: "config").path
        ).playbook
    }
}

@Suite("Stories")
struct StoryTests {
    @Test("A story ends as it was written", arguments: Story.all)
    func story(_ story: Story) throws {
        let language = story.lines.first { $0.key == "speaks" }?.value ?? "pt-PT"
        var playbook = try Sample.playbook()
        playbook.policy.takesPayments = !story.lines.contains { $0.key == "without payments" }
        playbook.policy.transcribesVoice = true
        var player = StoryPlayer(playbook, language: Language(language))
        var told = story
        told.lines.removeAll { $0.key == "speaks" || $0.key == "without payments" }
        try player.play(told)
    }

    @Test("There is a story that reaches each stage")
    func everyStage() {
        let reached = Set(Story.all.flatMap { $0.lines.filter { $0.key == "stage" }.map(\.value) })
        let missing = Stage.Name.allCases.map(\.rawValue).filter { !reached.contains($0) && $0 != "new" }
        #expect(missing.isEmpty)
    }
}
