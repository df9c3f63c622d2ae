/// Words the answer to the newest message. Never a link or an address, and no price but those of the prompt.
struct Reply {
    var dialogue: Dialogue
    var schema: SalesSchema
    var phrases: Phrases
    var facts: Facts
    var offers: Offers
    var product: String?

    var text: String {
        switch dialogue.intent {
        case .optOut: return phrases.stopped
        case .human: return phrases.handOver
        case .complaint: return phrases.sorry
        case .decline: return phrases.declined
        case .question:
            return [dialogue.isFirst ? phrases.greeting : nil, answer, next].compactMap { $0 }.joined(separator: " ")
        case .buy: return question.map { "\(phrases.gladly) \($0)" } ?? phrases.linkFollows
        case .answer, .other:
            if dialogue.isFirst { return "\(phrases.hello) \(next)" }
            return "\(acknowledgement) \(next)"
        }
    }

    private var question: String? {
        dialogue.next(schema).flatMap { $0.question(dialogue.language) }
    }

    /// The next question, or the proposal where everything is known.
    private var next: String {
        question
            ?? "\(offers.recommendation(of: product, in: dialogue.language) ?? phrases.allKnown) \(phrases.proposal)"
    }

    private var answer: String {
        let newest = dialogue.newest
        if Intent.objects(newest) { return phrases.fixed }
        if Intent.asksForPrice(newest), let prices = offers.prices(of: product, in: dialogue.language) { return prices }
        return facts.answer(to: newest, in: dialogue.language) ?? phrases.willCheck
    }

    private var acknowledgement: String {
        if dialogue.intent == .other { return phrases.understood }
        let name = dialogue.known["name"]?.text.flatMap { $0.split(separator: " ").first }
        if let name, dialogue.newest.contains(name) { return "\(phrases.pleased), \(name)." }
        return phrases.thanks[dialogue.known.count % phrases.thanks.count]
    }
}

/// What the player says, in one language.
struct Phrases {
    var hello, understood, pleased, gladly, linkFollows, allKnown, proposal: String
    var willCheck, fixed, handOver, sorry, declined, stopped: String
    var thanks: [String]

    /// The first two words or so of the hello.
    var greeting: String { hello.split(separator: " ").first.map(String.init) ?? hello }

    init(_ language: Tongue) {
        switch language {
        case .portugal: self = .portugal
        case .brazil: self = .brazil
        case .english: self = .english
        case .spanish: self = .spanish
        }
    }

    private init(
        hello: String,
        understood: String,
        pleased: String,
        gladly: String,
        linkFollows: String,
        allKnown: String,
        proposal: String,
        willCheck: String,
        fixed: String,
        handOver: String,
        sorry: String,
        declined: String,
        stopped: String,
        thanks: [String]
    ) {
        (self.hello, self.understood, self.pleased, self.gladly) = (hello, understood, pleased, gladly)
        (self.linkFollows, self.allKnown, self.proposal) = (linkFollows, allKnown, proposal)
        (self.willCheck, self.fixed, self.handOver, self.sorry) = (willCheck, fixed, handOver, sorry)
        (self.declined, self.stopped, self.thanks) = (declined, stopped, thanks)
    }

    private static let portugal = Phrases(
        hello: "Olá! Obrigado por nos escrever.",
        understood: "Entendido.",
        pleased: "Muito prazer",
        gladly: "Com todo o gosto! Só me falta saber uma coisa:",
        linkFollows: "Ótimo! Segue já aqui na conversa o link de pagamento.",
        allKnown: "Já tenho tudo o que preciso.",
        proposal: "Quer avançar?",
        willCheck: "Boa pergunta. Vou confirmar esse ponto com a equipa e já lhe digo.",
        fixed: "Compreendo. Os nossos preços são fixos, mas posso ajudar a escolher o que faz mais sentido para si.",
        handOver: "Claro, vou passar a conversa a um colega da equipa, que lhe responde em breve.",
        sorry: "Lamento muito o sucedido. Vou já passar o assunto a um colega da equipa.",
        declined: "Sem problema, obrigado pelo seu tempo. Se mudar de ideias, é só escrever.",
        stopped: "Com certeza, não lhe enviamos mais mensagens.",
        thanks: ["Obrigado!", "Perfeito.", "Muito bem.", "Ótimo, fica anotado."]
    )

    private static let brazil = Phrases(
        hello: "Oi! Obrigado pelo contato.",
        understood: "Entendi.",
        pleased: "Muito prazer",
        gladly: "Com todo prazer! Só preciso saber mais uma coisa:",
        linkFollows: "Ótimo! O link de pagamento chega já aqui na conversa.",
        allKnown: "Já tenho tudo o que preciso.",
        proposal: "Vamos em frente?",
        willCheck: "Boa pergunta. Vou confirmar isso com a equipe e já te falo.",
        fixed: "Entendo. Nossos preços são fixos, mas posso ajudar você a escolher o que faz mais sentido.",
        handOver: "Claro, vou passar a conversa para um colega da equipe, que já te responde.",
        sorry: "Sinto muito pelo ocorrido. Vou passar isso agora mesmo para um colega da equipe.",
        declined: "Sem problema, obrigado pelo seu tempo. Se mudar de ideia, é só chamar.",
        stopped: "Pode deixar, não vamos mais enviar mensagens.",
        thanks: ["Obrigado!", "Perfeito.", "Que bom!", "Ótimo, anotado."]
    )

    private static let english = Phrases(
        hello: "Hello! Thanks for getting in touch.",
        understood: "Got it.",
        pleased: "Nice to meet you",
        gladly: "With pleasure! I just need to know one more thing:",
        linkFollows: "Great! The payment link follows right here in the chat.",
        allKnown: "I have everything I need.",
        proposal: "Would you like to go ahead?",
        willCheck: "Good question. I'll check that with the team and get back to you.",
        fixed: "I see. Our prices are fixed, but I can help you choose what makes most sense for you.",
        handOver: "Of course, I'm passing this chat to a colleague, who will answer you shortly.",
        sorry: "I'm very sorry about that. I'm passing this to a colleague right away.",
        declined: "No problem, thank you for your time. If you change your mind, just write to us.",
        stopped: "Of course, we won't send you any more messages.",
        thanks: ["Thank you!", "Perfect.", "Very good.", "Great, noted."]
    )

    private static let spanish = Phrases(
        hello: "¡Hola! Gracias por escribirnos.",
        understood: "Entendido.",
        pleased: "Encantado de conocerle",
        gladly: "¡Con mucho gusto! Solo me falta saber una cosa:",
        linkFollows: "¡Genial! El enlace de pago llega ahora mismo a esta conversación.",
        allKnown: "Ya tengo todo lo que necesito.",
        proposal: "¿Quiere seguir adelante?",
        willCheck: "Buena pregunta. Lo consulto con el equipo y se lo digo enseguida.",
        fixed: "Lo entiendo. Nuestros precios son fijos, pero puedo ayudarle a elegir lo que más le conviene.",
        handOver: "Claro, paso la conversación a un compañero del equipo, que le responderá en breve.",
        sorry: "Lamento mucho lo ocurrido. Paso el asunto a un compañero ahora mismo.",
        declined: "Sin problema, gracias por su tiempo. Si cambia de idea, escríbanos.",
        stopped: "Por supuesto, no le enviaremos más mensajes.",
        thanks: ["¡Gracias!", "Perfecto.", "Muy bien.", "Genial, anotado."]
    )
}
