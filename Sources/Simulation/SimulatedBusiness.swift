import Conversation
import Pipeline
import Prompts

/// The sample business, with or without opening hours and templates. Only days show the difference.
struct SimulatedBusiness: Sendable {
    let playbooks: PlaybookSource
    /// When it may say something by itself; nil: at any hour.
    let hours: BusinessHours?
    let templates: [Language: [PhraseKey: MessageTemplate]]

    /// The plain one first.
    static func all(_ library: PromptLibrary) -> [SimulatedBusiness] {
        let workdays = (0..<5).map { day in day * 1_440 + 9 * 60..<day * 1_440 + 18 * 60 }
        return [nil, BusinessHours(minutes: workdays, clock: .utc)].flatMap { hours in
            [[:], templates(library)].map { templates in
                var library = library.marked()
                library.playbook.policy.hours = hours
                return SimulatedBusiness(playbooks: PlaybookSource(library), hours: hours, templates: templates)
            }
        }
    }

    /// Named like the text that they stand for, which is the mark by which the outside knows it.
    private static func templates(_ library: PromptLibrary) -> [Language: [PhraseKey: MessageTemplate]] {
        library.playbook.phrasebook.languages.keys.reduce(into: [:]) { templates, language in
            for purpose in MessageTemplate.purposes {
                templates[language, default: [:]][purpose] = try? MessageTemplate(purpose.rawValue, language: language)
            }
        }
    }
}

extension PromptLibrary {
    /// Every fixed text begins with its key in brackets, so that the outside can tell one from another. The policy is
    /// that of a service with a model and test payments.
    fileprivate func marked() -> PromptLibrary {
        let buttons: Set<PhraseKey> = [.buyButton, .othersButton, .humanButton, .chooseButton, .payButton]
        var library = self
        library.playbook.policy.takesPayments = true
        library.playbook.policy.transcribesVoice = true
        library.playbook.policy.paysLive = false
        for (language, phrases) in library.playbook.phrasebook.languages {
            var phrases = phrases
            for (key, phrase) in phrases.texts where !buttons.contains(key) {
                phrases.texts[key] = phrase.marked(key.rawValue)
            }
            for (field, phrase) in phrases.questions {
                phrases.questions[field] = phrase.marked("question")
            }
            phrases.answers = phrases.answers.map { .init(keywords: $0.keywords, text: $0.text.marked("answer")) }
            library.playbook.phrasebook.languages[language] = phrases
        }
        return library
    }
}

extension Phrase {
    fileprivate func marked(_ mark: String) -> Phrase {
        var phrase = Phrase("[\(mark)] ")
        phrase.parts += parts
        return phrase
    }
}
