import Conversation

/// The currencies that a business can charge in here, with the digits of their minor unit (ISO 4217).
enum Currency {
    private static let digits: [String: Int] = [
        "EUR": 2, "USD": 2, "GBP": 2, "BRL": 2, "CHF": 2, "PLN": 2, "SEK": 2, "NOK": 2, "DKK": 2, "CZK": 2, "HUF": 2,
        "RON": 2, "CAD": 2, "AUD": 2, "NZD": 2, "MXN": 2, "ARS": 2, "COP": 2, "UYU": 2, "AOA": 2, "MZN": 2, "CVE": 2,
        "MAD": 2, "INR": 2, "ZAR": 2, "TRY": 2, "AED": 2, "ILS": 2, "SGD": 2, "HKD": 2, "JPY": 0, "KRW": 0, "CLP": 0,
        "PYG": 0, "VND": 0, "XAF": 0, "XOF": 0,
    ]

    /// How many minor units one unit has; nil for an unknown currency.
    static func minorUnits(in currency: String) -> Int? {
        digits[currency].map { $0 == 0 ? 1 : 100 }
    }

    static var known: [String] { digits.keys.sorted() }

    /// Reads `490` or `490.50` in a currency. Nil when it isn't such a number or is too large.
    static func money(_ text: some StringProtocol, currency: String) -> Money? {
        guard let unit = minorUnits(in: currency) else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = number(parts[0]), whole <= 10_000_000 else { return nil }
        guard parts.count == 2 else { return Money(minorUnits: whole * unit, currency: currency) }
        guard unit == 100, parts[1].count == 2, let cents = number(parts[1]) else { return nil }
        return Money(minorUnits: whole * unit + cents, currency: currency)
    }

    private static func number(_ text: some StringProtocol) -> Int? {
        text.allSatisfy { $0.isASCII && $0.isNumber } ? Int(text) : nil
    }

    /// `490 EUR` or `490.50 EUR`: for the model and for staff.
    static func plain(_ money: Money) -> String {
        let unit = minorUnits(in: money.currency) ?? 100
        let cents = money.minorUnits % unit
        let whole = "\(money.minorUnits / unit)"
        guard unit > 1, cents != 0 else { return "\(whole) \(money.currency)" }
        return "\(whole).\(cents < 10 ? "0" : "")\(cents) \(money.currency)"
    }
}
