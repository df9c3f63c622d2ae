import Storage

/// What people in the archive say: enough different words that full-text search has something to look through. Some
/// stand in every tenth message, most in few, one in ten of all.
enum ArchiveTexts {
    struct Phrase {
        var text: String
        /// As the service stores them in the index.
        var words: [String]

        init(_ text: String) {
            self.text = text
            words = SearchWords.words(in: text).map(\.folded)
        }
    }

    static let languages = ["pt-PT", "pt-BR", "en", "es"]
    static let phrasesPerSide = 100
    static let rareWord = "xilofone"

    /// By language, then by side (0: customer, 1: bot), then by number.
    static let phrases: [Phrase] = languages.flatMap { language in
        [customers, answers].flatMap { side -> [Phrase] in
            let parts = side[language, default: []]
            return (0..<phrasesPerSide).map { number in
                let (first, second) = (parts[number % parts.count], parts[(number / 3 + 5) % parts.count])
                return Phrase(first + (first == second ? "" : " " + second))
            }
        }
    }

    /// Words of which each is found in a few hundred messages, the first ones more often.
    static let tails: [String] = {
        let syllables = [
            "ba", "le", "mi", "to", "ru", "ca", "ne", "si", "po", "du", "vel", "tran", "gor", "lis", "mun",
        ]
        return (0..<20_000).map { number in
            var rest = number
            var word = ""
            for _ in 0..<4 {
                word += syllables[rest % syllables.count]
                rest /= syllables.count
            }
            return word
        }
    }()

    static let names: [String] = ["Ana", "Rui", "Marta", "João", "Sofia", "Miguel", "Inês", "Tiago", "Emily", "Carmen"]
        .flatMap { first in
            ["Silva", "Costa", "Ferreira", "Sousa", "Carter", "Gómez", "Oliveira", "Pereira", "Lopes", "Núñez"].map {
                "\(first) \($0)"
            }
        }

    private static let customers = [
        "pt-PT": [
            "Olá, vi o vosso anúncio.", "Quanto custa um site?", "Temos um café em Braga.",
            "Queria um orçamento para uma loja online.", "Quanto tempo costuma demorar?",
            "Obrigado, já digo alguma coisa.",
            "Podem enviar o link de pagamento?", "O meu sócio quer saber o preço.", "Precisamos de receber reservas.",
            "E dá para ter em inglês também?", "Somos doze pessoas.", "Prefiro falar com uma pessoa.",
        ],
        "pt-BR": [
            "Oi, tudo bem?", "Qual o preço do site?", "Tenho uma padaria em Campinas.",
            "Quero um orçamento, por favor.",
            "Vocês fazem automação?", "Pode mandar o link?", "Meu sócio vai ver isso amanhã.", "Somos em sete pessoas.",
            "Preciso responder clientes no WhatsApp.", "Quanto tempo demora?", "Obrigada, vou pensar.",
        ],
        "en": [
            "Hello there,", "how much is a website?", "I run a small bakery in Leeds.", "We need an online shop.",
            "Could you send the payment link?", "My partner wants to know the price.", "There are twelve of us.",
            "How long does it take?", "Thanks, I will think about it.", "I would rather talk to a person.",
        ],
        "es": [
            "Hola, buenas tardes.", "¿Cuánto cuesta una página web?", "Tengo un restaurante en Vigo.",
            "Quería un presupuesto para una tienda online.", "¿Cuánto tarda?", "Gracias, lo voy a pensar.",
            "¿Me pueden enviar el enlace de pago?", "Somos ocho personas.", "Mi socio pregunta por el precio.",
        ],
    ]

    private static let answers = [
        "pt-PT": [
            "Bom dia! Obrigado pelo contacto.", "Como se chama?", "Que tipo de negócio tem?",
            "O site profissional custa 490 €.", "Que orçamento tem em mente?", "Quantas pessoas trabalham consigo?",
            "Envio já o link de pagamento.", "Fica pronto em duas semanas.", "Quer que lhe mostre exemplos?",
        ],
        "pt-BR": [
            "Olá! Obrigado pelo contato.", "Qual é o seu nome?", "Que tipo de negócio você tem?",
            "O site profissional custa 490 €.", "Qual orçamento você tem em mente?", "Já envio o link de pagamento.",
            "Quantas pessoas trabalham com você?", "Fica pronto em duas semanas.",
        ],
        "en": [
            "Hello! Thanks for getting in touch.", "What's your name?", "What does your business do?",
            "The business website costs €490.", "What budget do you have in mind?", "How many people work with you?",
            "I am sending the payment link now.", "It is ready within two weeks.",
        ],
        "es": [
            "¡Hola! Gracias por escribirnos.", "¿Cómo se llama?", "¿Qué tipo de negocio tiene?",
            "La página web cuesta 490 €.", "¿Qué presupuesto tiene en mente?", "Le envío el enlace de pago.",
            "¿Cuántas personas trabajan con usted?", "Está lista en dos semanas.",
        ],
    ]
}
