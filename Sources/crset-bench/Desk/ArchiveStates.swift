import Conversation
import Foundation

/// States of leads as the service writes them, for every stage, language and product, with marks in place of what
/// differs from lead to lead.
struct ArchiveStates {
    struct Template {
        var state: ConversationState
        var product: ProductID?
        /// As JSON.
        var json: String
        /// 0: wrote; 1: qualified; 2: offered; 3: has the link; 4: paid.
        var rank: Int
    }

    static let idMark = "@ID@"
    static let nameMark = "@NAME@"
    /// In place of the last message's moment, and of the offer's.
    static let lastMark: Int64 = 7_000_000_000_001
    static let offerMark: Int64 = 7_000_000_000_002

    private static let products = [("site", 49_000), ("whatsapp_bot", 89_000), ("automation", 149_000)]
    /// Of a hundred leads.
    private static let stages: [(Stage.Name, Int)] = [
        (.new, 4), (.qualifying, 24), (.qualified, 14), (.offered, 2), (.awaitingPayment, 7), (.paid, 14),
        (.disqualified, 10), (.handedOff, 3), (.optedOut, 3), (.dormant, 19),
    ]
    private static let languages: [(String, Int)] = [("pt-PT", 50), ("pt-BR", 20), ("en", 20), ("es", 10)]
    private static let scores = [0, 15, 40, 75, 105]

    let templates: [Template]
    /// Templates by their share: a number from 0 to 999 draws one.
    let mix: [(template: Int, language: Int)]

    init() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        var templates: [Template] = []
        var places: [[Int]: Int] = [:]
        var mix: [(Int, Int)] = []
        for number in 0..<1_000 {
            let language = Self.draw(Self.languages, (number * 37) % 100)
            let stage = Self.draw(Self.stages, (number * 71 + number / 100 * 13) % 100)
            let product = (number * 7 / 10) % 3
            let score = max(0, min(4, Self.rank(of: Self.stages[stage].0) + number % 3 - 1))
            let key = [language, stage, product, score]
            if places[key] == nil {
                places[key] = templates.count
                templates.append(
                    try Self.template(
                        Self.stages[stage].0,
                        Language(Self.languages[language].0),
                        Self.products[product],
                        score: Self.scores[score],
                        encoder
                    )
                )
            }
            mix.append((places[key] ?? 0, language))
        }
        self.templates = templates
        self.mix = mix
    }

    private static func draw<T>(_ shares: [(T, Int)], _ number: Int) -> Int {
        var sum = 0
        return shares.firstIndex { share in
            sum += share.1
            return number < sum
        } ?? 0
    }

    private static func rank(of stage: Stage.Name) -> Int {
        switch stage {
        case .qualified, .handedOff: 1
        case .offered: 2
        case .awaitingPayment: 3
        case .paid: 4
        case .new, .qualifying, .disqualified, .optedOut, .dormant: 0
        }
    }

    private static func template(
        _ name: Stage.Name,
        _ language: Language,
        _ product: (id: String, price: Int),
        score: Int,
        _ encoder: JSONEncoder
    ) throws -> Template {
        var state = ConversationState(id: ConversationID(idMark), language: language, profileName: nameMark)
        let moment = Timestamp(milliseconds: offerMark)
        let offer = Offer(
            id: idMark + "-1",
            product: product.id,
            productName: "Site profissional",
            price: Money(minorUnits: product.price, currency: "EUR"),
            stripePrice: nil,
            madeAt: moment
        )
        let payment = Payment(
            offer: offer,
            sessionID: "cs_live_" + idMark,
            paymentIntent: "pi_" + idMark,
            at: moment,
            isConfirmedInChat: true
        )
        let asking = Stage.qualifying(Qualifying(asked: "budget", asks: ["name": 1, "business": 1, "budget": 1]))
        state.stage =
            switch name {
            case .new: .new
            case .qualifying: asking
            case .qualified: .qualified(Qualified(recommended: product.id))
            case .offered: .offered(Offered(offer: offer))
            case .awaitingPayment:
                .awaitingPayment(
                    offer,
                    PaymentLink(id: "plink_" + idMark, url: "https://buy.stripe.com/" + idMark),
                    .open
                )
            case .paid: .paid(payment)
            case .disqualified: .disqualified(reason: "budget below the minimum")
            case .handedOff:
                .handedOff(
                    HandOff(
                        reason: .customerAsked,
                        staff: nil,
                        at: moment,
                        before: .qualified(.init(recommended: product.id))
                    )
                )
            case .optedOut: .optedOut(at: moment, before: asking)
            case .dormant: .dormant(before: asking)
            }
        state.score = score
        state.lastCustomerMessageAt = Timestamp(milliseconds: lastMark)
        state.fields = [
            "name": .text(nameMark), "business": .text("Um café com esplanada em Braga"), "need": .choice("website"),
            "team_size": .number(12), "budget": .money(Money(minorUnits: 150_000, currency: "EUR")),
        ]
        if name == .paid { state.payments = [payment] }
        if rank(of: name) >= 2 { state.offersMade = 1 }
        let hasProduct = [.qualified, .offered, .awaitingPayment, .paid].contains(name)
        return Template(
            state: state,
            product: hasProduct ? product.id : nil,
            json: String(decoding: try encoder.encode(state), as: UTF8.self),
            rank: rank(of: name)
        )
    }
}
