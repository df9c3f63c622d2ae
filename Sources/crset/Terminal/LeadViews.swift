import Conversation
import Foundation
import Storage

/// `crset leads list`, fitted to the terminal.
struct LeadTable {
    var columns: Int

    func lines(_ leads: [LeadRecord]) -> [String] {
        guard !leads.isEmpty else { return ["No leads yet."] }
        let name = max(8, min(30, columns - 62))
        let head = row("LEAD", "NAME", "PHONE", "STAGE", "SCORE", "LAST", name)
        return [head]
            + leads.map { lead in
                let mark = lead.openAlerts.isEmpty ? "" : "!"
                return row(
                    lead.state.id.rawValue,
                    LeadCard.name(lead) ?? "–",
                    lead.address.waID.map { "+" + $0 } ?? "–",
                    mark + lead.state.stage.name.rawValue,
                    String(lead.state.score),
                    LeadCard.day(lead.updatedAt),
                    name
                )
            }
    }

    private func row(
        _ id: String,
        _ name: String,
        _ phone: String,
        _ stage: String,
        _ score: String,
        _ last: String,
        _ width: Int
    ) -> String {
        let cells = [
            Terminal.fitted(String(id.prefix(12)), 12), Terminal.fitted(name, width), Terminal.fitted(phone, 14),
            Terminal.fitted(stage, 16), Terminal.fitted(score, 5), Terminal.fitted(last, 11),
        ]
        let line = cells.joined(separator: " ")
        return String(line.prefix(max(20, columns))).trimmingCharacters(in: .whitespaces)
    }
}

/// `crset leads show`.
struct LeadCard {
    func lines(_ record: LeadRecord) -> [String] {
        let state = record.state
        var lines = [
            "\(Self.name(record).map(Terminal.printable) ?? "(no name)")  ·  \(state.stage.name.rawValue)  ·  score \(state.score)",
            "lead      \(state.id.rawValue)",
            "phone     \(record.address.waID.map { "+" + $0 } ?? "unknown")",
            "language  \(state.language.rawValue)",
            "since     \(Self.day(record.createdAt))   last activity \(Self.day(record.updatedAt))",
        ]
        if let user = record.address.userID { lines.append("user id   \(user)") }
        if !state.fields.isEmpty { lines.append("") }
        for (id, value) in state.fields.sorted(by: { $0.key < $1.key }) {
            lines.append(
                "  \(id.padding(toLength: 14, withPad: " ", startingAt: 0)) \(Terminal.printable(Self.words(value)))"
            )
        }
        lines += stageLines(state)
        for payment in state.payments {
            lines.append("  paid \(MoneyFormat.text(payment.offer.price, in: .en)) for \(payment.offer.productName)")
        }
        for alert in record.openAlerts {
            lines.append("! \(Self.day(alert.at))  \(Terminal.printable(alert.alert.detail))")
        }
        return lines
    }

    private func stageLines(_ state: ConversationState) -> [String] {
        switch state.stage.standing {
        case .offered(let offered): ["", "  offer \(offered.offer.productName), its link is coming"]
        case .awaitingPayment(let offer, let link, let progress):
            [
                "", "  offer \(offer.productName), \(MoneyFormat.text(offer.price, in: .en)), \(progress.rawValue)",
                "  \(link.url)",
            ]
        case .disqualified(let reason): ["", "  disqualified: \(reason)"]
        default: []
        }
    }

    static func name(_ record: LeadRecord) -> String? {
        if case .text(let name) = record.state.fields["name"] { return name }
        return record.state.profileName
    }

    static func words(_ value: FieldValue) -> String {
        if case .money(let money) = value { return MoneyFormat.text(money, in: .en) }
        return value.plainText
    }

    static func day(_ moment: Timestamp) -> String {
        let text = JSON.time(moment)
        return String(text.dropFirst(5).prefix(11)).replacingOccurrences(of: "T", with: " ")
    }
}
