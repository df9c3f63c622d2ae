public import Conversation

/// An approved template as the configuration tells of it.
public struct ReplyTemplate: Sendable, Equatable {
    public struct Variable: Sendable, Equatable {
        /// Only for templates made with named parameters.
        public var name: String?
        /// What fills it, such as `product`.
        public var key: String
        /// Stands in where that isn't known.
        public var otherwise: String?

        public init(name: String?, key: String, otherwise: String?) {
            self.name = name
            self.key = key
            self.otherwise = otherwise
        }
    }

    public var name: String
    /// As WhatsApp spells it, such as `pt_PT`.
    public var language: String
    /// Of the customers for whom it is meant.
    public var speaks: Language
    public var variables: [Variable]
    /// The first button's address ends with the payment link's path.
    public var hasLinkButton: Bool
    /// What Meta approved, with `{{1}}` or `{{name}}` for the variables.
    public var words: String?

    public init(
        name: String,
        language: String,
        speaks: Language,
        variables: [Variable] = [],
        hasLinkButton: Bool = false,
        words: String? = nil
    ) {
        self.name = name
        self.language = language
        self.speaks = speaks
        self.variables = variables
        self.hasLinkButton = hasLinkButton
        self.words = words
    }

    /// Throws ``DeskError`` where a variable stays empty or a value fits none.
    /// - Parameter known: what the service knows by itself, by key.
    func filled(_ values: [String: String], known: [String: String]) throws -> OutTemplate {
        try checkNames(values)
        var parameters: [OutTemplate.Parameter] = []
        var missing: [String] = []
        for (index, variable) in variables.enumerated() {
            let given = [variable.name, variable.key, String(index + 1)].lazy.compactMap { $0.flatMap { values[$0] } }
                .first
            let text = Self.oneLine(given ?? known[variable.key] ?? "")
            if let text = text.isEmpty ? variable.otherwise : text, !text.isEmpty {
                parameters.append(.init(name: variable.name, text: text))
            } else {
                missing.append(variable.name ?? variable.key)
            }
        }
        let suffix = (values["url"] ?? known["url"]).flatMap { Self.path(of: $0) }
        if hasLinkButton, suffix == nil { missing.append("url") }
        guard missing.isEmpty else {
            throw DeskError(
                .invalid,
                "the template \(name) needs \(missing.joined(separator: " and ")), which isn't known; add "
                    + missing.map { "--set \($0)=…" }.joined(separator: " ")
            )
        }
        if let long = parameters.first(where: { $0.text.unicodeScalars.count > Self.valueCharactersMax }) {
            let most = Self.valueCharactersMax
            throw DeskError(
                .invalid,
                "a template's variable takes at most \(most) characters: “\(long.text.prefix(40))…”"
            )
        }
        return OutTemplate(
            name: name,
            language: language,
            parameters: parameters,
            linkSuffix: hasLinkButton ? suffix : nil,
            words: words.map { Self.fill($0, parameters) }
        )
    }

    private static let valueCharactersMax = 1_024

    private func checkNames(_ values: [String: String]) throws {
        var names = Set(variables.flatMap { [$0.name, $0.key].compactMap(\.self) })
        names.formUnion((0..<variables.count).map { String($0 + 1) })
        if hasLinkButton { names.insert("url") }
        guard let odd = values.keys.sorted().first(where: { !names.contains($0) }) else { return }
        let known = variables.map { $0.name ?? $0.key } + (hasLinkButton ? ["url"] : [])
        throw DeskError(
            .invalid,
            "the template \(name) has no variable “\(odd)”; "
                + (known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))")
        )
    }

    /// Without breaks, tabs and runs of spaces, which WhatsApp refuses in a template's variables.
    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// What stands behind the host: `https://buy.stripe.com/abc` gives `abc`.
    private static func path(of url: String) -> String? {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count == 4 && !parts[3].isEmpty ? String(parts[3]) : nil
    }

    /// In one pass: braces in a value stay what they are.
    private static func fill(_ words: String, _ parameters: [OutTemplate.Parameter]) -> String {
        let pieces = words.split(separator: "{{", omittingEmptySubsequences: false)
        return pieces.enumerated().map { index, piece in
            let halves = piece.split(separator: "}}", maxSplits: 1, omittingEmptySubsequences: false)
            guard index > 0, halves.count == 2 else { return String(piece) }
            let value = parameters.enumerated().first { ($1.name ?? String($0 + 1)) == halves[0] }?.element.text
            return (value ?? "") + halves[1]
        }.joined()
    }
}
