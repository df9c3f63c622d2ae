import Testing

@testable import Sandbox

/// Dialogues with the rule-based model: the customer's lines, then what it must have understood.
@Suite struct PlayerTests {
    static let schema: Payload = [
        "type": "object", "additionalProperties": false,
        "required": ["reply", "language", "intent", "product", "fields"],
        "properties": [
            "reply": ["type": "string"], "language": ["type": "string"],
            "intent": [
                "type": "string",
                "enum": ["answer", "question", "buy", "decline", "human", "opt_out", "complaint", "other"],
            ],
            "product": ["type": ["string", "null"], "enum": ["whatsapp-bot", "online-store", .null]],
            "fields": [
                "type": "object", "additionalProperties": false,
                "required": ["name", "need", "team", "budget", "email"],
                "properties": [
                    "name": [
                        "type": ["string", "null"],
                        "description":
                            "The customer's name | pt-PT: Como se chama? | pt-BR: Qual é o seu nome? | en: What's your name? | es: ¿Cómo se llama?",
                    ],
                    "need": [
                        "type": ["string", "null"], "enum": ["website", "shop", "automation", .null],
                        "description":
                            "What they need | pt-PT: Precisa de um site, uma loja online ou automação? | pt-BR: Você precisa de um site, uma loja online ou automação? | en: Do you need a website, an online shop or automation? | es: ¿Necesita una web, una tienda online o automatización?",
                    ],
                    "team": [
                        "type": ["integer", "null"],
                        "description":
                            "People in the team | pt-PT: Quantas pessoas são na equipa? | pt-BR: Quantas pessoas tem na equipe? | en: How many people are in your team? | es: ¿Cuántas personas hay en el equipo?",
                    ],
                    "budget": [
                        "type": ["number", "null"],
                        "description":
                            "Budget in euros | pt-PT: Qual é o orçamento? | pt-BR: Qual é o orçamento? | en: What is your budget? | es: ¿Cuál es su presupuesto?",
                    ],
                    "email": [
                        "type": ["string", "null"],
                        "description":
                            "E-mail | pt-PT: Qual é o seu e-mail? | pt-BR: Qual é o seu e-mail? | en: What's your e-mail? | es: ¿Cuál es su correo?",
                    ],
                ],
            ],
        ],
    ]

    /// Plays the lines one after the other through `Player` and returns every answer.
    static func play(_ lines: [String], system: String = "") -> [Payload] {
        var messages = [ChatCall.Message(role: "system", text: system)]
        var answers: [Payload] = []
        for line in lines {
            messages.append(.init(role: "user", text: line))
            let call = ChatCall(model: "m", messages: messages, schema: schema, request: [:], number: 1)
            guard case .json(let answer) = Player.reply(to: call) else { return answers }
            messages.append(.init(role: "assistant", text: answer["reply"]?.text ?? ""))
            answers.append(answer)
        }
        return answers
    }

    static let dialogues: [(String, [String])] = [
        (
            "pt-PT",
            [
                "Olá, bom dia", "Chamo-me Ana Silva", "Uma loja online", "somos 4", "cerca de 1.500 €", "ana@loja.pt",
                "Sim, quero avançar",
            ]
        ),
        (
            "pt-BR",
            [
                "Oi, tudo bem?", "Meu nome é Ana Silva", "preciso de uma loja pra vender", "4 pessoas", "1500",
                "ana@loja.pt", "Sim, pode mandar o link de pagamento",
            ]
        ),
        (
            "en",
            [
                "Hello there", "I'm Ana Silva", "an online shop please", "four", "about 1,500 euros",
                "it's ana@loja.pt", "Yes, go ahead",
            ]
        ),
        (
            "es",
            [
                "Hola, buenos días", "Me llamo Ana Silva", "una tienda online", "somos 4", "1500 euros", "ana@loja.pt",
                "Sí, quiero comprar",
            ]
        ),
    ]

    @Test("from greeting to buying, every field is found out", arguments: dialogues)
    func dialogue(language: String, lines: [String]) throws {
        let answers = Self.play(lines)
        let last = try #require(answers.last)
        #expect(answers.allSatisfy { $0["language"]?.text == language })
        #expect(
            last["fields"] == [
                "name": "Ana Silva", "need": "shop", "team": 4, "budget": 1500.0, "email": "ana@loja.pt",
            ]
        )
        #expect(last["intent"]?.text == "buy")
        #expect(last["product"]?.text == "online-store")
        let replies = answers.compactMap { $0["reply"]?.text }.joined()
        #expect(!replies.contains("€") && !replies.contains("http"))
    }

    @Test(
        "the intent is told from the words",
        arguments: [
            ("Quero falar com uma pessoa", "human"), ("STOP", "opt_out"), ("não obrigado", "decline"),
            ("Isto é uma vergonha, péssimo serviço", "complaint"), ("How long does it take?", "question"),
            ("I want to buy it", "buy"), ("Como posso pagar?", "question"),
        ]
    )
    func intents(text: String, intent: String) {
        #expect(Self.play([text]).first?["intent"]?.text == intent)
    }

    @Test(
        "how many people there are is understood without being asked, and no article is taken for a number",
        arguments: [
            ("Somos três. Quanto custa?", 3), ("I run a food truck, just me.", 1),
            ("we're about 12, mostly drivers", 12),
            ("Há 7 funcionários na loja", 7), ("There are four of us", 4), ("Trabajo sola", 1),
            ("somos unos 20 en el equipo", 20), ("a team of five", 5), ("somos uma padaria", nil),
            ("somos um salão pequeno", nil), ("we are three years old", nil), ("Quero falar com uma pessoa", nil),
            ("somos 3 lojas", nil), ("I need a website", nil),
        ]
    )
    func people(text: String, count: Int?) {
        #expect(Self.play([text]).first?["fields"]?["team"] == count.map { .int($0) } ?? .null)
    }

    @Test("a question is answered from the facts, without prices, and the next question follows")
    func facts() throws {
        let system = """
            # Rules
            - Always answer how long things take in one sentence.
            # Factos
            - A entrega demora duas semanas depois de recebermos os conteúdos.
            - A entrega de um site custa 900 € e demora.
            """
        let reply = try #require(Self.play(["Quanto tempo demora a entrega?"], system: system).first?["reply"]?.text)
        #expect(reply.contains("duas semanas"))
        #expect(reply.hasSuffix("Como se chama?"))
        #expect(!reply.contains("900"))
    }
}
