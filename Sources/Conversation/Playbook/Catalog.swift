/// What is sold.
public struct Catalog: Sendable, Equatable {
    public var products: [Product]

    public init(products: [Product]) { self.products = products }

    public func product(_ id: ProductID) -> Product? { products.first { $0.id == id } }
}

/// Something that is sold, at one price.
public struct Product: Sendable, Equatable {
    public var id: ProductID
    public var names: [Language: String]
    /// One or two sentences.
    public var descriptions: [Language: String]
    /// What the customer pays. Checked against Stripe's answer before anyone is told "paid".
    public var price: Money
    /// A price that exists at Stripe; without it the link is made from `price`.
    public var stripePrice: String?
    /// Whom it suits: the first product of which every condition holds is recommended.
    public var suits: [Condition]
    /// Further words that mean this product, without accents and in lower case.
    public var synonyms: [String]

    public init(
        id: ProductID,
        names: [Language: String],
        descriptions: [Language: String] = [:],
        price: Money,
        stripePrice: String? = nil,
        suits: [Condition] = [],
        synonyms: [String] = []
    ) {
        self.id = id
        self.names = names
        self.descriptions = descriptions
        self.price = price
        self.stripePrice = stripePrice
        self.suits = suits
        self.synonyms = synonyms
    }

    /// The name in a language, else in English, else the id.
    public func name(in language: Language) -> String { names[language] ?? names[.en] ?? id }
}
