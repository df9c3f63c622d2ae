import Conversation
import Testing

@Suite("Which language a customer writes")
struct LanguageReaderTests {
    static let all: [Language] = [.ptPT, .ptBR, .en, .es]

    static let portuguese: [(String, Language)] = [
        ("Olá, boa tarde. Queria um orçamento para um site", .ptPT),
        ("Quanto custa uma loja online?", .ptPT),
        ("Estou a pensar em fazer um site novo, podes ajudar?", .ptPT),
        ("Chamo-me Rui e tenho um restaurante", .ptPT),
        ("Qual é o vosso telemóvel?", .ptPT),
        ("Gostava de saber os preços", .ptPT),
        ("Não percebi, podes explicar?", .ptPT),
        ("Bom dia, preciso de ajuda com o meu negócio", .ptPT),
        ("Oi, tudo bem? Quanto custa um site?", .ptBR),
        ("vc faz loja virtual?", .ptBR),
        ("Você poderia me passar o valor?", .ptBR),
        ("Me chamo Thiago, a gente tem uma loja", .ptBR),
        ("legal, manda o boleto pra mim", .ptBR),
        ("vocês aceitam pix?", .ptBR),
        ("Beleza, pode mandar no meu celular", .ptBR),
        ("Então, eu tô precisando de um site pra minha empresa", .ptBR),
    ]
    static let others: [(String, Language)] = [
        ("Hi, how much is a website?", .en),
        ("Hello, I need an online shop for my business", .en),
        ("What does it cost?", .en),
        ("can you call me tomorrow please", .en),
        ("thanks, I'm looking for a new site", .en),
        ("Do you work with restaurants?", .en),
        ("My name is John and we have a bakery", .en),
        ("is there a discount for the second year", .en),
        ("Hola, ¿cuánto cuesta una página web?", .es),
        ("Buenos días, necesito un presupuesto", .es),
        ("Quiero una tienda online para mi negocio", .es),
        ("muchas gracias, ¿cuándo pueden empezar?", .es),
        ("Me llamo Lucía y tengo una panadería", .es),
        ("hola buenas tardes", .es),
        ("cuanto sale la pagina para mi empresa? soy de Rosario", .es),
        ("Usted me puede ayudar mañana", .es),
    ]

    @Test("reads the language of whole sentences", arguments: portuguese + others)
    func detects(text: String, language: Language) {
        #expect(LanguageReader.detect(text, among: Self.all, current: nil) == language)
    }

    @Test("keeps the language in sight of it", arguments: others)
    func keeps(text: String, language: Language) {
        #expect(LanguageReader.detect(text, among: Self.all, current: language) == language)
    }

    @Test(
        "says nothing about words that tell nothing",
        arguments: [
            "ok", "Ana Silva", "1500", "👍", "", "   ", "John", "ana@exemplo.com", "https://x.example/a", "Lisboa",
            "site",
            "500€", "????", "Restaurante O Pescador", "WordPress", "+351 912 345 678", "15/12", "Wix", "pizza", "haha",
        ]
    )
    func undecidable(text: String) {
        #expect(LanguageReader.detect(text, among: Self.all, current: nil) == nil)
        #expect(LanguageReader.detect(text, among: Self.all, current: .en) == nil)
    }

    @Test(
        "needs more than a word to leave the current language",
        arguments: [
            ("ok thanks", Language.ptPT), ("hello", .ptPT), ("gracias", .ptPT), ("obrigado", .en), ("sorry", .es),
            ("restaurante", .en), ("no", .ptPT), ("top", .ptPT),
        ]
    )
    func staysPut(text: String, current: Language) {
        let detected = LanguageReader.detect(text, among: Self.all, current: current)
        #expect(detected == nil || detected == current)
    }

    @Test(
        "leaves the current language on evidence",
        arguments: [
            ("Sorry, I don't speak Portuguese, can we talk in English?", Language.ptPT, Language.en),
            ("Hola, ¿me puede decir cuánto cuesta?", .ptPT, .es),
            ("Boa tarde, queria saber quanto custa um site", .en, .ptPT),
            ("Oi, você fala português? quero um site pra minha loja", .ptPT, .ptBR),
            ("Então diz-me lá, o que é que tu queres?", .ptBR, .ptPT),
        ]
    )
    func switches(text: String, current: Language, expected: Language) {
        #expect(LanguageReader.detect(text, among: Self.all, current: current) == expected)
    }

    @Test("plain Portuguese stays on its side of the Atlantic")
    func sides() {
        let text = "Quanto custa um site para uma empresa?"
        #expect(LanguageReader.detect(text, among: Self.all, current: .ptBR) == .ptBR)
        #expect(LanguageReader.detect(text, among: Self.all, current: .ptPT) == .ptPT)
    }

    @Test("works with any set of tags")
    func otherSets() {
        let text = "Hello, how much is a website for my business?"
        #expect(LanguageReader.detect(text, among: ["fr", "de"].map { Language($0) }, current: nil) == nil)
        #expect(
            LanguageReader.detect(text, among: [Language("fr"), Language("en-GB")], current: nil) == Language("en-GB")
        )
        #expect(LanguageReader.detect("Olá, queria um site", among: [.ptBR, .en], current: nil) == .ptBR)
        #expect(LanguageReader.detect(text, among: [], current: .en) == nil)
        #expect(
            LanguageReader.detect("Bonjour, je voudrais un site", among: [Language("fr"), .en], current: nil) == nil
        )
    }

    @Test(
        "expects a language from the country code",
        arguments: [
            ("351912345678", Language.ptPT), ("5511912345678", .ptBR), ("34612345678", .es), ("5215512345678", .es),
            ("5491112345678", .es), ("18095551234", .es), ("447700900123", .en), ("15551234567", .en),
            ("353861234567", .en), ("61412345678", .en), ("244923456789", .ptPT), ("258841234567", .ptPT),
        ] as [(String, Language?)]
    )
    func phone(digits: String, language: Language?) {
        #expect(LanguageReader.expected(fromPhone: digits) == language)
    }

    @Test(
        "expects nothing of other countries",
        arguments: ["33612345678", "4915112345678", "", "123", "8613800138000"]
    )
    func otherPhones(digits: String) {
        #expect(LanguageReader.expected(fromPhone: digits) == nil)
    }
}
