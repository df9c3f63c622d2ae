import Conversation
import Desk
import Foundation

/// `crset leads list`, fitted to the terminal.
struct LeadTable {
    var columns: Int
    var clock: StaffClock
    var paint = Paint(isOn: false)

    func lines(_ leads: [LeadDocument]) -> [String] {
        guard !leads.isEmpty else { return ["No leads like that."] }
        let table = Table<LeadDocument>(
            columns: [
                .init("LEAD", 12) { String($0.id.prefix(12)) },
                .init("NAME", 8) { $0.name ?? "–" },
                .init("PHONE", 14, rank: 3) { $0.phone ?? "–" },
                .init("LANG", 5, rank: 5) { $0.language },
                .init("STAGE", 17) { ($0.waiting_since == nil ? "" : "!") + $0.stage },
                .init("SCORE", 5, rank: 2) { String($0.score) },
                .init("PRODUCT", 12, rank: 6) { $0.product ?? "" },
                .init("WITH", 10, rank: 4) { $0.held_by ?? $0.assigned_to ?? "" },
                .init("LAST", 11, rank: 1) { clock.short($0.updated_at) },
            ],
            flexible: "NAME",
            flexibleMax: 32
        )
        let lines = table.lines(leads, width: columns)
        return [paint(lines[0], .dim)]
            + zip(leads, lines.dropFirst()).map { lead, line in
                lead.waiting_since == nil ? line : paint(line, .bold)
            }
    }
}

/// `crset leads list --csv`
enum LeadCSV {
    static let head = [
        "id", "name", "phone", "language", "stage", "score", "product", "assigned_to", "held_by", "waiting_since",
        "paid_amount", "paid_currency", "created_at", "updated_at",
    ]

    static func cells(_ lead: LeadDocument) -> [String] {
        let currency = lead.payments.first?.price.currency
        let paid = lead.payments.filter { $0.price.currency == currency }.reduce(0) { $0 + $1.price.amount }
        return [
            lead.id, lead.name ?? "", String((lead.phone ?? "").drop { $0 == "+" }), lead.language, lead.stage,
            String(lead.score), lead.product ?? "", lead.assigned_to ?? "", lead.held_by ?? "",
            lead.waiting_since?.description ?? "", currency == nil ? "" : String(paid), currency ?? "",
            lead.created_at.description, lead.updated_at.description,
        ]
    }
}

/// `crset leads show`.
struct LeadCard {
    var columns: Int
    var clock: StaffClock

    func lines(_ card: LeadCardDocument) -> [String] {
        var lines = lines(card.lead, window: card.window)
        if card.cost.answers > 0 {
            lines.append("")
            let tokens = "\(card.cost.prompt_tokens)+\(card.cost.completion_tokens) tokens"
            lines += field("model", "\(card.cost.answers) answers, \(tokens), \(Self.dollars(card.cost.micro_usd))")
        }
        if !card.stage_history.isEmpty {
            lines.append("")
            lines += card.stage_history.map { "  \(clock.short($0.at))  \($0.from) → \($0.to)" }
        }
        if !card.notes.isEmpty {
            lines.append("")
            lines += card.notes.suffix(20).flatMap { note in
                Terminal.hanging("· \(clock.short(note.at))  ", Terminal.printable(note.text), columns)
            }
        }
        return lines
    }

    private func field(_ name: String, _ value: String) -> [String] { Terminal.field(name, 9, value, columns) }

    func lines(_ lead: LeadDocument, window: WindowDocument? = nil) -> [String] {
        let name = lead.name.map(Terminal.line) ?? "(no name)"
        let standing = "\(lead.stage)  ·  score \(lead.score)"
        let head = "\(name)  ·  \(standing)"
        var lines = DisplayWidth.of(head) <= columns ? [head] : Terminal.wrapped(name, columns) + [standing]
        lines += [
            "lead      \(lead.id)",
            "phone     \(lead.phone ?? "unknown")",
            "language  \(lead.language)",
        ]
        lines += field("since", "\(clock.short(lead.created_at)), last activity \(clock.short(lead.updated_at))")
        if let window { lines += field("window", WindowWords.text(window, clock)) }
        if let user = lead.user_id { lines += field("user id", Terminal.printable(user)) }
        if let holder = lead.held_by { lines += field("with", Terminal.printable(holder) + "; the bot is silent") }
        if let name = lead.assigned_to { lines += field("assigned", Terminal.printable(name)) }
        if !lead.fields.isEmpty { lines.append("") }
        for (id, value) in lead.fields.sorted(by: { $0.key < $1.key }) {
            lines += Terminal.hanging("  \(Terminal.fitted(id, 14)) ", Terminal.printable(value), columns)
        }
        if let offer = lead.offer {
            lines += ["", "  offer \(offer.product), \(MoneyFormat.text(offer.price.money, in: .en))"]
            lines.append("  \(offer.url ?? "its link is coming")")
        }
        for payment in lead.payments {
            lines.append("  paid \(MoneyFormat.text(payment.price.money, in: .en)) for \(payment.product)")
        }
        for alert in lead.alerts {
            lines += Terminal.hanging("! \(clock.short(alert.at))  ", Terminal.printable(alert.detail), columns)
        }
        return lines
    }

    static func dollars(_ micro: Int) -> String {
        let value = Double(micro) / 1_000_000
        return "$" + value.formatted(.number.precision(.fractionLength(value < 1 ? 4 : 2)).grouping(.never))
    }
}

/// The 24-hour window in words.
enum WindowWords {
    static func text(_ window: WindowDocument, _ clock: StaffClock) -> String {
        guard let closes = window.closes_at else { return "shut: the customer never wrote" }
        return window.is_open
            ? "open until \(clock.short(closes))" : "shut since \(clock.short(closes)): only templates go out"
    }
}
