import Conversation
import Foundation
import Prompts
import Testing

@Suite("The shipped files")
struct ShippedFilesTests {
    let library: PromptLibrary

    init() throws {
        library = try PromptLibrary.load(
            prompts: "\(SampleFolder.root)/Prompts",
            config: "\(SampleFolder.root)/config"
        )
    }

    @Test("load without problems, in four languages, with three products and six fields")
    func load() {
        let playbook = library.playbook
        #expect(playbook.phrasebook.languages.keys.sorted() == [.en, .es, .ptBR, .ptPT])
        #expect(playbook.catalog.products.map(\.price.minorUnits) == [49_000, 89_000, 149_000])
        #expect(
            playbook.qualification.fields.map(\.id) == ["name", "business", "need", "team_size", "budget", "email"]
        )
        #expect(playbook.business.linkHosts == ["crset.example"])
        #expect(playbook.version.count == 12)
    }

    @Test("have every text, question and hint in every language, and at least twelve answers")
    func complete() {
        for (language, phrases) in library.playbook.phrasebook.languages {
            #expect(phrases.texts.count == PhraseKey.allCases.count, "\(language)")
            #expect(phrases.questions.count == 6, "\(language)")
            #expect(phrases.hints.count == 6, "\(language)")
            #expect(phrases.answers.count >= 12, "\(language)")
        }
    }

    @Test("recommend a product for every need")
    func everyNeed() throws {
        let need = try #require(library.playbook.qualification.field("need"))
        guard case .choice(let options) = need.kind else { return #expect(Bool(false), "need is no choice") }
        for option in options {
            let condition = Condition.equals("need", .choice(option.id))
            #expect(library.playbook.catalog.products.contains { $0.suits == [condition] }, "\(option.id)")
        }
    }

    @Test("make a constant prompt that is long enough for the provider's cache and has no open tag")
    func constantPrompt() throws {
        let state = ConversationState(id: ConversationID("c"), language: .ptPT)
        let prompt = library.render(PromptTurn(stage: .new, language: .ptPT, state: state, now: .init(milliseconds: 0)))
        // 1,024 tokens are needed; no common tokenizer makes fewer than one token of 6 characters of such text.
        #expect(prompt.constant.count > 6 * 1024)
        #expect(!prompt.constant.contains("{{"))
        #expect(prompt.constant.contains("490 EUR"))
        #expect(prompt.constant.contains("crset.example"))
    }

    @Test("show every setting of the sample crset.yaml under a name that is read")
    func commentedSettings() throws {
        let folder = try SampleFolder()
        defer { folder.delete() }
        let sample = try String(contentsOfFile: "\(folder.path)/config/crset.yaml", encoding: .utf8)
        // Every commented default becomes a line of its own; prose stays a comment.
        let active = sample.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            guard let hash = line.firstIndex(of: "#"), line[..<hash].allSatisfy({ $0 == " " }) else {
                return String(line)
            }
            let rest = line[line.index(after: hash)...].dropFirst()
            let key = rest.drop { $0 == " " }.prefix {
                $0.isLowercase || $0 == "_" || $0 == "-" || $0 == "T" || $0 == "P"
            }
            let isEntry = rest.drop { $0 == " " }.hasPrefix("- ")
            let isSetting = isEntry || !key.isEmpty && rest.drop { $0 == " " }.dropFirst(key.count).hasPrefix(":")
            return isSetting ? String(line[..<hash]) + String(rest) : String(line)
        }
        try folder.write(active.joined(separator: "\n"), to: "config/crset.yaml")
        let settings = try Settings.load(environment: [:], workingDirectory: folder.path)
        #expect(settings.crset.server == "https://bot.example")
        #expect(settings.whatsapp.templates[.ptPT]?[.paid]?.name == "crset_paid")
        #expect(settings.whatsapp.staffTemplates[.ptPT]?.map(\.name) == ["crset_question"])
        #expect(settings.model.capabilities["my-local-model"]?["send_temperature"] == .bool(true))
    }
}
