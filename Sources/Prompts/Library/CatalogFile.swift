import Conversation

/// Reads `catalog.yaml`.
struct CatalogFile {
    let languages: [Language]
    let fields: [Field]
    let findings: Findings

    static let name = "catalog.yaml"

    func read(_ files: PromptFiles) -> Catalog? {
        let path = files.path(of: Self.name)
        guard let root = YAMLFile.read(Self.name, of: files, findings: findings) else { return nil }
        let section = Section(root, file: path, path: "", keys: ["products"], findings: findings)
        let keys = ["id", "names", "descriptions", "price", "currency", "stripe_price", "suits", "synonyms"]
        let sections = section.sections("products", keys: keys)
        reportDuplicateIDs(sections)
        if sections.isEmpty || sections.count > QualificationFile.rowsMax {
            section.add(
                section.line(of: "products"),
                "a catalog has from 1 to \(QualificationFile.rowsMax) products",
                mend: "WhatsApp's list shows no more than \(QualificationFile.rowsMax)"
            )
        }
        return Catalog(products: sections.compactMap(product))
    }

    private func product(_ section: Section) -> Product? {
        guard let id = section.identifier() else { return nil }
        // A product with a wrong price still exists, so that the texts that name it aren't reported too.
        let price = price(section) ?? Money(minorUnits: 0, currency: "EUR")
        let conditions = ConditionReader(fields: fields)
        let stripePrice = section.string("stripe_price")
        if let stripePrice, !stripePrice.hasPrefix("price_") {
            section.add(
                section.line(of: "stripe_price"),
                "\"\(stripePrice.prefix(40))\" is no price of Stripe",
                mend: "copy the id that begins with price_, or leave the line out"
            )
        }
        return Product(
            id: id,
            names: section.texts("names", in: languages, charactersMax: QualificationFile.rowCharactersMax),
            descriptions: section.texts("descriptions", in: languages, charactersMax: 300),
            price: price,
            stripePrice: stripePrice,
            suits: section.sections("suits", keys: ConditionReader.keys).compactMap(conditions.read),
            synonyms: section.foldedWords("synonyms")
        )
    }

    /// Stripe's smallest charge is about half a unit (reference, 11).
    private func price(_ section: Section) -> Money? {
        guard let text = section.requiredString("price"), let currency = section.currency() else { return nil }
        guard let money = Currency.money(text, currency: currency), money.minorUnits >= 50 else {
            section.add(
                section.line(of: "price"),
                "the price \"\(text.prefix(40))\" can't be charged",
                mend: "write an amount above 0.50, such as 490 or 490.50"
            )
            return nil
        }
        return money
    }
}
