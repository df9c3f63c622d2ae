import Sandbox
import TestSupport

/// What a customer does, one step after the other, each after the answer to the one before.
struct Script: Sendable {
    enum Step: Sendable {
        case say(String)
        /// Two messages, the second before anything is answered.
        case sayAtOnce(String, String)
        case tap(String)
        case pay
    }

    var name: String
    var steps: [Step]

    /// Everything up to a confirmed payment.
    static let buyer = Script(
        name: "buyer",
        steps: [
            .say("Hello there"), .say("My name is Emily Carter"), .say("I run a small bakery in Leeds"),
            .say("I need a website"), .say("12 people"), .say("about 1500 euros"), .say("emily@bakery.co.uk"),
            .tap("buy:site"), .pay,
        ]
    )
    static let browser = Script(
        name: "browser",
        steps: [.say("Olá, bom dia"), .say("Chamo-me Ana Silva"), .say("Tenho uma pastelaria no Porto")]
    )
    /// How many answers somebody gets who doesn't wait depends on the moment.
    static let hasty = Script(
        name: "hasty",
        steps: [.say("Olá"), .sayAtOnce("Chamo-me Rui Costa", "Tenho uma oficina em Braga")]
    )
}

/// One customer who follows a script.
struct Visitor: Sendable {
    let sandbox: Sandbox
    let customer: Customer
    let script: Script

    init(_ number: Int, _ script: Script, _ sandbox: Sandbox) {
        self.sandbox = sandbox
        self.script = script
        let phone = script.name == "buyer" ? "4479\(10_000_000 + number)" : "3519\(10_000_000 + number)"
        customer = Customer(waID: phone, userID: "PT.\(phone)", name: "Visitor")
    }

    var heard: [SentMessage] { sandbox.sent(to: customer.key) }

    /// What was written, with WhatsApp's ids, once all of it was answered.
    func visit() async throws -> [String] {
        var written: [String] = []
        for (number, step) in script.steps.enumerated() {
            var before = heard.count
            switch step {
            case .say(let text): written.append(try await sandbox.write(.text(text), as: customer))
            case .sayAtOnce(let first, let second):
                async let one = sandbox.write(.text(first), as: customer)
                async let two = sandbox.write(.text(second), as: customer)
                written += [try await one, try await two]
            case .tap(let id): written.append(try await tap(id))
            case .pay:
                // Where Stripe was too slow, the customer was told that the link is coming.
                let url = try await eventually("a link to pay by", seconds: 150) { heard.last { $0.url != nil }?.url }
                before = heard.count
                try await sandbox.pay(url)
            }
            _ = try await eventually(
                "an answer to step \(number) of \(script.name) \(customer.key); heard \(heard.map(\.text))",
                // Killed in the middle of a send again and again, it waits for a window each time.
                seconds: 150,
                everyMilliseconds: 20
            ) { heard.count > before ? true : nil }
        }
        return written
    }

    private func tap(_ id: String) async throws -> String {
        let message = heard.last { message in message.choices.contains { $0.id == id } }
        guard let message, let choice = message.choices.first(where: { $0.id == id }) else {
            throw Missed("no button \(id); heard \(heard.map(\.text))")
        }
        return try await sandbox.write(.buttonReply(id: id, title: choice.title, to: message.wamid), as: customer)
    }
}
