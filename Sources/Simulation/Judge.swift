import Conversation
import Storage

/// Holds the promises of the service against the books of the outside.
struct Judge {
    let world: World
    private(set) var violations: [Violation] = []

    var ledger: Ledger { world.ledger }

    init(_ world: World) { self.world = world }

    /// A whole history, once it is over.
    mutating func judge() {
        nothingTwice()
        oneLinkPerOffer()
        paymentsConfirmedOnce()
        for customer in world.customers {
            inOrder(customer)
            silentAfterOptOut(customer)
            silentDuringTakeover(customer)
            everythingAnswered(customer)
            nothingIgnored(customer)
            followedUp(customer)
            keepsHours(customer)
            forgets(customer)
            apologises(customer)
        }
        windowKept()
        for owner in ledger.undead { add("ends when told to", "\(owner) beats after its farewell") }
    }

    mutating func add(_ promise: String, _ detail: String) {
        violations.append(Violation(promise: promise, detail: detail))
    }

    // MARK: Nothing twice

    /// The one exception: taken by WhatsApp, never answered, and no status within the window.
    private mutating func nothingTwice() {
        for (row, copies) in Dictionary(grouping: ledger.heard, by: \.row).sorted(by: { $0.key < $1.key })
        where copies.count > 1 {
            for copy in copies.dropLast() where copy.failedAt == nil {
                let isKnown = copy.statusAt.map { $0 <= copy.at.adding(milliseconds: world.window) } ?? false
                if copy.wasAnswered || isKnown {
                    let how =
                        copy.wasAnswered ? "had our answer" : "had a status at \(world.clock(copy.statusAt ?? copy.at))"
                    add("nothing twice", "\(row) came again after \(copy.id) of \(world.clock(copy.at)), which \(how)")
                }
            }
        }
        var rows: [String: Set<String>] = [:]
        for heard in ledger.heard where heard.failedAt == nil {
            for token in heard.tokens { rows[token, default: []].insert(heard.row) }
        }
        for (token, rows) in rows.sorted(by: { $0.key < $1.key }) where rows.count > 1 {
            add("nothing twice", "\(token) was answered by \(rows.sorted().joined(separator: " and "))")
        }
    }

    /// However often a turn is repeated: one product at one price for one offer is one link. What was made for a wish
    /// that the customer changed in the same breath is sent to nobody, and closed.
    private mutating func oneLinkPerOffer() {
        let sent = Set(ledger.heard.compactMap(\.link).map { String($0.split(separator: "/").last ?? "") })
        for (offer, links) in Dictionary(grouping: ledger.links, by: \.offer).sorted(by: { $0.key < $1.key }) {
            // One that nobody saw and that is closed is none: another may take its place when the wish comes back.
            let usable = links.filter { sent.contains($0.id) || world.stripe.isOpen($0.id) }
            for same in Dictionary(grouping: usable, by: \.amount).values where same.count > 1 {
                add("one link per offer", "\(offer) has \(same.map(\.id).joined(separator: ", "))")
            }
            let shown = links.map(\.id).filter(sent.contains)
            if shown.count > 1 { add("one link per offer", "\(offer) was sent as \(shown.joined(separator: ", "))") }
            for link in links where links.count > 1 && !sent.contains(link.id) && world.isSteady {
                if world.stripe.isOpen(link.id) {
                    add("one link per offer", "\(link.id) was sent to nobody and is open")
                }
            }
        }
    }

    private mutating func paymentsConfirmedOnce() {
        for customer in world.customers {
            let paid = Set(ledger.paid.filter { $0.customer == customer.number }.map(\.session)).count
            let heard = ledger.heard.filter { $0.customer == customer.number }
            let confirmed = Set(heard.filter { $0.marks.contains("paid") && $0.failedAt == nil }.map(\.row)).count
            if confirmed > paid { add("paid confirmed once", "\(customer.name) heard \(confirmed) for \(paid)") }
            let isMuted = ledger.mutes.contains { $0.customer == customer.number }
            let due = Set(payments(of: customer).map(\.session)).count
            if confirmed < due, !isMuted, !isExcused(customer, since: world.start) {
                add("paid confirmed once", "\(customer.name) heard \(confirmed) for \(paid)")
            }
        }
    }

    /// Those whose confirmation may go out without waiting for the customer to write again.
    private func payments(of customer: Customer) -> [Ledger.Paid] {
        ledger.paid.filter { paid in
            guard paid.customer == customer.number else { return false }
            let kept = paid.keptAt ?? world.now
            if !world.business.templates.isEmpty { return true }
            let wrote = ledger.said.last { $0.customer == customer.number && $0.at < kept }?.at ?? world.start
            return kept < wrote.adding(milliseconds: 84_000_000)
        }
    }

    // MARK: In order

    private mutating func inOrder(_ customer: Customer) {
        let failed = Set(ledger.heard.filter { $0.failedAt != nil }.map(\.row))
        var seen: Set<String> = []
        var lasts: [String: (turn: Int, index: Int, row: String)] = [:]
        for heard in ledger.heard
        where heard.customer == customer.number && !failed.contains(heard.row) && !ledger.shut.contains(heard.row)
            // It stands for a text at a time when other texts wait for the customer.
            && !heard.marks.contains("template")
        {
            guard seen.insert(heard.row).inserted else { continue }
            let parts = heard.row.split(separator: "-").suffix(2).compactMap { Int($0) }
            guard parts.count == 2 else { continue }
            // Who was forgotten begins a new one.
            if let last = lasts[heard.conversation], (parts[0], parts[1]) <= (last.turn, last.index) {
                add("in order", "\(heard.row) came after \(last.row)")
            }
            lasts[heard.conversation] = (parts[0], parts[1], heard.row)
        }
    }

    /// Whatever had come in before the question was put to the model is answered by its reply or was before.
    private mutating func nothingIgnored(_ customer: Customer) {
        let heard = ledger.heard.filter { $0.customer == customer.number && !$0.isOfStaff }
        for (place, reply) in heard.enumerated() {
            guard let askedAt = reply.askedAt, !isAtItsBound(reply) else { continue }
            for said in ledger.said where said.customer == customer.number && !said.token.isEmpty {
                guard let keptAt = said.keptAt, keptAt < askedAt, !isMuted(customer, around: said) else { continue }
                let isAnswered = heard[...place].contains { earlier in
                    earlier.tokens.contains(said.token) || (earlier.askedAt == nil && earlier.at > said.at)
                }
                if !isAnswered, !isExcused(customer, since: said.at) {
                    add("no message ignored", "\(reply.row) ignores \(said.token), which was there before")
                }
            }
        }
    }

    /// Who goes on writing is answered in the end: messages join a turn four times, and for 15 seconds.
    private func isAtItsBound(_ reply: Ledger.Heard) -> Bool {
        let oldest = ledger.said.first { reply.tokens.contains($0.token) }?.at ?? reply.at
        return reply.tokens.count > 4 || oldest.adding(milliseconds: 15_000) < reply.at
    }

    // MARK: Never silent

    private mutating func everythingAnswered(_ customer: Customer) {
        for said in ledger.said where said.customer == customer.number && said.needsAnswer {
            guard let kept = said.keptAt else {
                add("nothing lost", "\(said.id) was never taken")
                continue
            }
            if said.kind == .optOut, isRepeatedOptOut(said) { continue }
            if isMuted(customer, around: said) || isExcused(customer, since: said.at) { continue }
            let answers = ledger.heard.filter { heard in
                heard.customer == customer.number && !heard.isOfStaff && heard.at > said.at
                    && (heard.askedAt == nil || said.token.isEmpty || heard.tokens.contains(said.token))
            }
            guard let answer = answers.first else {
                add("everything answered", "\(said.token) \(said.id) of \(world.clock(said.at)) has no answer")
                continue
            }
            // A burst is answered as a whole, after its last message.
            let end = ledger.said.filter { $0.customer == customer.number && $0.at < answer.at }
                .compactMap(\.keptAt).filter { $0 < answer.at }.max()
            let isOneBurst = end.map { (0..<20_000).contains($0.milliseconds - kept.milliseconds) } ?? false
            let silence = answer.at.milliseconds - (isOneBurst ? end ?? kept : kept).milliseconds
            if silence > silenceMax {
                add("never silent", "\(said.token) \(said.id) waited \(silence / 1_000) s for \(answer.row)")
            }
        }
    }

    /// An answer that comes after ten minutes says that it is late, also where it only could not leave.
    private mutating func apologises(_ customer: Customer) {
        // What may have left is sent again as it is, and what waited for a person was not forgotten.
        guard world.mayApologise, !ledger.mutes.contains(where: { $0.customer == customer.number }) else { return }
        for heard in ledger.heard where heard.customer == customer.number && heard.askedAt != nil && heard.link == nil {
            let said = ledger.said.filter { heard.tokens.contains($0.token) }.map(\.at).min()
            guard let said, said.adding(milliseconds: 900_000) < heard.at else { continue }
            if !heard.marks.contains("late_reply") {
                add(
                    "late answers apologise",
                    "\(heard.row) came \((heard.at.milliseconds - said.milliseconds) / 1_000) s late"
                )
            }
        }
    }

    /// Whoever opted out is not told so again.
    private func isRepeatedOptOut(_ said: Ledger.Said) -> Bool {
        ledger.said.contains {
            $0.customer == said.customer && $0.kind == .optOut && $0.id != said.id && $0.at <= said.at
        }
    }

    /// The end of a burst and then 15 s, with the way there and back; in foul weather the longest pauses between tries.
    private var silenceMax: Int64 { world.isCalm ? 26_000 : 5_400_000 }

    /// A lead that goes quiet is asked once more, after 20 hours.
    private mutating func followedUp(_ customer: Customer) {
        let heard = ledger.heard.filter { $0.customer == customer.number && !$0.isOfStaff }
        let said = ledger.said.filter { $0.customer == customer.number && $0.needsAnswer }
        let isPlain = heard.allSatisfy { $0.link == nil && $0.marks.isDisjoint(with: ["disqualified", "link_coming"]) }
        guard world.isLong, isPlain, !ledger.mutes.contains(where: { $0.customer == customer.number }) else { return }
        for (place, message) in said.enumerated() {
            let next = place + 1 < said.count ? said[place + 1].at : world.now
            guard next > message.at.adding(milliseconds: 77_000_000), let kept = message.keptAt else { continue }
            let nudges = Set(
                heard.filter { $0.marks.contains("follow_up") && $0.at > message.at && $0.at < next }.map(\.row)
            )
            // One that would have to wait for opening time may come before, or too late for the window.
            let isRight = world.business.hours == nil ? nudges.count == 1 : nudges.count <= 1
            if !isRight, !isExcused(customer, since: message.at) {
                add("timers fire once", "\(customer.name), quiet since \(world.clock(kept)), heard \(nudges.count)")
            }
        }
    }

    /// What the bot says by itself it says in the business's hours, also when it could not leave at its time.
    private mutating func keepsHours(_ customer: Customer) {
        guard let hours = world.business.hours else { return }
        let nudges: Set = [PhraseKey.followUp.rawValue, PhraseKey.paymentReminder.rawValue]
        for heard in ledger.heard where heard.customer == customer.number && !heard.marks.isDisjoint(with: nudges) {
            let left = heard.at.adding(milliseconds: -Self.onItsWay)
            if !hours.isOpen(at: heard.at), !hours.isOpen(at: left) {
                add("hours kept", "\(heard.row) came at \(world.clock(heard.at))")
            }
        }
    }

    /// The longest that a request takes to WhatsApp, and what the database's clock may be off.
    private static let onItsWay: Int64 = 25_000

    /// Once a customer's window is shut, no text of ours is sent to them, only templates.
    private mutating func windowKept() {
        for late in ledger.late where late.by > Self.onItsWay {
            add("window kept", "\(late.row) came \(late.by / 1_000) s after its customer's window was shut")
        }
    }

    // MARK: Excuses

    /// A message that WhatsApp refused for good, or for which the window was shut; or all was forgotten.
    private func isExcused(_ customer: Customer, since moment: Timestamp) -> Bool {
        ledger.refused.contains { $0.customer == customer.number && $0.at >= moment }
            || ledger.heard.contains {
                $0.customer == customer.number && $0.at >= moment
                    && ($0.failedAt != nil || ledger.shut.contains($0.row))
            }
            || ledger.erased.contains { $0.customer == customer.number && $0.until >= moment }
            || customer.lastWroteAt.adding(milliseconds: 86_000_000) < world.now && world.isLong && !ledger.shut.isEmpty
    }

    /// Whether the bot may have been silenced when the message came or before it could be answered.
    private func isMuted(_ customer: Customer, around said: Ledger.Said) -> Bool {
        let handed = ledger.heard.contains { heard in
            heard.customer == customer.number && heard.at < said.at.adding(milliseconds: silenceMax)
                && !heard.marks.isDisjoint(with: ["handed_off", "no_payments"])
        }
        return handed
            || ledger.mutes.contains { mute in
                mute.customer == customer.number && mute.from <= said.at.adding(milliseconds: silenceMax)
                    && (said.kind != .optOut || mute.kind == .takeover)
                    && (mute.end.map { $0.adding(milliseconds: 1_000) > said.at } ?? true)
            }
    }
}
