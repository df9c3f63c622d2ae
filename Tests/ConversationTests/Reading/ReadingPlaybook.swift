import Conversation

/// A small web agency, for the reading and guard tests.
enum ReadingPlaybook {
    static let today = (year: 2026, month: 11, day: 23)
    /// 2026-11-23T15:00:00Z, a Monday.
    static let now = Timestamp(milliseconds: 1_795_446_000_000)

    static let name = Field(id: "name", kind: .name, isRequired: true, weight: 5, meaning: "Name")
    static let business = Field(
        id: "business",
        kind: .choice([
            Field.Option(
                id: "restaurant",
                names: [.ptPT: "Restaurante", .en: "Restaurant", .es: "Restaurante"],
                synonyms: ["cafe", "tasca", "bistro"]
            ),
            Field.Option(
                id: "shop",
                names: [.ptPT: "Loja", .en: "Shop", .es: "Tienda"],
                synonyms: ["comercio", "store"]
            ),
            Field.Option(
                id: "online_shop",
                names: [.ptPT: "Loja online", .en: "Online shop", .es: "Tienda online"],
                synonyms: ["ecommerce", "e-commerce"]
            ),
            Field.Option(id: "other", names: [.ptPT: "Outro", .en: "Other", .es: "Otro"]),
        ]),
        isRequired: true,
        weight: 10,
        meaning: "Kind of business"
    )
    static let need = Field(
        id: "need",
        kind: .text(charactersMax: 200),
        isRequired: false,
        weight: 5,
        meaning: "What is needed"
    )
    static let budget = Field(
        id: "budget",
        kind: .money(currency: "EUR", 0...100_000),
        isRequired: true,
        weight: 20,
        meaning: "Budget"
    )
    static let people = Field(
        id: "people",
        kind: .integer(0...10_000),
        isRequired: false,
        weight: 5,
        meaning: "Number of employees"
    )
    static let hasSite = Field(id: "has_site", kind: .yesNo, isRequired: false, weight: 5, meaning: "Has a website")
    static let email = Field(id: "email", kind: .email, isRequired: false, weight: 5, meaning: "E-mail")
    static let phone = Field(id: "phone", kind: .phone, isRequired: false, weight: 5, meaning: "Phone")
    static let start = Field(id: "start", kind: .date, isRequired: false, weight: 5, meaning: "When to start")

    static let playbook = Playbook(
        version: "1",
        business: Business(
            name: "Oficina",
            defaultLanguage: .ptPT,
            linkHosts: ["crset.example", "www.crset.example"],
            emails: ["ola@crset.example"],
            phones: ["351210000000"],
            amounts: [Money(minorUnits: 2_500, currency: "EUR")]
        ),
        qualification: Qualification(
            fields: [name, business, need, budget, people, hasSite, email, phone, start],
            rules: [],
            qualifiesAt: 20,
            disqualifiesBelow: 0
        ),
        catalog: Catalog(products: [
            Product(
                id: "starter",
                names: [.ptPT: "Site Essencial", .en: "Starter Website", .es: "Web Esencial"],
                price: Money(minorUnits: 49_000, currency: "EUR"),
                synonyms: ["essencial", "starter"]
            ),
            Product(
                id: "shop",
                names: [.ptPT: "Loja Completa", .en: "Full Shop", .es: "Tienda Completa"],
                price: Money(minorUnits: 120_000, currency: "EUR"),
                synonyms: ["loja completa"]
            ),
        ]),
        phrasebook: Phrasebook(
            defaultLanguage: .ptPT,
            languages: [
                .ptPT: Phrases(answers: [
                    Phrases.Answer(keywords: ["prazo", "quanto tempo", "demora"], text: Phrase("Duas semanas.")),
                    Phrases.Answer(keywords: ["mbway", "mb way", "multibanco"], text: Phrase("Sim, com Multibanco.")),
                ]),
                .ptBR: Phrases(answers: [Phrases.Answer(keywords: ["prazo"], text: Phrase("Duas semanas."))]),
                .en: Phrases(answers: [
                    Phrases.Answer(keywords: ["how long", "delivery time"], text: Phrase("Two weeks."))
                ]),
                .es: Phrases(answers: [Phrases.Answer(keywords: ["cuanto tarda"], text: Phrase("Dos semanas."))]),
            ]
        ),
        policy: Policy()
    )
}
