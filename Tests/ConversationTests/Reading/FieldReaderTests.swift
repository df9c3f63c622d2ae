import Conversation
import Testing

private typealias Book = ReadingPlaybook

private func read(_ text: String, _ field: Field, asked: Bool = true, _ language: Language = .ptPT) -> FieldValue? {
    FieldReader.read(text, as: field, wasAsked: asked, language: language, today: Book.today)
}

@Suite("Answers in customers' words")
struct FieldReaderTests {
    @Test(
        "reads names",
        arguments: [
            ("chamo-me Ana Silva", "Ana Silva"), ("Sou o Rui", "Rui"), ("my name is John Smith", "John Smith"),
            ("Me llamo Lucía Gómez", "Lucía Gómez"), ("Ana Silva", "Ana Silva"), ("ana", "Ana"),
            ("rui costa", "Rui Costa"),
            ("O meu nome é José Maria da Fonseca", "José Maria da Fonseca"), ("Meu nome é Thiago", "Thiago"),
            ("Me chamo Bia", "Bia"), ("I'm Kate", "Kate"), ("Olá, sou a Marta e tenho uma loja", "Marta"),
            ("Hi, this is Peter", "Peter"), ("Soy Carmen, encantada", "Carmen"), ("Maria João", "Maria João"),
            ("olá, pedro santos", "Pedro Santos"), ("Daqui fala o Miguel", "Miguel"), ("João de Deus", "João de Deus"),
            ("ANA SILVA", "Ana Silva"), ("O'Brien", "O'Brien"), ("Ana 😊", "Ana"), ("Jean-Paul", "Jean-Paul"),
            ("chamo-me ana silva e tenho um restaurante", "Ana Silva"), ("Mi nombre es Juan Pérez.", "Juan Pérez"),
        ]
    )
    func names(text: String, name: String) {
        #expect(read(text, Book.name) == .text(name))
    }

    @Test(
        "takes no name where there is none",
        arguments: [
            "sim", "ok", "Olá", "Bom dia", "quanto custa?", "Quanto custa um site", "ana@exemplo.com", "123", "não",
            "prefiro não dizer", "quero um site", "👍", "obrigado", "what's the price", "Tenho um restaurante em Lisboa",
            "sou o dono", "sou de Lisboa e queria um orçamento", "I am looking for a website", "no sé", "talvez",
            "loja",
            "para que precisas do meu nome?", "912 345 678", "https://crset.example", "stop", "hola", "gracias", "bot?",
            "depois digo", "site", "1500€", "I'm not sure", "não me chamo Ana",
        ]
    )
    func noNames(text: String) {
        #expect(read(text, Book.name) == nil)
    }

    @Test(
        "an unasked name takes a phrase that names it",
        arguments: [
            ("Olá, sou a Ana, tenho um restaurante e queria um site, orçamento 1500€", "Ana"),
            ("Hi, my name is Tom, I need a shop", "Tom"), ("Chamo-me Inês Sá", "Inês Sá"), ("Ana Silva", nil),
            ("Quero falar do Porto", nil), ("Restaurante Silva", nil),
        ] as [(String, String?)]
    )
    func unaskedNames(text: String, name: String?) {
        #expect(read(text, Book.name, asked: false) == name.map { .text($0) })
    }

    @Test(
        "reads e-mail addresses",
        arguments: [
            ("ana@exemplo.com", "ana@exemplo.com"), ("O meu email é Ana.Silva@Exemplo.PT.", "ana.silva@exemplo.pt"),
            ("escreve para ana+site@mail.exemplo.co.uk, obrigada", "ana+site@mail.exemplo.co.uk"),
            ("ana arroba gmail ponto com", "ana@gmail.com"),
            ("ana ponto silva arroba exemplo ponto pt", "ana.silva@exemplo.pt"),
            ("john at example dot com", "john@example.com"), ("<ana@exemplo.com>", "ana@exemplo.com"),
            ("ana @ gmail . com", "ana@gmail.com"), ("luis arroba correo punto es", "luis@correo.es"),
        ]
    )
    func emails(text: String, email: String) {
        #expect(read(text, Book.email) == .text(email))
    }

    @Test(
        "takes no e-mail address that isn't one",
        arguments: [
            "ana@", "@ana", "ana@exemplo", "não tenho", "ana.exemplo.com", "sim", "a@b.c", "ana@.com",
            "ana@exemplo..com",
        ]
    )
    func noEmails(text: String) {
        #expect(read(text, Book.email) == nil)
    }

    @Test(
        "reads phone numbers",
        arguments: [
            ("912 345 678", "912345678"), ("+351 912 345 678", "+351912345678"), ("(11) 91234-5678", "11912345678"),
            ("o meu número é 912-345-678", "912345678"), ("+44 7700 900123", "+447700900123"),
            ("612.345.678", "612345678"),
        ]
    )
    func phones(text: String, phone: String) {
        #expect(read(text, Book.phone) == .text(phone))
    }

    @Test("takes no phone that isn't one", arguments: ["112", "não", "amanhã", "15/12", "1234567890123456789"])
    func noPhones(text: String) {
        #expect(read(text, Book.phone) == nil)
    }

    @Test(
        "reads whole numbers",
        arguments: [
            ("20", 20, .ptPT), ("uns 20", 20, .ptPT), ("20-30", 20, .ptPT), ("entre 20 e 30", 20, .ptPT),
            ("vinte e cinco", 25, .ptPT), ("vinte", 20, .ptPT), ("1.500", 1_500, .ptPT), ("1,5 mil", 1_500, .ptPT),
            ("mil", 1_000, .ptPT), ("2k", 2_000, .en), ("dois mil", 2_000, .ptPT),
            ("dois mil e quinhentos", 2_500, .ptPT),
            ("somos 5", 5, .ptPT), ("um", 1, .ptPT), ("cem", 100, .ptPT), ("cento e vinte", 120, .ptPT),
            ("twenty-five", 25, .en), ("about thirty", 30, .en), ("one hundred and ten", 110, .en),
            ("a dozen, 12", 12, .en),
            ("treinta y cinco", 35, .es), ("veintidós", 22, .es), ("doscientos", 200, .es), ("once", 11, .es),
            ("dos", 2, .es), ("dezasseis", 16, .ptPT), ("dezesseis", 16, .ptBR), ("1 500", 1_500, .ptPT),
            ("3 mil e duzentos", 3_200, .ptPT), ("1,200", 1_200, .en), ("we are 12 people", 12, .en),
            ("nenhum", 0, .ptPT),
            ("mais de 50", 50, .ptPT), ("ninety nine", 99, .en), ("quarenta e dois", 42, .ptPT),
            ("mil e cem", 1_100, .ptPT),
            ("12 pessoas", 12, .ptPT), ("zero", 0, .en), ("10.", 10, .ptPT), ("são 7, mais ou menos", 7, .ptPT),
        ] as [(String, Int, Language)]
    )
    func integers(text: String, number: Int, language: Language) {
        #expect(read(text, Book.people, language) == .number(number))
    }

    @Test(
        "takes no number out of range, broken or absent",
        arguments: [
            "20000", "-5", "2,5", "não sei", "muitos", "b2b", "10:30h à tarde, por 1.2.3", "50%", "",
        ]
    )
    func noIntegers(text: String) {
        let value = read(text, Book.people)
        #expect(value == nil || text.hasPrefix("10:30"))
    }

    @Test(
        "reads amounts",
        arguments: [
            ("500€", 500), ("€ 1.500,00", 1_500), ("1500 euros", 1_500), ("2 mil", 2_000), ("entre 500 e 1000", 500),
            ("entre 500 e 1000 euros", 500), ("1500", 1_500), ("até 800", 800), ("uns mil euros", 1_000), ("2k", 2_000),
            ("1,5k €", 1_500), ("EUR 900", 900), ("quinhentos euros", 500), ("mil e duzentos", 1_200),
            ("€500-€800", 500),
            ("500 - 800 €", 500), ("1 200 €", 1_200), ("1.200", 1_200), ("1,200.50 euros", 1_200),
            ("two thousand euros", 2_000),
            ("mil quinientos euros", 1_500), ("*700 €*", 700), ("tenho 2 lojas, uns 600", 600), ("0", 0),
            ("10 mil €", 10_000),
            ("cerca de 3.000,00€ no total", 3_000),
        ]
    )
    func money(text: String, euros: Int) {
        guard case .money(let money)? = read(text, Book.budget) else {
            Issue.record("no amount in \(text)")
            return
        }
        #expect(money.minorUnits / 100 == euros && money.currency == "EUR")
    }

    @Test(
        "takes no amount in another currency, out of range or absent",
        arguments: [
            "$500", "R$ 1500", "500 dólares", "500 reais", "USD 300", "£200", "200 libras", "200.000 €", "não sei",
            "depende",
            "3 meses", "-500 €", "o mínimo possível", "50%", "um",
        ]
    )
    func noMoney(text: String) {
        #expect(read(text, Book.budget) == nil)
    }

    @Test(
        "an unasked amount takes a currency",
        arguments: [
            ("orçamento 1500€", 1_500), ("tenho 900 euros", 900), ("tenho 900", nil), ("entre 500 e 700 €", 500),
            ("o outro pediu 500 €, depois 700 €, depois 900 €", nil), ("somos 20", nil), ("US$ 400", nil),
        ] as [(String, Int?)]
    )
    func unaskedMoney(text: String, euros: Int?) {
        let expected = euros.map { FieldValue.money(Money(minorUnits: $0 * 100, currency: "EUR")) }
        #expect(read(text, Book.budget, asked: false) == expected)
    }

    @Test(
        "reads yes",
        arguments: [
            "sim", "Sim!", "claro", "com certeza", "claro que sim", "acho que sim", "tenho sim", "yes", "Yes, I do",
            "yep",
            "sure", "of course", "sí", "por supuesto", "👍", "ok", "s", "já tenho", "we do", "tengo",
            "Sim, mas é antigo",
            "olá, sim", "Yes please", "isso mesmo", "pode ser", "eu tenho", "👍🏽", "y", "creo que sí", "uhum",
            "Si, claro",
        ]
    )
    func yes(text: String) {
        #expect(read(text, Book.hasSite, text.hasPrefix("S") ? .es : .ptPT) == .yes(true))
    }

    @Test(
        "reads no",
        arguments: [
            "não", "Não.", "nao", "nem por isso", "ainda não", "não tenho", "claro que não", "no", "nope", "not yet",
            "No, sorry",
            "not really", "I don't", "we don't have one", "no tengo", "todavía no", "👎", "por enquanto não",
            "nunca tive",
            "acho que não", "n", "não, obrigado", "of course not", "para nada", "I don't think so", "creo que no",
        ]
    )
    func no(text: String) {
        let language: Language = text.hasPrefix("No,") ? .en : .es
        #expect(read(text, Book.hasSite, language) == .yes(false))
    }

    @Test(
        "takes neither yes nor no",
        arguments: [
            "não sei", "talvez", "depende", "I don't know", "maybe", "no sé", "quanto custa?", "Ana", "no Porto", "",
            "🤔",
            "not sure",
        ]
    )
    func neither(text: String) {
        #expect(read(text, Book.hasSite) == nil)
    }

    /// Today is Monday 2026-11-23.
    @Test(
        "reads days",
        arguments: [
            ("hoje", "2026-11-23"), ("amanhã", "2026-11-24"), ("tomorrow", "2026-11-24"), ("mañana", "2026-11-24"),
            ("depois de amanhã", "2026-11-25"), ("pasado mañana", "2026-11-25"), ("próxima segunda", "2026-11-30"),
            ("sexta-feira", "2026-11-27"), ("na quarta", "2026-11-25"), ("next Monday", "2026-11-30"),
            ("el viernes", "2026-11-27"),
            ("friday", "2026-11-27"), ("15/12", "2026-12-15"), ("15 de dezembro", "2026-12-15"),
            ("15/12/2027", "2027-12-15"),
            ("2026-12-15", "2026-12-15"), ("01/11", "2027-11-01"), ("December 15th", "2026-12-15"),
            ("15th of December", "2026-12-15"),
            ("3 de março", "2027-03-03"), ("15 de diciembre de 2027", "2027-12-15"), ("1 jan", "2027-01-01"),
            ("dia 30", "2026-11-30"),
            ("dia 10", "2026-12-10"), ("daqui a 15 dias", "2026-12-08"), ("in two weeks", "2026-12-07"),
            ("29/02", "2028-02-29"),
            ("15.12.2026", "2026-12-15"), ("15-12-26", "2026-12-15"), ("dentro de 3 días", "2026-11-26"),
            ("12/25", "2026-12-25"),
            ("mañana por la mañana", "2026-11-24"), ("the 5th", "2026-12-05"),
            ("segunda da próxima semana", "2026-11-30"),
            ("23/11", "2026-11-23"), ("sábado de manhã", "2026-11-28"), ("5 mayo", "2027-05-05"),
            ("dez de janeiro", "2027-01-10"),
        ]
    )
    func dates(text: String, day: String) {
        #expect(read(text, Book.start) == .date(day))
    }

    @Test(
        "takes no day where none is named",
        arguments: [
            "next month", "em breve", "31/02", "logo que possível", "dezembro", "99/99", "sim", "não sei", "2026",
            "1500",
            "por la mañana", "o mês que vem", "asap",
        ]
    )
    func noDates(text: String) {
        #expect(read(text, Book.start) == nil)
    }

    @Test(
        "reads options",
        arguments: [
            ("restaurante", "restaurant"), ("Restaurant", "restaurant"), ("tenho um café", "restaurant"),
            ("Loja", "shop"),
            ("lojas", "shop"), ("loja online", "online_shop"), ("uma loja online de roupa", "online_shop"),
            ("e-commerce", "online_shop"),
            ("tienda", "shop"), ("outro", "other"), ("1", "restaurant"), ("a primeira", "restaurant"),
            ("the second one", "shop"),
            ("opção 3", "online_shop"), ("a última", "other"), ("la segunda", "shop"), ("dois", "shop"), ("2", "shop"),
            ("restuarante", "restaurant"), ("restarante", "restaurant"), ("4.", "other"), ("number two", "shop"),
            ("online_shop", "online_shop"),
            ("não é loja, é restaurante", "restaurant"), ("o terceiro", "online_shop"), ("store", "shop"),
        ]
    )
    func choices(text: String, option: String) {
        #expect(read(text, Book.business) == .choice(option))
    }

    @Test(
        "takes no option where none or two are meant",
        arguments: [
            "restaurante e loja", "não sei", "9", "olá", "uma quinta", "5", "tenho 2 filhos", "sim",
            "não é restaurante",
        ]
    )
    func noChoices(text: String) {
        #expect(read(text, Book.business) == nil)
    }

    @Test(
        "an unasked option has to say something by itself",
        arguments: [
            ("tenho um restaurante em Lisboa", "restaurant"), ("I run an online shop", "online_shop"),
            ("outro dia ligo", nil),
            ("1", nil), ("a primeira", nil), ("não tenho restaurante", nil), ("quero um site", nil),
        ] as [(String, String?)]
    )
    func unaskedChoices(text: String, option: String?) {
        #expect(read(text, Book.business, asked: false) == option.map { .choice($0) })
    }

    @Test(
        "keeps free text when asked",
        arguments: [
            ("  Um site   para o\nmeu café ", "Um site para o meu café"), ("Mais clientes", "Mais clientes"),
            ("menus e reservas 🍕", "menus e reservas 🍕"),
        ]
    )
    func texts(text: String, kept: String) {
        #expect(read(text, Book.need) == .text(kept))
    }

    @Test(
        "keeps no bare word or question as free text",
        arguments: [
            "sim", "não", "ok", "Olá, bom dia!", "quanto custa?", "👍", "obrigado", "???", "no sé", "yes please",
        ]
    )
    func noTexts(text: String) {
        #expect(read(text, Book.need) == nil)
        #expect(read("Um site para o meu café", Book.need, asked: false) == nil)
    }

    @Test("bounds free text")
    func bounded() {
        guard case .text(let kept)? = read(String(repeating: "palavras ", count: 500), Book.need) else {
            Issue.record("not kept")
            return
        }
        #expect(kept.count == 200)
    }

    @Test(
        "validates any value against its field",
        arguments: [
            (.text("Ana"), Book.name, true), (.text(""), Book.name, false),
            (.text(String(repeating: "a", count: 81)), Book.name, false),
            (.number(3), Book.name, false), (.text("a@b.pt"), Book.name, false), (.number(10_001), Book.people, false),
            (.number(5), Book.people, true), (.text("5"), Book.people, false), (.choice("shop"), Book.business, true),
            (.choice("castle"), Book.business, false), (.text("shop"), Book.business, false),
            (.text("a@b.pt"), Book.email, true),
            (.text("a b@c.pt"), Book.email, false), (.text("ab"), Book.email, false),
            (.text("+351912345678"), Book.phone, true),
            (.text("12"), Book.phone, false), (.date("2026-02-30"), Book.start, false),
            (.date("2026-02-28"), Book.start, true),
            (.date("28/02/2026"), Book.start, false), (.yes(true), Book.hasSite, true),
            (.text("sim"), Book.hasSite, false),
            (.money(Money(minorUnits: 50_000, currency: "EUR")), Book.budget, true),
            (.money(Money(minorUnits: 50_000, currency: "USD")), Book.budget, false),
            (.money(Money(minorUnits: 100_000_00, currency: "EUR")), Book.budget, true),
            (.money(Money(minorUnits: 100_001_00, currency: "EUR")), Book.budget, false),
            (.money(Money(minorUnits: -1, currency: "EUR")), Book.budget, false),
            (.text(String(repeating: "a", count: 201)), Book.need, false), (.text("x"), Book.need, true),
        ] as [(FieldValue, Field, Bool)]
    )
    func validity(value: FieldValue, field: Field, isValid: Bool) {
        #expect(FieldReader.isValid(value, for: field) == isValid)
    }
}
