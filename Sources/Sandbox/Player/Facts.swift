/// The lines of the system prompt that can answer a question.
struct Facts {
    private let lines: [String]
    private let everything: [String]

    /// Lines under a heading that speaks of facts; all bullet points where there is none.
    init(_ prompts: [String]) {
        let all = prompts.flatMap { $0.split(separator: "\n").prefix(2_000).map { $0.trimmed } }
        everything = all
        var level: Int?
        var found: [String] = []
        for line in all {
            if line.hasPrefix("#") {
                let depth = line.prefix { $0 == "#" }.count
                let isFacts = Words(line).hasAny(["fact*", "facto*", "fato*", "hecho*"])
                if isFacts { level = depth } else if let open = level, depth <= open { level = nil }
            } else if level != nil, !line.isEmpty {
                found.append(line)
            }
        }
        if found.isEmpty { found = all.filter { $0.hasPrefix("- ") || $0.hasPrefix("* ") } }
        lines = found.map { String($0.drop { "-* ".contains($0) }) }
    }

    /// The line with most of the question's words, if it is in the customer's language and holds nothing that only the
    /// machine may say.
    func answer(to question: String, in language: Tongue) -> String? {
        if let own = example(for: question, in: language) { return own }
        let asked = Set(Words(question).telling)
        var best: (line: String, score: Int)?
        for line in lines where !holdsPriceOrAddress(line) && line.count <= 400 {
            let words = Words(line)
            let spoken = Tongue.of([line])
            guard spoken == language || spoken == language.sibling && language != .spanish else { continue }
            let score = asked.count { word in words.list.contains { Words.alike($0, word) } }
            if score > (best?.score ?? 0) { best = (line, score) }
        }
        guard let line = best?.line else { return nil }
        return line.hasSuffix(".") || line.hasSuffix("!") ? line : line + "."
    }

    /// An answer that the prompt gives as an example: `- Asked about this, that: the answer`.
    private func example(for question: String, in language: Tongue) -> String? {
        let words = Words(question)
        for line in everything where line.hasPrefix("- Asked about ") {
            let sides = line.dropFirst("- Asked about ".count).split(separator: ":", maxSplits: 1)
            guard sides.count == 2, sides[0].split(separator: ",").contains(where: { words.has($0.trimmed) }) else {
                continue
            }
            let answer = sides[1].trimmed
            let spoken = Tongue.of([answer])
            if spoken == language || spoken == language.sibling && language != .spanish { return answer }
        }
        return nil
    }

    /// What the prompt says of a product.
    func line(naming id: String) -> String {
        everything.filter { $0.contains(id) }.prefix(5).joined(separator: " ")
    }

    private func holdsPriceOrAddress(_ line: String) -> Bool {
        let lower = line.lowercased()
        return ["€", "$", "http", "www.", "@", " eur", "{{"].contains { lower.contains($0) }
            || lower.filter(\.isNumber).count >= 9
    }
}
