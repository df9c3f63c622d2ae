import NIOCore

/// Who writes what: customers one after the other, each with their messages.
struct TurnLoad: Sendable {
    let bodies: [ByteBuffer]
    /// Nil: customer `n` of the load is customer `n`.
    private let customers: [Int]?

    /// New customers, as many as so many messages need.
    init(messages: Int) {
        bodies = (0..<messages).map(Bodies.message)
        customers = nil
    }

    /// Customers that are stored already, numbers 1 to `stored`, all over the place.
    init(messages: Int, stored: Int, round: Int) {
        let order = Self.scattered(stored, count: min(stored, messages / Bodies.messagesPerCustomer + 1), round: round)
        customers = order
        bodies = (0..<messages).map { index in
            let customer = index / Bodies.messagesPerCustomer
            return Bodies.message(
                number: index % Bodies.messagesPerCustomer,
                of: order[customer % order.count],
                round: round + customer / order.count
            )
        }
    }

    func customer(_ number: Int) -> Int { customers.map { $0[number % $0.count] } ?? number }

    /// `count` different numbers from 1 to `total`: steps by a prime that doesn't divide it.
    static func scattered(_ total: Int, count: Int, round: Int) -> [Int] {
        (0..<count).map { (round * 7_919 + $0 * 15_485_863) % total + 1 }
    }
}
