/// The four languages that the player speaks.
enum Tongue: String, CaseIterable {
    case portugal = "pt-PT"
    case brazil = "pt-BR"
    case english = "en"
    case spanish = "es"

    /// Where to look for a question next.
    var sibling: Tongue {
        switch self {
        case .portugal: .brazil
        case .brazil: .portugal
        case .english, .spanish: .english
        }
    }

    private static let marks: [(Tongue, [String])] = [
        (
            .english,
            [
                "the", "is", "are", "my", "your", "i", "im", "you", "we", "hello", "hi", "hey", "yes", "please",
                "thanks",
                "thank", "what", "how", "need", "want", "would", "like", "name", "website", "for", "and", "with",
                "good",
                "morning", "afternoon", "of", "to", "have", "can", "do", "does", "it", "company", "it", "buy", "pay",
            ]
        ),
        (
            .spanish,
            [
                "hola", "buenos", "buenas", "dias", "tardes", "gracias", "quiero", "quisiera", "necesito", "llamo",
                "mi",
                "soy", "el", "los", "las", "una", "y", "muy", "cuanto", "cuesta", "tienda", "tengo", "puedo", "si",
                "empresa", "usted", "ustedes", "donde", "es", "con", "un", "correo", "hablar", "persona", "vale", "yo",
                "comprar", "pagar", "ahora", "mes", "adelante", "pagina", "sitio", "presupuesto",
            ]
        ),
        (
            .portugal,
            [
                "ola", "oi", "tudo", "bem", "voce", "pra", "bom", "boa", "dia", "tarde", "noite", "obrigado",
                "obrigada", "quero", "queria", "gostava",
                "preciso", "chamo", "meu", "minha", "sou", "o", "os", "as", "uma", "e", "muito", "quanto", "custa",
                "loja",
                "tenho", "posso", "sim", "nao", "empresa", "voces", "onde", "com", "um", "para", "falar", "pessoa",
                "do",
                "da", "em", "comprar", "pagar", "agora", "mes", "avancar", "orcamento", "site",
            ]
        ),
    ]
    private static let brazilian = [
        "oi", "pra", "voce", "voces", "vc", "vcs", "legal", "beleza", "tudo bem", "meu nome e", "me chamo", "gostaria",
        "to", "ta", "cara", "r", "reais", "celular", "atendente", "valeu", "bacana", "pro", "pix", "time", "fechado",
    ]
    private static let portuguese = [
        "gostava", "vosso", "vossa", "vossos", "convosco", "telemovel", "estou a", "chamo me", "fixe", "se faz favor",
        "mb way", "multibanco", "percebi", "querer", "euros",
    ]

    /// The language of the newest text that tells; else the one before, else `pt-PT`.
    static func of(_ texts: [String]) -> Tongue {
        var current: Tongue?
        var leaning = 0
        for text in texts {
            let words = Words(text)
            leaning += brazilian.count(where: words.has) - portuguese.count(where: words.has)
            let scores = marks.map { mark in (mark.0, words.list.count { mark.1.contains($0) }) }
            guard let best = scores.max(by: { $0.1 < $1.1 }), best.1 > 0 else { continue }
            let held = scores.first { $0.0 == (current == .brazil ? .portugal : current) }?.1 ?? 0
            // A tie, or a single word against a language already spoken, changes nothing.
            if current == nil || best.1 >= held + 2
                || (held == 0 && words.list.count <= 3 && best.1 == words.list.count)
            {
                current = best.0
            }
            if current == .portugal || current == .brazil { current = leaning > 0 ? .brazil : .portugal }
        }
        return current ?? .portugal
    }
}
