import Conversation
import Testing

@Suite("What customers want")
struct IntentReaderTests {
    @Test(
        "hears stop",
        arguments: [
            "stop", "STOP", "Stop.", "Stop. Thank you", "STOP!!!", "stop please", "Please stop", "stop stop stop",
            "parar", "PARAR",
            "Sair", "sair, por favor", "cancelar subscrição", "Quero cancelar a subscrição",
            "não me mandem mais mensagens",
            "Por favor não me mandem mais mensagens.", "Nao mande mais mensagem", "remover",
            "Remover o meu número da lista",
            "baja", "BAJA", "no me escriban más", "Por favor no me escribas más", "unsubscribe",
            "Unsubscribe me please",
            "I want to unsubscribe", "stop messaging me", "Stop texting me!!", "don't contact me again",
            "do not message me",
            "take me off your list", "remove me from this list", "no more messages please", "leave me alone", "opt out",
            "não quero receber mais mensagens", "Não quero mais receber mensagens de vocês",
            "parem de me enviar mensagens",
            "para de me mandar mensagem", "me tira da lista", "tirem-me da lista", "deixem-me em paz",
            "quiero darme de baja",
            "dejen de escribirme", "no quiero recibir más mensajes", "no me manden más mensajes",
            "Olá, parem de me chatear",
            "Stop\nI found someone else", "cancelar", "descadastrar", "chega!", "basta", "Ѕtор", "ｓｔｏｐ", "s\u{200B}top",
            "Parem!",
            "borren mi número", "não me contactem mais", "Pare de enviar mensagens", "delete my number",
        ]
    )
    func optOut(text: String) {
        #expect(IntentReader.isOptOut(text))
        #expect(IntentReader.intent(of: text) == .optOut)
    }

    @Test(
        "doesn't hear stop in other words",
        arguments: [
            "stop by tomorrow", "não posso parar agora", "I can't stop laughing", "quero sair de férias",
            "I'll stop by your office",
            "o meu site parou de funcionar", "vamos parar para pensar", "posso cancelar a reunião?", "onde posso sair?",
            "can you stop the counter on the site?", "non-stop", "is it a one-stop shop?", "para quando?",
            "para o meu café",
            "baja calidad", "bajar el precio", "quiero bajar de peso", "remover o fundo da imagem", "o botão remover",
            "a bus stop near the shop", "I want to stop losing customers", "sair bem na fotografia",
            "quero parar de perder clientes",
            "end of the month", "quit my job last year", "it never stops", "não quero parar", "", "ok", "no", "não",
            "chega amanhã?", "basta-me um site simples", "quando chega?", "dar de alta", "a loja está cancelada",
            "cancel culture",
            "Quero que o cliente possa cancelar subscrições online", "para mim é o site",
        ]
    )
    func noOptOut(text: String) {
        #expect(!IntentReader.isOptOut(text))
    }

    @Test(
        "hears the call for a person",
        arguments: [
            "quero falar com uma pessoa", "Queria falar com alguém", "posso falar com um humano?",
            "falar com atendente", "atendente",
            "Quero um atendente", "talk to a person", "can I speak to a human please", "I want to talk to an agent",
            "agent",
            "speak with someone", "let me talk to a real person", "hablar con una persona", "quiero hablar con alguien",
            "¿puedo hablar con un agente?", "humano", "human please", "pode me passar para um atendente?",
            "falar com o responsável",
            "preciso de falar com alguém da equipa", "não quero falar com um robô", "I don't want to talk to a bot",
            "necesito hablar con un asesor", "podem ligar-me?", "atendimento humano", "Transfer me to a manager",
        ]
    )
    func human(text: String) {
        #expect(IntentReader.asksForHuman(text))
    }

    @Test(
        "hears no call for a person",
        arguments: [
            "sou uma pessoa", "sou uma pessoa ocupada", "és uma pessoa?", "vou falar com o meu marido",
            "vou falar com alguém cá em casa",
            "tenho de falar com o meu sócio", "não quero falar com ninguém", "não preciso de falar com uma pessoa",
            "somos 3 pessoas",
            "quero um gerente de redes sociais", "I'm a real estate agent", "my agent",
            "quero um site para pessoas idosas",
            "I will talk to someone first", "una persona", "soy una persona mayor", "personal trainer",
            "o atendimento é bom?",
        ].filter { $0 != "una persona" }
    )
    func noHuman(text: String) {
        #expect(!IntentReader.asksForHuman(text))
    }

    @Test(
        "hears the wish to buy",
        arguments: [
            "quero comprar", "Quero avançar", "quero pagar", "manda o link", "Manda-me o link por favor",
            "pode mandar o link?",
            "let's do it", "vamos nessa", "quiero pagar", "Quiero comprarlo, mándame el enlace", "lo quiero",
            "I'll take it",
            "send me the link", "how do I pay?", "como posso pagar?", "onde pago?", "fechado!", "bora", "fico com esse",
            "deal",
            "I want to buy the starter", "sign me up", "count me in", "me lo quedo", "¿dónde pago?",
            "vamos avançar com isso",
            "podemos avançar", "sim, quero", "Aceito", "let's go ahead", "i'd like to order", "quero este",
            "vou querer o essencial",
        ]
    )
    func buy(text: String) {
        #expect(IntentReader.wantsToBuy(text))
    }

    @Test(
        "hears no wish to buy",
        arguments: [
            "não quero comprar", "ainda não quero pagar", "I don't want to buy", "no quiero pagar", "quero pagar menos",
            "quero comprar mais tarde", "se eu quiser comprar", "quero saber o preço", "I want to know more",
            "não aceito",
            "eu quero saber mais", "olá", "tenho um restaurante", "quanto custa?", "no quiero comprar nada",
            "compras online",
            "the payment was refused", "não, obrigado", "not ready to buy yet", "nunca vou querer isso",
        ]
    )
    func noBuy(text: String) {
        #expect(!IntentReader.wantsToBuy(text))
    }

    @Test(
        "hears a refusal",
        arguments: [
            "não, obrigado", "Não quero", "não estou interessado", "Não estou interessada, obrigada", "no thanks",
            "not interested",
            "No, gracias", "no me interesa", "agora não", "not now", "maybe later", "não quero comprar",
            "não me interessa", "desisto",
            "no quiero", "não vou avançar", "no estoy interesado", "mudei de ideias", "I changed my mind",
            "não tenho interesse",
        ]
    )
    func declines(text: String) {
        #expect(IntentReader.declines(text))
    }

    @Test(
        "hears no refusal",
        arguments: [
            "não tenho site", "não quero perder tempo, avancemos", "no tengo web", "não sei", "I don't have a website",
            "sim",
            "não percebi", "não é caro", "estou interessado", "I'm interested", "no problem", "não há problema",
        ]
    )
    func noDecline(text: String) {
        #expect(!IntentReader.declines(text))
    }

    @Test(
        "hears a complaint",
        arguments: [
            "quero fazer uma reclamação", "isto é uma burla", "Quero o meu dinheiro de volta", "I want my money back",
            "this is a scam", "péssimo atendimento", "fui enganado por vocês", "que vergonha, ninguém responde",
            "terrible service",
            "quiero poner una queja", "esto es una estafa", "pésimo servicio", "quero um reembolso",
            "vou reclamar no Procon",
            "I want a refund", "nadie me responde", "golpistas!", "isto é inaceitável", "quiero mi dinero",
            "livro de reclamações",
        ]
    )
    func complains(text: String) {
        #expect(IntentReader.complains(text))
    }

    @Test(
        "hears no complaint",
        arguments: [
            "qual é a política de reembolso?", "is this a scam?", "do you have a refund policy?",
            "o meu site atual não funciona",
            "my current website is terrible", "isto não é uma burla, pois não?", "quero um site para a minha empresa",
            "¿hay reembolso?", "tenho más avaliações", "sem reclamações até agora",
        ]
    )
    func noComplaint(text: String) {
        #expect(!IntentReader.complains(text))
    }

    @Test(
        "knows a bare greeting",
        arguments: [
            "Olá", "oi", "Oi, tudo bem?", "Bom dia!", "Olá, boa tarde", "hello", "Hi there", "Good morning", "hola",
            "Buenas tardes",
            "hola, ¿qué tal?", "E aí, tudo bom?", "hey 👋", "Boa noite", "Hello, how are you?", "Olá! Como está?",
            "boas",
        ]
    )
    func greetings(text: String) {
        #expect(IntentReader.isGreetingOnly(text))
        #expect(!IntentReader.isQuestion(text))
    }

    @Test(
        "knows more than a greeting",
        arguments: [
            "Olá, quanto custa?", "Bom dia, sou a Ana", "hi I need a site", "ok", "obrigado", "hola necesito ayuda", "",
            "👍", "sim",
        ]
    )
    func noGreetings(text: String) {
        #expect(!IntentReader.isGreetingOnly(text))
    }

    @Test(
        "knows a question",
        arguments: [
            "quanto custa?", "Quanto custa um site", "how much is it", "¿Hacen tiendas?", "cuanto cuesta una web",
            "o que inclui?",
            "gostava de saber o prazo", "Can you do it by Friday", "vocês fazem logótipos", "tenho uma dúvida",
            "I'd like to know more",
            "Olá, qual é o prazo", "what is included", "aceitam mbway", "posso pagar em prestações",
        ]
    )
    func questions(text: String) {
        #expect(IntentReader.isQuestion(text))
    }

    @Test(
        "knows what is no question",
        arguments: ["sim", "tenho um café", "Ana", "ok", "1500€", "thanks", "hola", "bom dia"]
    )
    func noQuestions(text: String) {
        #expect(!IntentReader.isQuestion(text))
    }

    @Test(
        "knows thanks",
        arguments: [
            "obrigado", "Muito obrigada!", "ok, obrigado", "thanks", "Thank you so much", "gracias", "muchas gracias 🙏",
            "valeu",
        ]
    )
    func thanks(text: String) {
        #expect(IntentReader.isThanks(text))
    }

    @Test("knows what is no thanks", arguments: ["obrigado, mas não quero", "thanks but how much?", "sim", "olá"])
    func noThanks(text: String) {
        #expect(!IntentReader.isThanks(text))
    }

    @Test("an open question makes a bare no an answer")
    func openQuestion() {
        #expect(IntentReader.intent(of: "não", hasQuestion: true) == nil)
        #expect(IntentReader.intent(of: "não", hasQuestion: false) == .decline)
        #expect(IntentReader.intent(of: "quero", hasQuestion: true) == nil)
    }
}
