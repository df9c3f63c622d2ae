/// Words that carry no answer: greetings, thanks, politeness, yes and no.
enum SmallTalk {
    static let greetings = phrases(
        """
        ola|oi|oie|oii|hola|hello|hi|hey|hiya|alo|viva|ei|eae|opa|boas|buenas|bom dia|boa tarde|boa noite|bons dias|
        buenos dias|buenas tardes|buenas noches|buen dia|good morning|good afternoon|good evening|good day|
        tudo bem|tudo bom|td bem|tudo certo|como esta|como estas|como estao|como vai|e ai|que tal|how are you|
        como va|hi there|hello there|hey there|greetings|saludos|cumprimentos|prazer|muito prazer|encantado|
        encantada|mucho gusto|nice to meet you|blz|beleza|all good|todo bien|contigo|e contigo|e voce
        """
    )
    static let thanks = phrases(
        """
        obrigado|obrigada|muito obrigado|muito obrigada|obg|brigado|brigada|obrigadinho|valeu|agradeco|grato|grata|
        thanks|thank you|thank u|thx|ty|many thanks|thanks a lot|thank you very much|thank you so much|cheers|
        gracias|muchas gracias|mil gracias|muito|muchas|agradecido|agradecida|pela ajuda|por tudo|so much|
        for your help|por la ayuda|por todo|te agradezco|le agradezco
        """
    )
    static let polite = phrases(
        """
        por favor|please|pls|plz|pf|sff|faz favor|se faz favor|porfa|ok|okay|k|certo|pronto|entao|bem|bueno|well|
        boa|ah|oh|sim senhor|de nada|igualmente|abraco|abracos|bjs|beijinhos|adeus|ate logo|ate ja|tchau|chau|bye|
        adios|saludos|hum|hmm|fixe|perfeito|perfecto|perfect|great|otimo|optimo|genial|cool|nice|top|tá|ta
        """
    )

    static let yes = phrases(
        """
        sim|claro|claro que sim|claro que si|com certeza|certamente|exato|exatamente|exacto|exactamente|isso|isso mesmo|sem duvida|
        pode ser|acho que sim|penso que sim|creio que sim|s|ss|sim sim|positivo|afirmativo|tenho|temos|tenho sim|
        ja tenho|ja temos|ja|quero|quero sim|gostava|gostaria|preciso|precisamos|pois|pois claro|evidente|obvio|
        uhum|aham|yes|yeah|yep|yup|yea|ya|y|sure|of course|definitely|absolutely|certainly|correct|right|i do|we do|
        i have|we have|i am|we are|i would|exactly|i think so|indeed|si|sip|por supuesto|desde luego|efectivamente|
        correcto|creo que si|tengo|tenemos|ya tengo|quiero|asi es|vale|dale|👍|ok|okay|ta bom|esta bem|esta bien|
        sem problema|no problem|sure thing|bora|vamos|feito|fechado
        """
    )
    static let no = phrases(
        """
        nao|claro que nao|nem por isso|acho que nao|penso que nao|creio que nao|ainda nao|por enquanto nao|agora nao|
        n|nn|nada|nenhum|nenhuma|nunca|de modo nenhum|de forma nenhuma|nem pensar|negativo|nop|nope|no|nah|not yet|
        not really|not now|no way|never|none|i dont|we dont|i do not|we do not|i dont think so|of course not|not at all|
        i havent|we havent|im not|nothing|claro que no|creo que no|todavia no|aun no|ahora no|de ninguna manera|
        para nada|nunca|ninguno|ninguna|tampoco|👎|que va|naa|naao|no tengo|nao tenho|nao temos|no tenemos|
        dont think so|i think not|certainly not|definitely not|absolutely not
        """
    )
    /// Neither yes nor no.
    static let unsure = phrases(
        """
        nao sei|nao tenho a certeza|nao tenho certeza|talvez|depende|quem sabe|sei la|nao faco ideia|nem sei|
        i dont know|i do not know|dont know|not sure|im not sure|maybe|perhaps|it depends|depends|no idea|idk|
        no se|no lo se|no estoy seguro|no estoy segura|quizas|quiza|tal vez|a lo mejor|ni idea|no sabria
        """
    )

    private static func phrases(_ list: String) -> [String] {
        list.split(whereSeparator: { $0 == "|" || $0 == "\n" }).map(String.init).sorted {
            $0.utf8.count > $1.utf8.count
        }
    }

    private static let greetingSet = Set(greetings)
    private static let politeAloneSet = Set(polite)
    private static let politeSet = Set(greetings + thanks + polite)
    private static let verdictSet = Set(thanks + yes + no + unsure)
    private static let bareSet = Set(greetings + thanks + polite + yes + no + unsure)

    static func isAllGreeting(_ text: FoldedText) -> Bool {
        let words = text.words.map(\.text)
        return !words.isEmpty && words.count <= 12 && containsAny(words, greetingSet) && isCovered(words, politeSet)
            && !isCovered(words, politeAloneSet)
    }

    /// Greetings, thanks, politeness, yes, no or don't know, and nothing else.
    static func isBare(_ text: FoldedText) -> Bool { isCovered(text.words.map(\.text), bareSet) }

    static func isBare(_ words: [String]) -> Bool { isCovered(words, bareSet) }

    /// Yes, no, don't know or thanks, and nothing else.
    static func isVerdict(_ words: [String]) -> Bool { isCovered(words, verdictSet) }

    static func isThanks(_ text: FoldedText) -> Bool {
        let words = text.words.map(\.text)
        return words.count <= 12 && containsAny(words, Set(thanks)) && isCovered(words, politeSet)
    }

    private static func containsAny(_ words: [String], _ set: Set<String>) -> Bool {
        for start in words.indices {
            for count in 1...4 where start + count <= words.count {
                if set.contains(words[start..<start + count].joined(separator: " ")) { return true }
            }
        }
        return false
    }

    /// Whether phrases of a set make up all the words.
    static func isCovered(_ words: [String], _ set: Set<String>) -> Bool {
        guard words.count <= 16 else { return false }
        var index = 0
        while index < words.count {
            let longest = (1...5).reversed().first { count in
                index + count <= words.count && set.contains(words[index..<index + count].joined(separator: " "))
            }
            guard let longest else { return false }
            index += longest
        }
        return true
    }

    /// The words without greetings in front and politeness around.
    static func withoutPoliteness(_ words: [String]) -> [String] {
        var words = words
        var changed = true
        while changed, !words.isEmpty {
            changed = false
            for count in (1...4).reversed() where words.count >= count {
                if politeSet.contains(words.prefix(count).joined(separator: " ")) {
                    words.removeFirst(count)
                    changed = true
                    break
                }
                if politeSet.contains(words.suffix(count).joined(separator: " ")) {
                    words.removeLast(count)
                    changed = true
                    break
                }
            }
        }
        return words
    }
}
