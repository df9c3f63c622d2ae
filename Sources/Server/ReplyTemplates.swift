import Conversation
public import Desk
public import Prompts

extension Settings.WhatsApp {
    /// What staff may send outside of the 24-hour window: templates of their own first, then those of the bot.
    public var replyTemplates: [ReplyTemplate] {
        let own = staffTemplates.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { language, templates in
            templates.map { ReplyTemplate($0, for: language) }
        }
        let bots = templates.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { language, templates in
            templates.sorted { $0.key.rawValue < $1.key.rawValue }.map { ReplyTemplate($1, for: language) }
        }
        return own + bots
    }
}

extension ReplyTemplate {
    fileprivate init(_ template: MessageTemplate, for language: Language) {
        self.init(
            name: template.name,
            language: template.language,
            speaks: language,
            variables: template.parameters.map { Variable(name: $0.name, key: $0.key, otherwise: $0.otherwise) },
            hasLinkButton: template.hasLinkButton,
            words: template.words
        )
    }
}
