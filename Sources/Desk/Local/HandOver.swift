import Conversation
import Storage

extension Desk {
    /// What somebody who takes over has to know, from what is stored: no model is asked.
    func handOver(_ record: LeadRecord) async throws -> HandOverSummary {
        let recent = try await store.history(of: record.state.id, through: .max, limit: 30)
        return HandOver(record: record, recent: recent, playbook: playbook()).summary
    }
}

/// Puts a hand-over summary together.
struct HandOver {
    var record: LeadRecord
    /// The newest messages, oldest first.
    var recent: [JournalEntry]
    var playbook: Playbook?

    private var state: ConversationState { record.state }
    /// Customer's words that are shown.
    private static let messagesMax = 5

    var summary: HandOverSummary {
        HandOverSummary(
            why: why,
            wants: wants,
            knows: knows,
            open: open,
            promised: promised,
            last_messages: lastMessages
        )
    }

    private var why: [String] {
        var lines = record.openAlerts.map(\.alert.detail)
        if case .handedOff(let handOff) = state.stage {
            switch handOff.reason {
            case .customerAsked: lines.append("The customer asked for a person.")
            case .complaint: lines.append("The customer complained.")
            case .noPayments: lines.append("The customer wants to buy, and no payments are configured.")
            case .staffTookOver, .ownerAnswered: break
            }
        }
        var seen: Set<String> = []
        return lines.filter { seen.insert($0).inserted }
    }

    private var wants: [String] {
        var lines: [String] = []
        switch state.stage.standing {
        case .offered(let offered): lines.append(words(offered.offer, "an offer whose payment link is being made"))
        case .awaitingPayment(let offer, _, .open): lines.append(words(offer, "has the payment link, not paid"))
        case .awaitingPayment(let offer, _, .pending): lines.append(words(offer, "has a voucher, not paid yet"))
        case .qualified(let qualified):
            if let id = qualified.recommended {
                let name = playbook?.catalog.product(id)?.name(in: state.language) ?? id
                lines.append("\(name) suits, from what is known")
            }
        case .disqualified(let reason): lines.append("Did not qualify: \(reason)")
        default: break
        }
        lines += state.payments.map { words($0.offer, "paid") }
        return lines
    }

    private func words(_ offer: Offer, _ what: String) -> String {
        "\(offer.productName), \(MoneyFormat.text(offer.price, in: .en)): \(what)"
    }

    private var knows: [HandOverSummary.Fact] {
        let order = playbook?.qualification.fields.map(\.id) ?? []
        let known = state.fields.sorted { left, right in
            let places = [left, right].map { order.firstIndex(of: $0.key) ?? .max }
            return (places[0], left.key) < (places[1], right.key)
        }
        return known.map { id, value in
            let text = if case .money(let money) = value { MoneyFormat.text(money, in: .en) } else { value.plainText }
            return HandOverSummary.Fact(field: id, value: text)
        }
    }

    private var open: [String] {
        var lines: [String] = []
        let unanswered = unansweredMessages
        if unanswered > 0 {
            lines.append(unanswered == 1 ? "The last message has no answer." : "\(unanswered) messages have no answer.")
        }
        for field in playbook?.qualification.fields ?? [] where field.isRequired && state.fields[field.id] == nil {
            lines.append("Not known: \(field.meaning)")
        }
        if state.payments.contains(where: { !$0.isConfirmedInChat }) {
            lines.append("A payment is not confirmed in the chat; the bot does it on release.")
        }
        return lines
    }

    /// Of the customer, since the business's last words.
    private var unansweredMessages: Int {
        var count = 0
        for entry in recent.reversed() {
            switch entry.content {
            case .event(.messages(let messages)): count += messages.filter(\.needsAnswer).count
            case .message, .event(.ownerAnswered): return count
            default: continue
            }
        }
        return count
    }

    private var promised: [String] {
        var lines: [String] = []
        switch state.stage.standing {
        case .offered(let offered) where offered.failures > 0:
            lines.append("The payment link for \(offered.offer.productName) is coming.")
        case .awaitingPayment(let offer, let link, _):
            lines.append("\(offer.productName) for \(MoneyFormat.text(offer.price, in: .en)): \(link.url)")
        default: break
        }
        if case .handedOff(let handOff) = state.stage, [.customerAsked, .complaint].contains(handOff.reason) {
            lines.append("A person answers.")
        }
        return lines
    }

    private var lastMessages: [String] {
        let texts = recent.flatMap { entry -> [String] in
            guard case .event(.messages(let messages)) = entry.content else { return [] }
            return messages.map { TranscriptLine.words(of: $0) }
        }
        return Array(texts.suffix(Self.messagesMax))
    }
}
