/// What the player makes of the conversation so far.
struct Dialogue {
    var known: [String: Payload] = [:]
    /// How often each field has been asked for.
    var asked: [String: Int] = [:]
    var language: Tongue
    var intent = Intent.other
    /// Everything that the customer said, for matching products.
    var said = ""
    var newest = ""
    var isFirst: Bool

    init(_ messages: [ChatCall.Message], schema: SalesSchema) {
        let turns = messages.filter { $0.role == "user" || $0.role == "assistant" }.map(\.undelimited)
        let texts = turns.filter { $0.role == "user" }.map(\.text)
        language = Tongue.of(texts)
        isFirst = !turns.contains { $0.role == "assistant" }
        said = texts.joined(separator: "\n")
        let newestStart = (turns.lastIndex { $0.role == "assistant" } ?? -1) + 1
        newest = turns[newestStart...].map(\.text).joined(separator: "\n")
        if let last = messages.last, last.role == "system" || last.role == "developer" {
            learnStated(last.text, schema)
        }
        var question: SalesSchema.Field?
        var learned = false
        for (index, turn) in turns.enumerated() {
            if turn.role == "assistant" {
                question = Self.question(in: turn.text, schema)
                if let question { asked[question.name, default: 0] += 1 }
            } else {
                let found = Extraction.values(in: turn.text, asked: question, schema: schema)
                for (name, value) in found { known[name] = value }
                if index >= newestStart, !found.isEmpty { learned = true }
                if let question, found[question.name] != nil { self.asked[question.name] = 0 }
            }
        }
        let before = newestStart > 0 ? turns[newestStart - 1].text : ""
        let proposed = Tongue.allCases.contains { before.contains(Phrases($0).proposal) }
        intent = Intent.of(newest, proposed: proposed, learned: learned)
    }

    /// The next field worth asking for: unknown, and not asked for twice in vain.
    func next(_ schema: SalesSchema) -> SalesSchema.Field? {
        schema.fields.first { known[$0.name] == nil && asked[$0.name, default: 0] < 2 }
    }

    /// The product whose name, or whose line in the prompt, the customer's words match best.
    func product(among products: [String], facts: Facts) -> String? {
        guard products.count > 1 else { return intent == .buy ? products.first : nil }
        let words = Words(said + "\n" + known.values.compactMap(\.text).joined(separator: " ")).telling
        var best: (id: String, score: Int)?
        for id in products {
            let own = Words(id).list
            let hits = own.count { part in words.contains { Options.same($0, part) } }
            let line = Set(Words(facts.line(naming: id)).telling)
            let score = 3 * hits + line.count { part in words.contains { Words.alike($0, part) } }
            if score > (best?.score ?? 0) { best = (id, score) }
        }
        return best?.id
    }

    /// Fields that the last instructions state as known, one a line, `name: value`.
    private mutating func learnStated(_ text: String, _ schema: SalesSchema) {
        for line in text.split(separator: "\n").prefix(200) {
            let bare = line.drop { " -*\"".contains($0) }
            guard let field = schema.fields.first(where: { bare.hasPrefix($0.name) }) else { continue }
            let rest = bare.dropFirst(field.name.count).drop { "\" ".contains($0) }
            guard let mark = rest.first, ":=".contains(mark) else { continue }
            let value = rest.dropFirst().trimmed.filter { $0 != "\"" }.trimmed
            let bareValue = value.hasSuffix(",") ? String(value.dropLast()) : value
            if ["", "null", "-", "unknown", "?", "none"].contains(bareValue.lowercased()) { continue }
            if let value = Extraction.stated(bareValue, field) { known[field.name] = value }
        }
    }

    /// The field that a message of the business asks for: the question that stands last in it.
    private static func question(in text: String, _ schema: SalesSchema) -> SalesSchema.Field? {
        let line = Words(text).line
        var best: (field: SalesSchema.Field, at: String.Index)?
        for field in schema.fields {
            for question in field.questions.values {
                let part = Words(question).line
                guard part.count > 2, let found = lastRange(of: part, in: line) else { continue }
                if best.map({ found > $0.at }) ?? true { best = (field, found) }
            }
        }
        return best?.field
    }

    private static func lastRange(of part: String, in line: String) -> String.Index? {
        guard line.contains(part) else { return nil }
        var start = line.startIndex
        var last: String.Index?
        while start < line.endIndex {
            if line[start...].hasPrefix(part) { last = start }
            start = line.index(after: start)
        }
        return last
    }
}

extension ChatCall.Message {
    /// What stands between the tags that mark a customer's words as data.
    fileprivate var undelimited: ChatCall.Message {
        guard role == "user", text.hasPrefix("<customer>"), text.hasSuffix("</customer>") else { return self }
        return ChatCall.Message(role: role, text: String(text.dropFirst(10).dropLast(11)))
    }
}
