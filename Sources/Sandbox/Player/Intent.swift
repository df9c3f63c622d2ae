/// What the newest message wants.
enum Intent: String {
    case answer, question, buy, decline, human
    case optOut = "opt_out"
    case complaint, other

    private static let stopWords = [
        "stop", "unsubscribe", "parar", "parem", "nao me escrevam", "nao enviem mais", "nao quero receber", "pare de",
        "remover da lista", "remove me", "baja", "no me escriban", "no quiero recibir", "sair da lista",
        "cancelar subscricao",
    ]
    private static let humanWords = [
        "falar com uma pessoa", "falar com alguem", "pessoa real", "humano", "humana", "atendente", "operador",
        "operadora", "assistente humano", "colega", "human", "real person", "talk to someone", "speak to someone",
        "talk to a person", "speak to a person", "agent", "hablar con una persona", "hablar con alguien",
        "persona real",
        "agente", "falar com um", "representante",
    ]
    private static let complaintWords = [
        "reclamacao", "reclamar", "pessimo", "pessima", "vergonha", "inaceitavel", "horrivel", "burla", "complaint",
        "complain", "terrible", "awful", "unacceptable", "scam", "queja", "quejarme", "pesimo", "verguenza",
        "inaceptable",
        "estafa", "mau servico",
    ]
    private static let declineWords = [
        "nao quero", "nao estou interessad*", "nao tenho interesse", "nao obrigad*", "agora nao", "not interested",
        "no thanks", "no thank you", "not now", "i dont want", "i don t want", "no me interesa", "no gracias",
        "no quiero",
        "ahora no", "desisto", "deixe estar",
    ]
    private static let buyWords = [
        "quero comprar", "queria comprar", "vou comprar", "compro", "quero avancar", "vamos avancar", "vamos em frente",
        "vamos a isso", "vamos nessa", "vamos a ello",
        "pode avancar", "quero pagar", "envie o link", "envia o link", "manda o link", "link de pagamento",
        "quero fechar",
        "vamos fechar", "fechado", "quero encomendar", "quero contratar", "want to buy", "like to buy", "i ll take",
        "ill take",
        "go ahead", "send the link", "send me the link", "payment link", "sign me up", "let s do it", "lets do it",
        "ready to pay", "want to pay", "want to order", "quiero comprar", "lo compro", "adelante", "quiero pagar",
        "enlace de pago", "envia el enlace", "quiero contratar", "bora", "pode mandar",
    ]
    private static let asking = [
        "quanto", "quanto custa", "qual", "quais", "como", "quando", "onde", "que", "voces", "what", "how", "when",
        "where", "which", "who", "why", "do you", "does", "can you", "can i", "is it", "cuanto", "cual", "cuando",
        "donde", "por que", "porque",
    ]
    private static let yes = [
        "sim", "claro", "ok", "pode ser", "com certeza", "certo", "vamos", "isso", "yes", "yeah", "yep", "sure",
        "of course",
        "si", "vale", "por supuesto", "perfeito", "perfecto", "quero", "quiero", "avancar", "avance", "please do",
    ]
    private static let no = ["nao", "no", "nope", "nem por isso", "nunca", "nada"]

    /// Yes, no, or neither.
    static func truth(_ words: Words) -> Bool? {
        if let first = words.list.first, no.contains(first) || first == "n" { return false }
        if words.hasAny(yes) { return true }
        return words.hasAny(no) ? false : nil
    }

    /// `proposed`: the business just asked whether to go ahead. `learned`: the message answered something.
    static func of(_ text: String, proposed: Bool, learned: Bool) -> Intent {
        let words = Words(text)
        if words.hasAny(stopWords) { return .optOut }
        if words.hasAny(humanWords) { return .human }
        if words.hasAny(complaintWords) { return .complaint }
        if objects(text) { return .question }
        if words.hasAny(declineWords) { return .decline }
        let asks = text.contains("?") || asking.contains { words.line.hasPrefix(" \($0) ") }
        if words.hasAny(buyWords), !asks || words.hasAny(["quero comprar", "want to buy", "quiero comprar"]) {
            return .buy
        }
        if asks { return .question }
        if proposed, let truth = truth(words) { return truth ? .buy : .decline }
        return learned ? .answer : .other
    }
}
