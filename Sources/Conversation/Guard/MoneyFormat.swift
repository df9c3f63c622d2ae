/// Money as customers read it. Whatever stands here, the guard reads back.
public enum MoneyFormat {
    /// `1.490 €` in European Portuguese and Spanish, `R$ 1.490` in Brazilian Portuguese, `€1,490` in English. Cents
    /// only when there are some.
    public static func text(_ money: Money, in language: Language) -> String {
        let unit = Currencies.unit(of: money.currency)
        let isEnglish = language.base == "en"
        let amount = number(abs(money.minorUnits), unit: unit, isEnglish: isEnglish)
        let sign = money.minorUnits < 0 ? "-" : ""
        let symbol = symbols[money.currency]
        if isEnglish { return sign + (symbol ?? money.currency + " ") + amount }
        if language == .ptBR || money.currency == "BRL" { return sign + "\(symbol ?? money.currency) \(amount)" }
        // A bare `$` says too little outside English.
        let mark = money.currency == "EUR" || money.currency == "GBP" ? symbol ?? money.currency : money.currency
        return sign + "\(amount) \(mark)"
    }

    private static let symbols = ["EUR": "€", "USD": "$", "GBP": "£", "BRL": "R$"]

    private static func number(_ minorUnits: Int, unit: Int, isEnglish: Bool) -> String {
        var digits = String(minorUnits / unit)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        groups.insert(digits, at: 0)
        let whole = groups.joined(separator: isEnglish ? "," : ".")
        let rest = minorUnits % unit
        guard rest != 0 else { return whole }
        // Three decimals would read as thousands; Stripe sells no less than ten thousandths.
        let isThousandths = unit == 1_000
        let width = isThousandths && rest % 10 != 0 ? 3 : 2
        let cents = String(isThousandths && width == 2 ? rest / 10 : rest)
        return whole + (isEnglish ? "." : ",") + String(repeating: "0", count: width - cents.count) + cents
    }
}
