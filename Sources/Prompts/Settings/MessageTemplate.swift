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
        /// A ``Value``, or in templates for staff any word.
        public var key: String
        /// Stands in where the value isn't known.
        public var otherwise: String?

        public var value: Value? { Value(rawValue: key) }
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
    /// What Meta approved, where it is told behind `=`: with `{{1}}`, or `{{name}}` for variables with names.
    public var words: String?

    /// The texts for which a template can stand.
    public static let purposes: [PhraseKey] = [
        .followUp, .paymentReminder, .paid, .paymentPending, .paymentFailed, .offer, .offerExpired,
    ]

    /// Why a line is no template, and how to mend it.
    package struct Problem: Error, Equatable {
        package var reason: String
        package var mend: String
    }

    /// - Parameter isForStaff: the variables may be filled with more than what the service knows by itself.
    package init(_ line: String, language: Language, isForStaff: Bool = false) throws(Problem) {
        let halves = line.split(separator: " = ", maxSplits: 1)
        let words = halves.first.map { $0.split(separator: " ").map(String.init) } ?? []
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
        for word in words.dropFirst() where word != "button=url" {
            parameters.append(try Self.parameter(word, isForStaff: isForStaff))
        }
        let named = parameters.count { $0.name != nil }
        guard named == 0 || named == parameters.count else {
            throw Problem(
                reason: "some variables of \(name) have a name and some have none",
                mend: "name all (product=product), or none"
            )
        }
        if halves.count > 1 { self.words = try Self.words(String(halves[1]), parameters) }
    }

    /// Every variable of the words is one of the template.
    private static func words(_ text: String, _ parameters: [Parameter]) throws(Problem) -> String {
        let known = parameters.enumerated().map { $1.name ?? String($0 + 1) }
        for piece in text.split(separator: "{{", omittingEmptySubsequences: false).dropFirst() {
            let name = piece.split(separator: "}}", maxSplits: 1, omittingEmptySubsequences: false)
            guard name.count == 2, known.contains(String(name[0])) else {
                throw Problem(
                    reason: "{{\(piece.prefix(40)) is no variable of the template",
                    mend: known.isEmpty ? "the template has none" : "there are {{\(known.joined(separator: "}}, {{"))}}"
                )
            }
        }
        return text
    }

    private static func fitsName(_ letter: Character) -> Bool {
        letter.isASCII && (letter.isLowercase || letter.isNumber || letter == "_")
    }

    private static func parameter(_ word: String, isForStaff: Bool) throws(Problem) -> Parameter {
        let (name, rest) = split(word, at: "=")
        let (key, otherwise) = split(rest ?? name, at: "|")
        guard Value(rawValue: key) != nil || (isForStaff && !key.isEmpty && key.allSatisfy(fitsName)) else {
            throw Problem(
                reason: "\"\(word.prefix(60))\" fills no variable",
                mend: "known are \(Value.allCases.map(\.rawValue).joined(separator: ", ")), and button=url"
            )
        }
        return Parameter(name: rest == nil ? nil : name, key: key, otherwise: otherwise)
    }

    private static func split(_ text: String, at mark: Character) -> (String, String?) {
        guard let index = text.firstIndex(of: mark) else { return (text, nil) }
        return (String(text[..<index]), String(text[text.index(after: index)...]))
    }
}

extension Settings.WhatsApp {
    private static let staffKey = "staff"

    /// What only people send, per language.
    static func staffTemplates(_ reader: SettingsReader) -> [Language: [MessageTemplate]] {
        guard let tree = reader.tree("whatsapp.templates") else { return [:] }
        return tree.keys.reduce(into: [:]) { templates, key in
            let language = Language(key.name)
            // Keys are checked where the other templates are read.
            guard let section = tree.section(key.name, keys: nil) else { return }
            for (text, line) in section.strings(staffKey) {
                do throws(MessageTemplate.Problem) {
                    let template = try MessageTemplate(text, language: language, isForStaff: true)
                    templates[language, default: []].append(template)
                } catch {
                    section.add(line, error.reason, mend: error.mend)
                }
            }
        }
    }

    static func templates(_ reader: SettingsReader) -> [Language: [PhraseKey: MessageTemplate]] {
        guard let tree = reader.tree("whatsapp.templates") else { return [:] }
        let purposes = MessageTemplate.purposes.map(\.rawValue)
        return tree.keys.reduce(into: [:]) { templates, key in
            let language = Language(key.name)
            guard let section = tree.section(key.name, keys: purposes + [staffKey]) else { return }
            for (purpose, line) in section.keys where purpose != staffKey {
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
