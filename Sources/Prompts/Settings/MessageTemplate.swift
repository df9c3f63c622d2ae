public import Conversation

/// An approved message template that stands for a fixed text more than 24 hours after the customer's last message.
///
/// Written in `whatsapp.templates` as its name and what fills its variables, in their order:
/// `crset_payment_reminder name|cliente product price button=url`.
public struct MessageTemplate: Sendable, Equatable {
    /// What fills one variable.
    public struct Parameter: Sendable, Equatable {
        /// Only for templates made with named parameters.
        public var name: String?
        public var value: Value
        /// Stands in where the value isn't known.
        public var otherwise: String?
    }

    public enum Value: String, Sendable, CaseIterable {
        case name, business, product, price, url
    }

    public var name: String
    /// As WhatsApp spells it, such as `pt_PT`.
    public var language: String
    public var parameters: [Parameter]
    /// The first button opens an address that ends with the payment link's path.
    public var hasLinkButton: Bool

    /// The texts for which a template can stand.
    public static let purposes: [PhraseKey] = [
        .followUp, .paymentReminder, .paid, .paymentPending, .paymentFailed, .offer, .offerExpired,
    ]

    /// Why a line is no template, and how to mend it.
    package struct Problem: Error, Equatable {
        package var reason: String
        package var mend: String
    }

    package init(_ line: String, language: Language) throws(Problem) {
        let words = line.split(separator: " ").map(String.init)
        let head = (words.first ?? "").split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        name = head.first ?? ""
        self.language = head.count > 1 ? head[1] : language.rawValue.replacing("-", with: "_")
        guard head.count < 3, !name.isEmpty, !self.language.isEmpty, name.allSatisfy(Self.fitsName) else {
            throw Problem(
                reason: "\"\(name.prefix(60))\" is no template name",
                mend:
                    "write it as at Meta: small letters, digits and underscores; @en_US behind it for another language"
            )
        }
        hasLinkButton = words.contains("button=url")
        parameters = []
        for word in words.dropFirst() where word != "button=url" { parameters.append(try Self.parameter(word)) }
        let named = parameters.count { $0.name != nil }
        guard named == 0 || named == parameters.count else {
            throw Problem(
                reason: "some variables of \(name) have a name and some have none",
                mend: "name all (product=product), or none"
            )
        }
    }

    private static func fitsName(_ letter: Character) -> Bool {
        letter.isASCII && (letter.isLowercase || letter.isNumber || letter == "_")
    }

    private static func parameter(_ word: String) throws(Problem) -> Parameter {
        let (name, rest) = split(word, at: "=")
        let (value, otherwise) = split(rest ?? name, at: "|")
        guard let value = Value(rawValue: value) else {
            throw Problem(
                reason: "\"\(word.prefix(60))\" fills no variable",
                mend: "known are \(Value.allCases.map(\.rawValue).joined(separator: ", ")), and button=url"
            )
        }
        return Parameter(name: rest == nil ? nil : name, value: value, otherwise: otherwise)
    }

    private static func split(_ text: String, at mark: Character) -> (String, String?) {
        guard let index = text.firstIndex(of: mark) else { return (text, nil) }
        return (String(text[..<index]), String(text[text.index(after: index)...]))
    }
}

extension Settings.WhatsApp {
    static func templates(_ reader: SettingsReader) -> [Language: [PhraseKey: MessageTemplate]] {
        guard let tree = reader.tree("whatsapp.templates") else { return [:] }
        let purposes = MessageTemplate.purposes.map(\.rawValue)
        return tree.keys.reduce(into: [:]) { templates, key in
            let language = Language(key.name)
            guard let section = tree.section(key.name, keys: purposes) else { return }
            for (purpose, line) in section.keys {
                guard let phrase = PhraseKey(rawValue: purpose), let text = section.string(purpose) else { continue }
                do throws(MessageTemplate.Problem) {
                    templates[language, default: [:]][phrase] = try MessageTemplate(text, language: language)
                } catch {
                    section.add(line, error.reason, mend: error.mend)
                }
            }
        }
    }
}
