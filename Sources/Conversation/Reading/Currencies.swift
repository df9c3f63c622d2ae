/// What people and models write for currencies.
enum Currencies {
    /// The ISO 4217 codes that a word can mean; nil for any other word.
    static func codes(of word: String) -> [String]? { words[word] }

    /// The codes that a sign can mean; `prefix` is the word right before a `$`.
    static func codes(ofSign sign: UInt8, prefix: String = "") -> [String]? {
        switch sign {
        case Folding.euro: ["EUR"]
        case Folding.pound: ["GBP"]
        case Folding.yen: ["JPY", "CNY"]
        case Folding.bitcoin, Folding.otherCurrency: [unknown]
        case UInt8(ascii: "$"): dollarPrefixes[prefix] ?? dollars
        default: nil
        }
    }

    /// Digits after the decimal point of the currency's minor unit (https://docs.stripe.com/currencies).
    static func exponent(of code: String) -> Int {
        if withoutMinorUnit.contains(code) { return 0 }
        return withThousandths.contains(code) ? 3 : 2
    }

    /// Money from a hundredfold amount; nil where it is too large to be one.
    static func money(hundredths: Int, code: String) -> Money? {
        guard hundredths >= 0, hundredths <= 1_000_000_000_000 else { return nil }
        switch exponent(of: code) {
        case 0: return Money(minorUnits: hundredths / 100, currency: code)
        case 3: return Money(minorUnits: hundredths * 10, currency: code)
        default: return Money(minorUnits: hundredths, currency: code)
        }
    }

    /// Minor units in a whole one.
    static func unit(of code: String) -> Int {
        switch exponent(of: code) {
        case 0: 1
        case 3: 1_000
        default: 100
        }
    }

    /// A currency that is never the catalog's.
    static let unknown = "?"
    private static let withoutMinorUnit: Set<String> = [
        "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF",
    ]
    private static let withThousandths: Set<String> = ["BHD", "JOD", "KWD", "OMR", "TND"]
    private static let dollars = [
        "USD", "CAD", "AUD", "NZD", "MXN", "ARS", "CLP", "COP", "UYU", "DOP", "HKD", "SGD", "CVE",
    ]
    private static let dollarPrefixes: [String: [String]] = [
        "r": ["BRL"], "us": ["USD"], "u": ["USD"], "ca": ["CAD"], "c": ["CAD"], "au": ["AUD"], "a": ["AUD"],
        "mx": ["MXN"], "ar": ["ARS"], "nz": ["NZD"], "hk": ["HKD"], "s": ["SGD"],
    ]
    private static let words: [String: [String]] = {
        var words: [String: [String]] = [:]
        let named: [([String], String)] = [
            (["EUR"], "euro euros eur eurito euritos"),
            (["USD", "CAD", "AUD", "NZD", "HKD", "SGD"], "dolar dolares dollar dollars buck bucks"),
            (["BRL"], "reais brl"),
            (["GBP"], "libra libras pound pounds quid gbp sterling"),
            (["MXN", "ARS", "CLP", "COP", "UYU", "DOP", "PHP"], "peso pesos"),
            (["CHF"], "franco francos franc francs chf"),
            (["JPY"], "iene ienes yen yens jpy"), (["CNY"], "yuan yuans cny rmb"),
            (["AOA"], "kwanza kwanzas aoa"), (["MZN"], "metical meticais mzn"), (["CVE"], "escudo escudos cve"),
            (["INR"], "rupia rupias rupee rupees inr"), (["PYG"], "guarani guaranis guaranies pyg"),
            ([unknown], "bitcoin bitcoins btc ethereum eth usdt usdc satoshi satoshis sats crypto"),
            ([unknown], "cent cents centimo centimos centavo centavos pence"),
        ]
        for (codes, list) in named {
            for word in list.split(separator: " ") { words[String(word)] = codes }
        }
        let codes = """
            usd cad aud nzd mxn ars clp cop uyu dop hkd sgd sek nok dkk czk huf pln ron aed zar jod kwd bhd omr tnd \
            sar qar egp ngn kes ghs thb idr myr twd krw bob crc gtq hnl nio vnd uah rub bgn isk xof xaf xpf ils php pab
            """
        for code in codes.split(separator: " ") {
            words[String(code)] = [code.uppercased()]
        }
        return words
    }()
}
