/// The products of the prompt's catalog, with the prices that the prompt states: the only ones that may be said.
struct Offers {
    struct Product: Equatable {
        var id: String
        var amount: Int
        var currency: String
        /// By language tag.
        var names: [String: String]
    }

    let products: [Product]

    /// Reads lines like ``- id `site`, price 490 EUR. …`` with a line `Names: en: …; es: ….` after them.
    init(_ prompts: [String]) {
        var found: [Product] = []
        for line in prompts.flatMap({ $0.split(separator: "\n").prefix(2_000) }).map(\.trimmed) {
            if let product = Self.product(line) {
                found.append(product)
            } else if line.hasPrefix("Names: "), !found.isEmpty {
                found[found.count - 1].names = Self.names(line.dropFirst("Names: ".count))
            }
        }
        products = found
    }

    /// What a price question gets: the product that was meant, else all of them.
    func prices(of id: String?, in language: Tongue) -> String? {
        let meant = products.filter { $0.id == id }
        let named = (meant.isEmpty ? products : meant).map { product in
            switch language {
            case .portugal, .brazil: "*\(name(product, language))* custa \(price(product, language))"
            case .english: "*\(name(product, language))* costs \(price(product, language))"
            case .spanish: "*\(name(product, language))* cuesta \(price(product, language))"
            }
        }
        return named.isEmpty ? nil : named.joined(separator: "; ") + "."
    }

    func recommendation(of id: String?, in language: Tongue) -> String? {
        guard let product = products.first(where: { $0.id == id }) else { return nil }
        let (name, price) = (name(product, language), price(product, language))
        return switch language {
        case .portugal, .brazil: "Pelo que me contou, sugiro *\(name)*, por \(price)."
        case .english: "From what you told me, I suggest *\(name)*, for \(price)."
        case .spanish: "Por lo que me cuenta, le sugiero *\(name)*, por \(price)."
        }
    }

    private func name(_ product: Product, _ language: Tongue) -> String {
        product.names[language.rawValue] ?? product.names[language.sibling.rawValue] ?? product.names["en"]
            ?? product.id
    }

    private func price(_ product: Product, _ language: Tongue) -> String {
        guard product.currency == "EUR" else { return "\(product.amount) \(product.currency)" }
        return language == .english ? "€\(product.amount)" : "\(product.amount) €"
    }

    private static func product(_ line: String) -> Product? {
        let parts = line.split(separator: "`", omittingEmptySubsequences: false)
        guard line.hasPrefix("- id `"), parts.count >= 3, parts[2].hasPrefix(", price ") else { return nil }
        let words = parts[2].dropFirst(", price ".count).split(separator: " ")
        guard words.count >= 2, let amount = Int(words[0]) else { return nil }
        return Product(
            id: String(parts[1]),
            amount: amount,
            currency: String(words[1].filter(\.isLetter)),
            names: [:]
        )
    }

    private static func names(_ text: some StringProtocol) -> [String: String] {
        var names: [String: String] = [:]
        let whole = text.hasSuffix(".") ? String(text.dropLast()) : String(text)
        for piece in whole.split(separator: ";") {
            let sides = piece.split(separator: ":", maxSplits: 1)
            if sides.count == 2 { names[sides[0].trimmed] = sides[1].trimmed }
        }
        return names
    }
}

extension Intent {
    private static let priceWords = [
        "quanto custa", "quanto custam", "quanto fica", "quanto sai", "custa", "preco*", "valor*", "how much", "price*",
        "cost*", "cuanto cuesta", "cuanto vale", "precio*",
    ]
    private static let objections = [
        "caro", "cara", "caros", "expensive", "too much", "barato", "cheaper", "desconto*", "descuento*", "discount*",
    ]

    static func asksForPrice(_ text: String) -> Bool { Words(text).hasAny(priceWords) }

    /// "It's expensive", "can you do it cheaper?": neither an answer nor a wish to buy.
    static func objects(_ text: String) -> Bool { Words(text).hasAny(objections) }
}
