/// The discounts and free things that the facts name, and the check that no others are claimed.
struct DiscountFacts: Sendable {
    /// Hundredths of a percent that stand beside a discount.
    private var percents: Set<Int> = []
    /// Words beside "free" in the facts, by their beginnings.
    private var freeThings: Set<String> = []
    private var namesHalf = false
    /// Words of the facts' sentences about discounts, by their beginnings.
    private var discountThings: Set<String> = []

    init(_ facts: String) {
        let text = FoldedText(facts, charactersMax: 200_000)
        for (start, end) in Self.sentences(of: text) {
            let words = Array(text.words[start..<end])
            percents.formUnion(Self.percents(in: text, words).map(\.hundredths))
            for place in Self.freePlaces(words.map(\.text)) { freeThings.formUnion(Self.neighbours(words, place)) }
            if words.contains(where: { Self.discountWords.contains($0.text) }) {
                discountThings.formUnion(Self.things(words.map(\.text)))
            }
        }
        namesHalf = text.hasAny(Self.halfPhrases)
    }

    func findings(in text: FoldedText, hasFreeProduct: Bool) -> [Guard.Finding] {
        var findings: [Guard.Finding] = []
        for (start, end) in Self.sentences(of: text) {
            let words = Array(text.words[start..<end])
            let plain = words.map(\.text)
            for percent in Self.percents(in: text, words) where Self.isDiscount(plain) {
                if !percents.contains(percent.hundredths) { findings.append(.price(text.original(percent.range))) }
            }
            if Self.promisesDiscount(plain), discountThings.isDisjoint(with: Self.things(plain)) {
                findings.append(.price(plain.joined(separator: " ")))
            }
            guard !hasFreeProduct else { continue }
            for place in Self.freePlaces(plain) where freeThings.isDisjoint(with: Self.neighbours(words, place)) {
                findings.append(.price(text.original(words[place].range)))
            }
        }
        if !namesHalf, let half = Self.halfPhrases.first(where: { text.has($0) }) { findings.append(.price(half)) }
        return findings
    }

    /// Ranges of words between `.`, `!`, `?` and line breaks.
    static func sentences(of text: FoldedText) -> [(Int, Int)] {
        var sentences: [(Int, Int)] = []
        var start = 0
        for index in text.words.indices {
            let end = text.words[index].range.upperBound
            let next = index + 1 < text.words.count ? text.words[index + 1].range.lowerBound : text.bytes.count
            let gap = text.bytes[end..<next]
            let ends = gap.contains { $0 == Ascii.newline || $0 == Ascii.question || $0 == UInt8(ascii: "!") }
            if ends || (gap.contains(Ascii.dot) && gap.count > 1) || index + 1 == text.words.count {
                sentences.append((start, index + 1))
                start = index + 1
            }
        }
        return sentences
    }

    // MARK: Percents

    private static func percents(in text: FoldedText, _ words: [FoldedText.Word]) -> [SpokenNumber] {
        guard let first = words.first, let last = words.last else { return [] }
        let bytes = text.bytes
        let near = first.range.lowerBound..<min(bytes.count, last.range.upperBound + 3)
        let spelled = words.contains { ["cento", "ciento", "percent", "percentage"].contains($0.text) }
        guard spelled || bytes[near].contains(UInt8(ascii: "%")) else { return [] }
        guard words.contains(where: { discountWords.contains($0.text) || priceWords.contains($0.text) }) else {
            return []
        }
        return NumberReader.numbers(in: text).filter { number in
            guard near.contains(number.range.lowerBound) else { return false }
            let rest = bytes[number.range.upperBound...].prefix(12)
            let next = rest.drop { $0 == Ascii.space }
            return next.first == UInt8(ascii: "%") || next.starts(with: "por cent".utf8)
                || next.starts(with: "por cient".utf8) || next.starts(with: "percent".utf8)
                || next.starts(with: "per cent".utf8)
        }
    }

    private static func isDiscount(_ words: [String]) -> Bool {
        if words.contains(where: { discountWords.contains($0) }) { return true }
        return words.contains { priceWords.contains($0) } && words.contains { lessWords.contains($0) }
    }

    /// "Faço-lhe um desconto": without a number, but a promise.
    private static func promisesDiscount(_ words: [String]) -> Bool {
        guard let place = words.firstIndex(where: { ["desconto", "descuento", "discount"].contains($0) }) else {
            return false
        }
        let before = words[max(0, place - 5)..<place]
        if words[..<place].contains(where: { negations.contains($0) }) { return false }
        return before.contains { givingWords.contains($0) }
    }

    // MARK: Free

    /// The places of words that call something free of charge.
    private static func freePlaces(_ words: [String]) -> [Int] {
        words.indices.filter { index in
            let isNegated = words[max(0, index - 5)..<index].contains { negations.contains($0) }
            if isNegated, !isCost(words[index]) { return false }
            let next = index + 1 < words.count ? words[index + 1] : ""
            let afterNext = index + 2 < words.count ? words[index + 2] : ""
            switch words[index] {
            case "gratis", "gratuito", "gratuita", "gratuitos", "gratuitas", "gratuitamente", "gratuitous",
                "complimentary":
                return true
            case "borla": return true
            case "graca": return index > 0 && words[index - 1] == "de"
            case "free": return isFreeOfCharge(words, index, next, afterNext)
            case "zero", "cero": return ["custo", "costo", "coste", "cost"].contains(index > 0 ? words[index - 1] : "")
            case let word where isCost(word):
                let opener = index > 0 ? words[index - 1] : ""
                let isNone = ["sem", "sin", "no"].contains(opener)
                return isNone
                    && !["adicional", "adicionais", "extra", "extras", "escondidos", "ocultos"].contains(next)
                    && !["adicional", "adicionais"].contains(afterNext)
            default: return false
            }
        }
    }

    private static func isCost(_ word: String) -> Bool {
        ["custo", "custos", "costo", "costos", "coste", "charge"].contains(word)
    }

    private static func isFreeOfCharge(_ words: [String], _ index: Int, _ next: String, _ afterNext: String) -> Bool {
        let before = index > 0 ? words[index - 1] : ""
        if before == "for" || next == "of" || before == "totally" || before == "completely" { return true }
        if freeThings.contains(next) { return true }
        guard ["is", "are", "its", "be"].contains(before) else { return false }
        if next == "for", ["you", "everyone", "all", "life", "ever", "new", "our", "the"].contains(afterNext) {
            return true
        }
        return !["to", "on", "at", "tomorrow", "today", "now", "from", "for", "after", "before", "this", "next", "in"]
            .contains(next)
    }

    /// The longer words around a place, by their first five letters.
    private static func neighbours(_ words: [FoldedText.Word], _ place: Int) -> Set<String> {
        things(words[max(0, place - 5)..<min(words.count, place + 4)].map(\.text))
    }

    private static func things(_ words: [String]) -> Set<String> {
        let telling = words.filter { $0.utf8.count >= 4 && !freeWords.contains($0) && !discountWords.contains($0) }
        return Set(telling.map { String($0.prefix(5)) })
    }

    private static func set(_ list: String) -> Set<String> { Set(list.split(separator: " ").map(String.init)) }

    private static let discountWords = set(
        "desconto descontos descuento descuentos discount discounts discounted off rebaja rebajas rebate reducao "
            + "promocao "
            + "promocion promo cupao cupom cupon coupon voucher abatimento dcto cashback"
    )
    private static let priceWords = set("preco precos price prices precio precios valor")
    private static let lessWords = set("menos less lower cheaper barato barata mais-barato reduz reduzir abaixo below")
    private static let givingWords = set(
        "faco fazemos fazer dou damos dar lhe te ofereco oferecemos aplico aplicamos aplicar consigo conseguimos "
            + "arranjo "
            + "give giving offer get apply doy hago hacemos ofrezco ofrecemos aplico aplicamos darte hacerte "
            + "darle hacerle "
            + "ganha recebe recibes obtienes tem tens temos"
    )
    private static let negations = set(
        "nao not no nunca never nothing nada isnt arent dont doesnt cant cannot nem nor sem sin without nenhum ningun"
    )
    private static let freeWords = set(
        "free gratis gratuito gratuita gratuitos gratuitas gratuitamente totalmente completely totally with para como"
    )
    private static let freeThings = set(
        "website site month months trial setup hosting domain domains shipping delivery consultation product "
            + "plan plans "
            + "support maintenance version gift year week design logo installation upgrade bonus revision audit"
    )
    private static let halfPhrases = [
        "half price", "half the price", "half off", "metade do preco", "metade do valor", "mitad de precio",
        "mitad del precio", "50 off", "dois pelo preco de um", "leve 2 pague 1", "dos por uno", "two for one",
        "2 por 1",
        "2x1", "pague um leve dois", "buy one get one", "um quarto de desconto", "um terco de desconto",
        "a quarter off",
        "a third off", "un cuarto de descuento", "un tercio de descuento", "real simbolico", "euro simbolico",
        "e oferta", "oferta da casa", "se lo regalo", "te lo regalo", "le regalo", "le regalamos", "te regalamos",
        "on the house", "por conta da casa", "sin cargo", "de regalo", "sem encargos", "throw it in for",
        "invita la casa", "e por nossa conta", "sao por nossa conta", "por cuenta nuestra", "de nuestra cuenta",
        "por nuestra cuenta", "a nuestro cargo", "is on us", "are on us",
    ]
}
