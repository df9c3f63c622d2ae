import Conversation

/// The few words of the demo itself, per language. What the bot says comes from the prompt files.
struct DemoWords: Sendable, Equatable {
    var language: Language
    var customer: String
    var online: String
    var typing: @Sendable (_ business: String) -> String
    var read: String
    var failed: String
    var prompt: String
    /// Beside the business's name.
    var helpHint: String
    var help: String
    var paying: @Sendable (_ method: String) -> String
    var payFailed: String
    var nothingToPay: String
    var restarting: String
    var restarted: String
    var newCustomer: @Sendable (_ name: String, _ phone: String) -> String
    var unknownCommand: @Sendable (_ command: String) -> String
    var noLead: String
    var voiceSent: String
    var bye: String
    /// What the simulated voice message says.
    var voice: String
    /// The simulated customers: what they are called and which number they write from (digits).
    var names: [String]
    var phone: String

    static func == (left: DemoWords, right: DemoWords) -> Bool { left.language == right.language }

    static let all: [DemoWords] = [.ptPT, .ptBR, .en, .es]

    static func of(_ language: Language) -> DemoWords? {
        all.first { $0.language == language } ?? all.first { $0.language.base == language.base }
    }
}

extension DemoWords {
    static let ptPT = DemoWords(
        language: .ptPT,
        customer: "cliente",
        online: "online",
        typing: { "\($0) está a escrever…" },
        read: "lida",
        failed: "não enviada",
        prompt: "Escreva uma mensagem",
        helpHint: "/help ajuda",
        help: """
            Escreva como se fosse um cliente. Um número toca no botão com esse número.
            /pay [card|mbway|multibanco|fail]  paga o último link (ou falha o pagamento)
            /lead         a ficha do cliente, tal como a equipa a vê
            /transcript   a conversa, tal como a equipa a vê
            /new [idioma] [+351…]  ser outro cliente
            /restart      matar o serviço a meio e voltar a arrancá-lo: nada se perde
            /voice        enviar uma mensagem de voz
            /quit         sair
            """,
        paying: { "A pagar por \($0)…" },
        payFailed: "O pagamento não foi concluído.",
        nothingToPay: "Ainda não há nada para pagar: não chegou nenhum link.",
        restarting: "Serviço morto a meio do que estava a fazer. A arrancar de novo com a mesma base de dados…",
        restarted: "Serviço de volta.",
        newCustomer: { "Agora é \($0), +\($1)." },
        unknownCommand: { "Não conheço \($0). /help mostra o que há." },
        noLead: "A equipa ainda não tem ficha deste cliente.",
        voiceSent: "🎤 mensagem de voz",
        bye: "Até à próxima!",
        voice: "Olá, queria saber mais sobre os vossos serviços.",
        names: ["Ana Marques", "Tiago Lopes", "Inês Duarte"],
        phone: "351912345678"
    )

    static let ptBR = DemoWords(
        language: .ptBR,
        customer: "cliente",
        online: "online",
        typing: { "\($0) está digitando…" },
        read: "lida",
        failed: "não enviada",
        prompt: "Digite uma mensagem",
        helpHint: "/help ajuda",
        help: """
            Escreva como se fosse um cliente. Um número toca no botão com esse número.
            /pay [card|mbway|multibanco|fail]  paga o último link (ou falha o pagamento)
            /lead         a ficha do cliente, como a equipe a vê
            /transcript   a conversa, como a equipe a vê
            /new [idioma] [+55…]  ser outro cliente
            /restart      derrubar o serviço no meio e subir de novo: nada se perde
            /voice        enviar um áudio
            /quit         sair
            """,
        paying: { "Pagando com \($0)…" },
        payFailed: "O pagamento não foi concluído.",
        nothingToPay: "Ainda não há nada para pagar: nenhum link chegou.",
        restarting: "Serviço derrubado no meio do que fazia. Subindo de novo com o mesmo banco de dados…",
        restarted: "Serviço de volta.",
        newCustomer: { "Agora você é \($0), +\($1)." },
        unknownCommand: { "Não conheço \($0). /help mostra o que existe." },
        noLead: "A equipe ainda não tem ficha deste cliente.",
        voiceSent: "🎤 áudio",
        bye: "Até a próxima!",
        voice: "Oi, eu queria saber mais sobre os serviços de vocês.",
        names: ["Rafael Souza", "Juliana Lima", "Marcos Prado"],
        phone: "5511987654321"
    )

    static let en = DemoWords(
        language: .en,
        customer: "customer",
        online: "online",
        typing: { "\($0) is typing…" },
        read: "read",
        failed: "not sent",
        prompt: "Type a message",
        helpHint: "/help",
        help: """
            Write as a customer would. A number taps the button with that number.
            /pay [card|mbway|multibanco|fail]  pay the newest link (or fail to)
            /lead         the customer's card as staff sees it
            /transcript   the conversation as staff sees it
            /new [language] [+44…]  be another customer
            /restart      kill the service in the middle and start it again: nothing is lost
            /voice        send a voice message
            /quit         leave
            """,
        paying: { "Paying by \($0)…" },
        payFailed: "The payment did not go through.",
        nothingToPay: "There is nothing to pay yet: no link has come.",
        restarting: "Service killed in the middle of what it was doing. Starting it again on the same database…",
        restarted: "The service is back.",
        newCustomer: { "You are now \($0), +\($1)." },
        unknownCommand: { "There is no \($0). /help shows what there is." },
        noLead: "Staff has no card of this customer yet.",
        voiceSent: "🎤 voice message",
        bye: "See you!",
        voice: "Hello, I'd like to know more about your services.",
        names: ["Emily Carter", "James Doyle", "Priya Shah"],
        phone: "447700900123"
    )

    static let es = DemoWords(
        language: .es,
        customer: "cliente",
        online: "en línea",
        typing: { "\($0) está escribiendo…" },
        read: "leído",
        failed: "no enviado",
        prompt: "Escriba un mensaje",
        helpHint: "/help ayuda",
        help: """
            Escriba como lo haría un cliente. Un número pulsa el botón con ese número.
            /pay [card|mbway|multibanco|fail]  paga el último enlace (o falla el pago)
            /lead         la ficha del cliente tal como la ve el equipo
            /transcript   la conversación tal como la ve el equipo
            /new [idioma] [+34…]  ser otro cliente
            /restart      matar el servicio a medias y arrancarlo otra vez: no se pierde nada
            /voice        enviar una nota de voz
            /quit         salir
            """,
        paying: { "Pagando con \($0)…" },
        payFailed: "El pago no se completó.",
        nothingToPay: "Todavía no hay nada que pagar: no ha llegado ningún enlace.",
        restarting: "Servicio detenido de golpe. Arrancando otra vez con la misma base de datos…",
        restarted: "El servicio ha vuelto.",
        newCustomer: { "Ahora es \($0), +\($1)." },
        unknownCommand: { "No conozco \($0). /help muestra lo que hay." },
        noLead: "El equipo aún no tiene ficha de este cliente.",
        voiceSent: "🎤 nota de voz",
        bye: "¡Hasta pronto!",
        voice: "Hola, quería saber más sobre sus servicios.",
        names: ["Lucía Ortega", "Javier Ruiz", "Carmen Vidal"],
        phone: "34612345678"
    )
}
