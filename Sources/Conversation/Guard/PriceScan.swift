/// Finds amounts that are no price of the business.
struct PriceScan {
    let text: FoldedText
    let allowed: Set<Money>
    /// A budget of this much and more promises nothing: it buys whatever there is. Nil: no budget is let through.
    var budgetsFrom: Money?

    func findings() -> [Guard.Finding] {
        let numbers = NumberReader.numbers(in: text)
        guard !numbers.isEmpty else { return romanNumerals() + disguisedDigits() }
        let amounts = MoneyReader.amounts(in: text, numbers: numbers)
        var findings: [Guard.Finding] = []
        for amount in amounts where !isAllowed(amount.number.hundredths, amount.codes) && !isAmpleBudget(amount) {
            findings.append(.price(text.original(amount.range)))
        }
        let priced = Set(amounts.map(\.number.range.lowerBound))
        for number in numbers where !priced.contains(number.range.lowerBound) && isCalledPrice(number) {
            let fits = allowed.contains { Currencies.money(hundredths: number.hundredths, code: $0.currency) == $0 }
            if !fits { findings.append(.price(text.original(number.range))) }
        }
        return findings + romanNumerals() + soles(numbers) + disguisedDigits()
    }

    /// `XCIX euros`
    private func romanNumerals() -> [Guard.Finding] {
        zip(text.words, text.words.dropFirst()).compactMap { number, unit in
            let original = text.original(number.range)
            guard original.utf8.count >= 2, original.utf8.allSatisfy({ "IVXLCDM".utf8.contains($0) }),
                Self.unitWords.contains(unit.text)
            else { return nil }
            return .price("\(original) \(unit.text)")
        }
    }

    /// `3OO euros`: letters that look like digits, among digits.
    private func disguisedDigits() -> [Guard.Finding] {
        text.words.compactMap { word in
            let bytes = Array(word.text.utf8)
            guard bytes.count >= 2, bytes.contains(where: \.isDigit), bytes.contains(where: \.isLetter),
                bytes.allSatisfy({ $0.isDigit || "oil".utf8.contains($0) })
            else { return nil }
            let rest = text.bytes[word.range.upperBound...].drop { $0 == Ascii.space }
            let next = text.words.first { $0.range.lowerBound >= word.range.upperBound }
            let isMoney = rest.first.map { $0 >= Folding.euro && $0 <= Folding.otherCurrency } ?? false
            return isMoney || next.map { Self.unitWords.contains($0.text) } == true
                ? .price(text.original(word.range)) : nil
        }
    }

    /// `S/ 1.900`, Peru's sign.
    private func soles(_ numbers: [SpokenNumber]) -> [Guard.Finding] {
        numbers.compactMap { number in
            var index = number.range.lowerBound - 1
            while index >= 0, text.bytes[index] == Ascii.space { index -= 1 }
            guard index >= 1, text.bytes[index] == Ascii.slash, text.bytes[index - 1] == UInt8(ascii: "s"),
                index == 1 || !text.bytes[index - 2].isWordByte
            else { return nil }
            return .price("S/ " + text.original(number.range))
        }
    }

    private func isAllowed(_ hundredths: Int, _ codes: [String]) -> Bool {
        codes.contains { code in
            Currencies.money(hundredths: hundredths, code: code).map { allowed.contains($0) } ?? false
        }
    }

    /// "A budget of around two thousand euros is enough", with no word of a price in it.
    private func isAmpleBudget(_ amount: SpokenMoney) -> Bool {
        guard let least = budgetsFrom,
            amount.codes.contains(where: { code in
                guard let money = Currencies.money(hundredths: amount.number.hundredths, code: code) else {
                    return false
                }
                return money.currency == least.currency && money.minorUnits >= least.minorUnits
            })
        else { return false }
        return DiscountFacts.sentences(of: text).contains { start, end in
            let words = text.words[start..<end]
            guard let first = words.first, let last = words.last, first.range.lowerBound <= amount.range.lowerBound,
                amount.range.lowerBound < last.range.upperBound
            else { return false }
            return words.contains { Self.budgetWords.contains($0.text) }
                && !words.contains { Self.priceWords.contains($0.text) || Self.statedWords.contains($0.text) }
        }
    }

    private static let budgetWords = set("budget orcamento presupuesto")

    /// `custa 300`, `price: 300`, `fica por 300 + IVA`: an amount without a currency.
    private func isCalledPrice(_ number: SpokenNumber) -> Bool {
        guard number.unit.isEmpty, !number.isArticle, endsThere(number) else { return false }
        let before = text.words.prefix { $0.range.upperBound <= number.range.lowerBound }
        var steps = 0
        for word in before.reversed() {
            let gap = text.bytes[word.range.upperBound..<number.range.lowerBound]
            if gap.contains(where: { $0 == Ascii.newline || $0 == Ascii.question || $0 == UInt8(ascii: "!") }) {
                return false
            }
            if Self.priceWords.contains(word.text) { return true }
            if isSaidToCome(word, to: number) { return true }
            guard Self.fillers.contains(word.text), steps < 4 else { return isStatedPrice(number, before) }
            steps += 1
        }
        return false
    }

    /// `fica-lhe por trezentos e cinquenta`, `se le queda en 390`, `yours for 300`.
    private func isSaidToCome(_ verb: FoldedText.Word, to number: SpokenNumber) -> Bool {
        guard number.hundredths >= 10_000, Self.comings.contains(verb.text) else { return false }
        let between = text.words.filter {
            $0.range.lowerBound >= verb.range.upperBound && $0.range.upperBound <= number.range.lowerBound
        }
        return between.last.map { ["por", "em", "en", "a", "for", "at", "to"].contains($0.text) } ?? false
    }

    private static let comings = set(
        "fica ficava ficaria sai saem leva queda quedaria sale salen deja dejo deixo fazemos faco hacemos hago yours goes "
            + "comes"
    )

    /// `the friends and family rate is 300`: a price further away, and a verb right before the number.
    private func isStatedPrice(_ number: SpokenNumber, _ before: ArraySlice<FoldedText.Word>) -> Bool {
        guard number.hundredths >= 1_000, let verb = before.last, Self.verbs.contains(verb.text) else { return false }
        for word in before.suffix(7).reversed() {
            let gap = text.bytes[word.range.upperBound..<number.range.lowerBound]
            if gap.contains(where: { ".!?\n".utf8.contains($0) }) { return false }
            if Self.statedWords.contains(word.text) { return true }
        }
        return false
    }

    private static let verbs = set("e es is sao son are sera seria")
    private static let statedWords = set("preco precio price rate tarifa valor custo coste cost fee")

    /// Nothing that is counted stands behind: `3 páginas` is no price.
    private func endsThere(_ number: SpokenNumber) -> Bool {
        let end = number.range.upperBound
        guard end < text.bytes.count else { return true }
        let rest = text.bytes[end...].drop { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "_") }
        guard let first = rest.first else { return true }
        if first == UInt8(ascii: "%") || first == Ascii.colon { return false }
        if first == Ascii.slash { return !(rest.dropFirst().first?.isDigit ?? false) }
        guard first == Ascii.space else { return !first.isWordByte && first != UInt8(ascii: "h") }
        guard let next = text.words.first(where: { $0.range.lowerBound > end }) else { return true }
        let isNext = text.bytes[end..<next.range.lowerBound].allSatisfy { $0 == Ascii.space }
        return !isNext || Self.tails.contains(next.text)
    }

    private static func set(_ list: String) -> Set<String> { Set(list.split(separator: " ").map(String.init)) }

    private static let unitWords = set(
        "euro euros eur dollars dolares dollar dolar libras pounds reais pesos usd gbp brl"
    )
    private static let priceWords = set(
        "custa custam custar custaria preco precos price prices priced cuesta cuestan costar cost costs precio precios "
            + "valor investimento inversion fee tarifa paga pagas pagar pagaria pay costaria total cobramos charge"
    )
    private static let fillers = set(
        "e de is of only apenas so por em a solo son es era sao fica about cerca uns around desde from just "
            + "partir total "
            + "final agora now ahora hoje hoy today aproximadamente approx roughly to sera seria will be would "
            + "ser do da "
            + "lhe te you them le os as el en la un una unos special especial mensal monthly mensual unico at for"
    )
    private static let tails = set(
        "por per ao a al mensal mensais mensual mensuales cada apenas only iva com con incl incluindo vat mais "
            + "plus e y "
            + "and monthly total once unico one-off para pelo pela por"
    )
}

extension Guard {
    /// Whether a text names an amount, in whatever notation.
    public static func names(_ amount: Money, in text: String) -> Bool {
        let folded = FoldedText(text, charactersMax: 8_192)
        let all = PriceScan(text: folded, allowed: []).findings()
        return PriceScan(text: folded, allowed: [amount]).findings().count < all.count
    }
}
