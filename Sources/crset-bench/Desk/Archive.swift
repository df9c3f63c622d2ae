import Foundation

/// A year of conversations, as the service would have left it behind: leads in every stage, their lines one day's
/// conversations among each other, the outbox, payments, the full-text index and the statistics. Written by SQL of its
/// own, since the way of a message would take hours.
struct Archive: Sendable {
    let leads: Int
    /// Of the customer and of the bot together, each lead's.
    let messagesEach: Int
    let began: Int64

    static let longestLines = 10_000
    /// Lines that stand in the journal beside the messages.
    private static let notesEach = 3
    private static let yearMilliseconds: Int64 = 365 * 86_400_000

    init(leads: Int, messages: Int, now: Date = Date()) {
        self.leads = leads
        messagesEach = max(4, messages / leads / 2 * 2)
        let slots = messagesEach + Self.notesEach
        let spread = max(1, leads / 700)
        step = max(1, Self.yearMilliseconds / Int64(leads * slots))
        self.slots = slots
        self.spread = spread
        lines = (leads + spread * (messagesEach / 2)) * slots
        began = Int64(now.timeIntervalSince1970 * 1_000) - Int64(lines + Self.longestLines) * step
    }

    /// Lines of one lead.
    let slots: Int
    /// So many leads begin between a customer's question and the next.
    let spread: Int
    /// Milliseconds from line to line.
    let step: Int64
    /// Places in the journal, of which a few at both ends stay empty.
    let lines: Int

    var ended: Int64 { began + Int64(lines + Self.longestLines) * step }
    func id(_ number: Int) -> String { "1k\(100_000_000_000_000 + number)" }
    /// With as many lines as nobody has.
    var longest: String { id(leads) }

    /// One lead's line, in order.
    struct Slot: Sendable {
        var kind: String
        var turn: Int
        /// 0: the customer's; 1: ours.
        var side: Int
        /// 0: none; 1: the first stage; 2: the last stage; 3: something else.
        var note = 0
    }

    var plan: [Slot] {
        let turns = messagesEach / 2
        return (1...turns).flatMap { turn -> [Slot] in
            let note = turn == 1 ? 1 : turn == 2 ? 3 : turn == turns ? 2 : 0
            let between = note == 0 ? [] : [Slot(kind: "note", turn: turn, side: 1, note: note)]
            return [Slot(kind: "customer", turn: turn, side: 0)] + between + [
                Slot(kind: "message", turn: turn, side: 1)
            ]
        }
    }
}
