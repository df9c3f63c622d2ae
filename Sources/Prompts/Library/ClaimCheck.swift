import Conversation

/// What the files claim against what the catalog says: a price in a text that isn't the catalog's would be told to
/// customers, and a link that isn't the business's would have every reply that names it held back.
struct ClaimCheck {
    let files: PromptFiles
    let playbook: Playbook
    let findings: Findings
    let warnings: Findings

    func run() {
        // Discounts and free things of the facts are claims that may be made, so only amounts and contacts are left.
        let reader = Guard(playbook: playbook, facts: playbook.facts)
        facts(reader)
        for (language, phrases) in playbook.phrasebook.languages.sorted(by: { $0.key < $1.key }) {
            texts(language, phrases, reader)
        }
        descriptions(reader)
    }

    private func facts(_ reader: Guard) {
        let prices = PromptText.prices(playbook.catalog)
            .merging(["business": playbook.business.name]) { own, _ in own }
        let lines = (files.text("facts.md") ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            report(Phrase(String(line)).render(prices), "facts.md", index + 1, reader)
        }
    }

    private func texts(_ language: Language, _ phrases: Phrases, _ reader: Guard) {
        let name = "messages/\(language.rawValue).yaml"
        // The variables are prices of the catalog by themselves.
        for (key, phrase) in phrases.texts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            report(phrase.render(), name, files.line(of: "  \(key.rawValue):", in: name), reader)
        }
        for answer in phrases.answers {
            let line = answer.keywords.first.flatMap { files.line(of: "[\($0)", in: name) }
            report(answer.text.render(), name, line, reader)
        }
    }

    private func descriptions(_ reader: Guard) {
        for product in playbook.catalog.products {
            for (_, text) in product.descriptions.sorted(by: { $0.key < $1.key }) {
                report(text, CatalogFile.name, files.line(of: text.prefix(40), in: CatalogFile.name), reader)
            }
        }
    }

    private func report(_ text: String, _ name: String, _ line: Int?, _ reader: Guard) {
        for finding in reader.check(text) {
            let path = files.path(of: name)
            switch finding {
            case .price(let what):
                findings.add(
                    path,
                    line,
                    "\"\(what.prefix(60))\" is no price of the catalog",
                    mend: "write {{price_…}} instead of a number, or add the amount to business.amounts in crset.yaml"
                )
            case .link(let what), .email(let what), .phone(let what):
                warnings.add(
                    path,
                    line,
                    "\"\(what.prefix(60))\" is no contact of the business, so a reply that repeats it is held back",
                    mend: "add it to business.link_hosts, emails or phones in crset.yaml"
                )
            case .tooLong, .empty, .promptLeak, .claim: break
            }
        }
    }
}
