import Conversation
import Testing

@Suite("Money for customers")
struct MoneyFormatTests {
    @Test(
        "writes money as its language does",
        arguments: [
            (49_000, "EUR", Language.ptPT, "490 €"), (120_000, "EUR", .ptPT, "1.200 €"),
            (49_050, "EUR", .ptPT, "490,50 €"),
            (120_005, "EUR", .es, "1.200,05 €"), (49_000, "EUR", .en, "€490"), (120_000, "EUR", .en, "€1,200"),
            (49_000, "BRL", .ptBR, "R$ 490"), (123_456_789, "BRL", .ptBR, "R$ 1.234.567,89"),
            (49_000, "EUR", .ptBR, "€ 490"),
            (49_000, "USD", .en, "$490"), (49_000, "USD", .es, "490 USD"), (49_000, "GBP", .en, "£490"),
            (500, "JPY", .en, "JPY 500"),
            (0, "EUR", .ptPT, "0 €"), (99, "EUR", .en, "€0.99"), (1_500, "KWD", .en, "KWD 1.50"),
            (49_000, "BRL", .ptPT, "R$ 490"),
            (5, "EUR", .es, "0,05 €"), (49_000, "CHF", .ptPT, "490 CHF"), (49_000, "MXN", .es, "490 MXN"),
        ]
    )
    func writes(minorUnits: Int, currency: String, language: Language, text: String) {
        #expect(MoneyFormat.text(Money(minorUnits: minorUnits, currency: currency), in: language) == text)
    }

    @Test(
        "the guard reads back whatever it writes",
        arguments: ["EUR", "USD", "GBP", "BRL", "CHF", "MXN", "JPY", "KWD"]
    )
    func roundTrip(currency: String) {
        for minorUnits in [1, 99, 490, 49_000, 49_050, 120_000, 120_005, 1_234_567, 98_765_400] {
            for language in [Language.ptPT, .ptBR, .en, .es, Language("fr")] {
                // Thousandths are sold in tens at Stripe, and JPY has none.
                let money = Money(minorUnits: currency == "KWD" ? minorUnits * 1_000 : minorUnits, currency: currency)
                var playbook = ReadingPlaybook.playbook
                playbook.business.amounts = [money]
                let text = "O valor é \(MoneyFormat.text(money, in: language)), pronto."
                #expect(Guard(playbook: playbook).check(text).isEmpty, "\(text)")
                playbook.business.amounts = []
                playbook.catalog.products = []
                #expect(!Guard(playbook: playbook).check(text).isEmpty, "\(text)")
            }
        }
    }
}
