/// Finds amounts that are no price of the business.
struct PriceScan {
    let text: FoldedText
    let allowed: Set<Money>

    func findings() -> [Guard.Finding] {
        let numbers = NumberReader.numbers(in: text)
        guard !numbers.isEmpty else { return romanNumerals() }
        let amounts = MoneyReader.amounts(in: text, numbers: numbers)
        var findings: [Guard.Finding] = []
        for amount in amounts where !isAllowed(amount.number.hundredths, amount.codes) {
            findings.append(.price(text.original(amount.range)))
        }
        let priced = Set(amounts.map(\.number.range.lowerBound))
        for number in numbers where !priced.contains(number.range.lowerBound) && isCalledPrice(number) {
            let fits = allowed.contains { Currencies.money(hundredths: number.hundredths, code: $0.currency) == $0 }
            if !fits { findings.append(.price(text.original(number.range))) }
        }
        return findings + romanNumerals() + soles(numbers)
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
            guard Self.fillers.contains(word.text), steps < 4 else { return false }
            steps += 1
        }
        return false
    }

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
            + "lhe te you them le os as el la un una unos special especial mensal monthly mensual unico at for"
    )
    private static let tails = set(
        "por per ao a al mensal mensais mensual mensuales cada apenas only iva com con incl incluindo vat mais "
            + "plus e y "
            + "and monthly total once unico one-off para pelo pela por"
    )
}
