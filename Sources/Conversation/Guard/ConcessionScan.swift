/// Finds what gives a part of the price away without naming one: "a special price", "a tenth off", "pay half now",
/// "in three instalments". What the facts say themselves may be said.
struct ConcessionScan {
    let text: FoldedText
    /// Of the business.
    let facts: FoldedText
    /// The facts say that one may pay in parts.
    let allowsInstalments: Bool

    init(text: FoldedText, facts: FoldedText, allowsInstalments: Bool) {
        self.text = text
        self.facts = facts
        self.allowsInstalments = allowsInstalments
    }

    func findings() -> [Guard.Finding] {
        let numbers = NumberReader.numbers(in: text)
        var findings: [Guard.Finding] = []
        for (start, end) in DiscountFacts.sentences(of: text) {
            let words = text.words[start..<end].map(\.text)
            if let phrase = reliefOfPrice(words) ?? match(words) { findings.append(.claim(phrase)) }
            let fractions = fractions(start..<end, words, numbers)
            findings += fractions.filter { givesAway($0, words) && !facts.has(phrase(words, $0)) }
                .map { .price(phrase(words, $0)) }
            if !allowsInstalments, let place = Self.instalment(words) { findings.append(.claim(words[place])) }
        }
        return findings
    }

    private func phrase(_ words: [String], _ range: Range<Int>) -> String { words[range].joined(separator: " ") }

    // MARK: A better price

    /// A price and what makes it better within a few words of one another, in a sentence that gives it.
    private func reliefOfPrice(_ words: [String]) -> String? {
        guard words.contains(where: Self.givers.contains) else { return nil }
        for place in words.indices where Self.prices.contains(words[place]) {
            // "Your price list": the customer's own.
            if place > 0, Self.theirs.contains(words[place - 1]) { continue }
            for other in max(0, place - 5)..<min(words.count, place + 6) where other != place {
                guard let reach = Self.reach(words, other), abs(other - place) <= reach else { continue }
                let first = min(place, other)
                if isDenied(words, before: first, within: 6) { continue }
                let range = first..<max(place, other) + 1
                if !facts.has(phrase(words, range)) { return phrase(words, range) }
            }
        }
        return nil
    }

    /// How near a word has to stand to a price to make it better; nil: it doesn't.
    private static func reach(_ words: [String], _ place: Int) -> Int? {
        let word = words[place]
        let before = place > 0 ? words[place - 1] : ""
        switch word {
        case "down": return ["come", "go", "bring", "get", "drop"].contains(before) ? 5 : nil
        // "Mais em conta"
        case "conta": return before == "em" ? 5 : nil
        case "jeito", "jeitinho", "atencao", "atencaozinha", "forcinha": return 3
        // "Explain the price better" is no better price.
        case "melhor", "mejor", "better", "bom", "buen", "good", "nice", "great", "boa", "simpatico": return 1
        default: return reliefs.contains(word) ? 3 : nil
        }
    }

    /// "We beat any offer": whatever others ask.
    private func match(_ words: [String]) -> String? {
        for place in words.indices where Self.matching.contains(words[place]) {
            let after = words[place...].dropFirst().prefix(6)
            guard after.contains(where: Self.offers.contains), after.contains(where: Self.anyOthers.contains),
                !isDenied(words, before: place, within: 6)
            else { continue }
            return words[place] + " " + after.joined(separator: " ")
        }
        return nil
    }

    // MARK: Fractions

    /// Where a part of a whole is named: `half`, `dez por cento`, `15 %`, `uma quarta parte`, `três quartos`.
    private func fractions(_ sentence: Range<Int>, _ words: [String], _ numbers: [SpokenNumber]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        for place in words.indices {
            let next = place + 1 < words.count ? words[place + 1] : ""
            if Self.halves.contains(words[place]) {
                found.append(place..<place + 1)
            } else if next == "parte", Self.ordinals.contains(words[place]) {
                found.append(place..<place + 2)
            } else if Self.parts.contains(words[place]), place > 0, Self.counts.contains(words[place - 1]) {
                found.append(place - 1..<place + 1)
            }
        }
        for number in numbers {
            guard let first = sentence.first(where: { text.words[$0].range.lowerBound >= number.range.lowerBound }),
                text.words[first].range.lowerBound < number.range.upperBound
            else { continue }
            let last = sentence.last { text.words[$0].range.lowerBound < number.range.upperBound } ?? first
            let gap = text.bytes[number.range.upperBound...].drop { $0 == Ascii.space }
            let (from, to) = (first - sentence.lowerBound, last - sentence.lowerBound)
            let rest = words[(to + 1)...]
            if gap.first == UInt8(ascii: "%") {
                found.append(from..<to + 1)
            } else if rest.first == "percent" {
                found.append(from..<to + 2)
            } else if ["por", "per"].contains(rest.first), ["cento", "ciento", "cent"].contains(rest.dropFirst().first)
            {
                found.append(from..<to + 3)
            }
        }
        return found
    }

    private func givesAway(_ fraction: Range<Int>, _ words: [String]) -> Bool {
        let before = words[..<fraction.lowerBound]
        let after = words[fraction.upperBound...]
        if isDenied(words, before: fraction.lowerBound, within: 6) { return false }
        if let first = after.first {
            if first == "off" { return true }
            // "20 % menos faltas" counts something; "20 % a menos" is of the price.
            let less = first == "a" ? after.dropFirst() : after
            if Self.lesser.contains(less.first ?? "") {
                let then = less.dropFirst().first ?? ""
                if then.isEmpty || Self.afterLess.contains(then) { return true }
            }
            if isOfPrice(after) { return true }
        }
        // "Saves half the time" gives nothing away; "you save half" does.
        guard isOfPrice(after) || Self.afterPart.contains(after.first ?? "") else { return false }
        return before.suffix(4).contains(where: Self.takings.contains)
            || before.suffix(3).contains(where: Self.payings.contains)
    }

    /// "Do valor", "of the price"
    private func isOfPrice(_ after: ArraySlice<String>) -> Bool {
        Self.ofs.contains(after.first ?? "") && after.dropFirst().prefix(2).contains(where: Self.prices.contains)
    }

    // MARK: In parts

    /// Where a sentence lets the customer pay bit by bit.
    private static func instalment(_ words: [String]) -> Int? {
        for place in words.indices {
            let before = place > 0 ? words[place - 1] : ""
            let next = place + 1 < words.count ? words[place + 1] : ""
            let isOne =
                switch words[place] {
                case "instalments", "installments", "prestacoes", "parcelas", "parcelado", "parcelada", "parcelar",
                    "parcelamos", "fracionado", "fraccionado", "cuotas":
                    true
                case "plazos": before == "a"
                case "juros": before == "sem"
                case "intereses": before == "sin"
                case "interest": ["no", "without"].contains(before) || next == "free"
                case "vezes", "veces":
                    // "Three times faster", "three times a day".
                    (NumberReader.value(of: before, language: nil) != nil || Int(before) != nil)
                        && !["mais", "mas", "por", "ao", "al", "na", "a"].contains(next)
                        && words.contains(where: payings.contains)
                default: false
                }
            // The "sem" of "sem juros" denies nothing.
            let told = ["juros", "intereses", "interest"].contains(words[place]) ? max(0, place - 1) : place
            if isOne, !words[..<told].contains(where: denials.contains) { return place }
        }
        return nil
    }

    /// Whether a text says that one may pay bit by bit.
    static func takesInstalments(_ text: FoldedText) -> Bool {
        DiscountFacts.sentences(of: text).contains { start, end in
            instalment(text.words[start..<end].map(\.text)) != nil
        }
    }

    private func isDenied(_ words: [String], before place: Int, within count: Int) -> Bool {
        words[max(0, place - count)..<place].contains(where: Self.denials.contains)
    }
}

extension ConcessionScan {
    private static func set(_ list: String) -> Set<String> { Set(list.split(separator: " ").map(String.init)) }

    private static let prices = set(
        "price prices rate preco precos precinho valor valores tarifa tarifas importe precio precios tabela total"
    )
    private static let reliefs = set(
        "lower lowered reduced reduce special especial especiais reduzido reduzida reduzidos reducido reducida rebajado "
            + "rebajada below abaixo debajo cheaper barato barata precinho promocional"
    )
    private static let givers = set(
        "we well ill can could youll get gets give make do let fazemos fazer faco faz dou damos dar consigo "
            + "conseguimos podemos posso puedo hacemos hago hacer doy mantenemos mantemos fica ficas leva llevas tem "
            + "tienes tiene tendra queda aplicamos paga pagas pay"
    )
    private static let theirs = set("your seu seus sua teu vosso vossos tu tus su sus suyo cliente clientes")
    private static let matching = set(
        "match beat undercut cobre cobrimos cubrimos cubre igualamos iguala batemos superamos melhoramos mejoramos"
    )
    private static let offers = set(
        "offer offers price prices quote oferta ofertas preco precos precio precios orcamento"
    )
    private static let anyOthers = set(
        "any qualquer cualquier concorrente concorrentes concorrencia competencia competidor competidores competitor "
            + "competitors anyone"
    )
    private static let halves = set("half metade mitad")
    private static let ordinals = set("terca tercera quarta cuarta quinta sexta decima")
    private static let parts = set(
        "tenth third thirds quarter quarters fifth terco tercos tercio tercios quarto quartos cuartos cuarto quinto quintos decimo"
    )
    private static let counts = set("a one um un two dois dos three tres four quatro cuatro")
    private static let lesser = set("less menos cheaper")
    private static let afterLess = set("for para do da de del que than on no na en se if this esta este neste")
    private static let afterPart = set(
        "now agora ahora hoje hoy today upfront only apenas e and y for para on na en no a"
    ).union([""])
    private static let ofs = set("do da de del of")
    private static let takings = set(
        "abatemos abato abater abate descontamos descuento quitamos quito quitar tiramos tiro rebajamos rebajo baixamos "
            + "baixo bajamos bajo reduzimos reducimos knock knocked take taken taking save saves poupa poupas ahorra "
            + "ahorras desconto discount"
    )
    private static let payings = set(
        "pay pays paying paga pagas pagam pagan pagar pague pagando cobramos cobro charge charging dividir dividimos"
    )
    private static let denials = set(
        "nao not no nunca never nem nor sem sin without dont doesnt isnt arent cant cannot wont nenhum ningun ninguna "
            + "nenhuma tampouco tampoco"
    )
}
