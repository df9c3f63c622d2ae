import Conversation

// Silence where it is due.

extension Judge {
    mutating func silentAfterOptOut(_ customer: Customer) {
        let kept = ledger.said.first { $0.customer == customer.number && $0.kind == .optOut }?.keptAt
        guard let kept else { return }
        let heard = ledger.heard.filter { $0.customer == customer.number && !$0.isOfStaff }
        let confirmation = heard.first { $0.marks.contains("opted_out") }
        for heard in heard where !heard.marks.contains("opted_out") {
            if let confirmation, heard.at > confirmation.at {
                add("nothing after an opt-out", "\(heard.row) came after the confirmation \(confirmation.row)")
            } else if heard.at > kept.adding(milliseconds: grace), !heard.marks.contains("paid") {
                add("nothing after an opt-out", "\(heard.row) came at \(world.clock(heard.at))")
            }
        }
    }

    mutating func silentDuringTakeover(_ customer: Customer) {
        let allowed: Set = ["staff", "opted_out", "handed_off", "no_payments", "paid"]
        for mute in ledger.mutes where mute.customer == customer.number && mute.kind == .takeover {
            guard let kept = mute.keptAt else { continue }
            let from = kept.adding(milliseconds: grace)
            let until = mute.end ?? kept.adding(hours: 70)
            for heard in ledger.heard
            where heard.customer == customer.number && heard.at > from && heard.at < until
                && heard.marks.isDisjoint(with: allowed)
            {
                let when = "\(world.clock(heard.at)), taken over at \(world.clock(kept))"
                add("nothing from the bot during a takeover", "\(heard.row) came at \(when)")
            }
        }
    }

    /// What is on its way in that moment.
    private var grace: Int64 { world.isCalm ? 3_000 : 30_000 }

    /// Nothing is said any more to somebody who was forgotten, and nothing of theirs can be paid.
    mutating func forgets(_ customer: Customer) {
        for erased in ledger.erased where erased.customer == customer.number {
            let heard = ledger.heard.filter { $0.conversation == erased.conversation }
            for heard in heard where heard.at > erased.until.adding(milliseconds: grace) {
                add("forgotten", "\(heard.row) came at \(world.clock(heard.at))")
            }
            for link in heard.compactMap(\.link)
            where world.stripe.isOpen(String(link.split(separator: "/").last ?? "")) {
                add("forgotten", "\(link) can still be paid")
            }
        }
    }
}
