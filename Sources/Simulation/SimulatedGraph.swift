import Conversation
import Foundation
import Integrations

/// WhatsApp, as far as the service can tell: takes messages, delivers them, reports on them.
final class SimulatedGraph: @unchecked Sendable {
    private var count = 0
    /// How often a row was answered with a code.
    private var errors: [String: Int] = [:]
    /// Of each customer, when all that was sent is paid for by the pair limit.
    private var paidUntil: [Int: Int64] = [:]

    /// Errors that pass. Reference §9.
    private static let passing = [2, 4, 80_007, 130_429, 131_000, 131_016, 131_056, 133_004]

    /// Errors that no message gets past. Reference §9.
    private static let halting = [10, 190, 368, 131_005, 131_031, 131_042, 133_010]

    func answer(_ call: HTTPCall, fails: Bool, _ world: World) -> (HTTPAnswer, heard: Int?) {
        guard call.method == .post, call.url.hasSuffix("/messages"), let body = call.body,
            let json = try? JSONValue(parsing: body)
        else { return (media(call, world), nil) }
        if json["status"]?.string == "read" { return (Self.ok(["success": true]), nil) }
        guard let customer = world.customer(to: json["to"]?.string, or: json["recipient"]?.string) else {
            return (Self.error(131_009, "no such recipient"), nil)
        }
        let row = json["biz_opaque_callback_data"]?.string ?? ""
        if world.isOut(.account) { return (Self.error(world.chance.one(of: Self.halting), "locked"), nil) }
        if fails {
            // Now and then for good: not on WhatsApp any more.
            if world.chance.happens(0.04) {
                world.ledger.refused.append(.init(customer: customer.number, row: row, at: world.now))
                return (Self.error(131_026, "undeliverable"), nil)
            }
            let code = world.chance.one(of: Self.passing)
            errors["\(row) \(code)", default: 0] += 1
            // Said so often, it is for good: a dead letter, as the reference advises.
            if let most = WhatsAppErrorTable.attemptsMax(String(code)), errors["\(row) \(code)", default: 0] >= most {
                world.ledger.refused.append(.init(customer: customer.number, row: row, at: world.now))
            }
            return (Self.error(code, "try again"), nil)
        }
        return take(json, row, customer, world)
    }

    private func take(_ json: JSONValue, _ row: String, _ customer: Customer, _ world: World) -> (HTTPAnswer, Int?) {
        let isTemplate = json["type"]?.string == "template"
        let isShut = !isTemplate && customer.lastWroteAt.adding(milliseconds: 86_400_000) < world.now
        if isShut {
            world.ledger.shut.insert(row)
            let end = customer.lastWroteAt.adding(milliseconds: 86_400_000)
            world.ledger.late.append((row, world.now.milliseconds - end.milliseconds))
        }
        if isShut, world.chance.happens(0.5) { return (Self.error(131_047, "re-engagement message"), nil) }
        guard paces(customer, world) else { return (Self.error(131_056, "pair rate limit"), nil) }
        count += 1
        let id = "wamid.out\(count)"
        let text = Self.text(of: json)
        let tokens = world.tokens(in: text)
        world.ledger.heard.append(
            Ledger.Heard(
                customer: customer.number,
                row: row,
                id: id,
                at: world.now,
                text: text,
                marks: Self.marks(in: text),
                tokens: tokens,
                askedAt: world.model.askedAt(of: text),
                link: json["interactive"]?["action"]?["parameters"]?["url"]?.string,
                choices: Self.choices(in: json)
            )
        )
        let index = world.ledger.heard.count - 1
        customer.conversation = world.ledger.heard[index].conversation
        world.note("WhatsApp takes \(row) for \(customer.name): \(text.prefix(60).replacing("\n", with: " "))")
        let willFail = isShut || world.chance.happens(world.weather.sendFailsLater)
        let code = isShut ? 131_047 : world.chance.one(of: [131_000, 131_026, 130_472])
        deliver(index, failing: willFail ? code : nil, world)
        let answer: JSONValue = [
            "messaging_product": "whatsapp",
            "contacts": [["input": .string(customer.waID ?? customer.userID), "wa_id": .optional(customer.waID)]],
            "messages": [["id": .string(id)]],
        ]
        return (Self.ok(answer), index)
    }

    /// One message in six seconds, and 45 ahead of their time.
    private func paces(_ customer: Customer, _ world: World) -> Bool {
        let now = world.now.milliseconds
        let paid = max(paidUntil[customer.number] ?? 0, now)
        guard paid - now <= 44 * 6_000 else { return false }
        paidUntil[customer.number] = paid + 6_000
        return true
    }

    // MARK: Delivery and statuses

    private func deliver(_ index: Int, failing code: Int?, _ world: World) {
        let isLate = world.chance.happens(world.weather.statusLate)
        let first: Int64 = isLate ? world.chance.milliseconds(5_000...20_000) : world.chance.milliseconds(50...900)
        let gap = world.chance.milliseconds(0...2_500)
        let isRead = world.chance.happens(0.5)
        _ = world.time.start { [self] in
            if let code {
                try? await world.time.sleep(first)
                world.ledger.heard[index].failedAt = world.now
                return report(index, "failed", code: code, world)
            }
            let customer = world.customers[world.ledger.heard[index].customer]
            try? await world.time.sleep(min(first, 1_500))
            customer.received.append(index)
            if isLate { try? await world.time.sleep(first) }
            report(index, "sent", world)
            try? await world.time.sleep(gap)
            report(index, "delivered", world)
            if isRead {
                try? await world.time.sleep(gap + 500)
                report(index, "read", world)
            }
        }
    }

    private func report(_ index: Int, _ state: String, code: Int? = nil, _ world: World) {
        let heard = world.ledger.heard[index]
        let customer = world.customers[heard.customer]
        if world.ledger.heard[index].isStatusless { return }
        var status: JSONValue = [
            "id": .string(heard.id), "status": .string(state),
            "timestamp": .string("\(world.now.milliseconds / 1_000)"),
            "biz_opaque_callback_data": .string(heard.row), "recipient_user_id": .string(customer.userID),
        ]
        if let waID = customer.waID { status["recipient_id"] = .string(waID) }
        if let code { status["errors"] = [["code": .int(code), "title": "failed"]] }
        let times = world.chance.happens(world.weather.statusDuplicated) ? 2 : 1
        for _ in 0..<times {
            world.post.whatsApp(["statuses": [status]], about: .status(heard: index), world)
        }
    }

    // MARK: Shapes

    static func ok(_ json: JSONValue) -> HTTPAnswer { HTTPAnswer(status: 200, body: json.encoded()) }

    static func error(_ code: Int, _ message: String) -> HTTPAnswer {
        let json: JSONValue = [
            "error": [
                "message": .string("(#\(code)) \(message)"), "type": "OAuthException", "code": .int(code),
                "fbtrace_id": "trace",
            ]
        ]
        return HTTPAnswer(status: code == 130_429 || code == 4 ? 429 : code < 10 ? 500 : 400, body: json.encoded())
    }

    private static func text(of json: JSONValue) -> String {
        if let template = json["template"]?["name"]?.string { return "[\(template)] [template]" }
        return json["text"]?["body"]?.string ?? json["interactive"]?["body"]?["text"]?.string ?? ""
    }

    private static func choices(in json: JSONValue) -> [Ledger.Choice] {
        let action = json["interactive"]?["action"]
        let buttons = (action?["buttons"]?.array ?? []).compactMap { $0["reply"] }
        let rows = (action?["sections"]?.array ?? []).flatMap { $0["rows"]?.array ?? [] }
        return (buttons + rows).compactMap { choice in
            choice["id"]?.string.map { .init(id: $0, title: choice["title"]?.string ?? "", isRow: buttons.isEmpty) }
        }
    }

    /// `[paid]` and the like, which the simulation puts before every fixed text.
    static func marks(in text: String) -> Set<String> {
        var marks: Set<String> = []
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "["), let close = rest[open...].firstIndex(of: "]") {
            marks.insert(String(rest[rest.index(after: open)..<close]))
            rest = rest[rest.index(after: close)...]
        }
        return marks
    }

    private func media(_ call: HTTPCall, _ world: World) -> HTTPAnswer {
        if call.url.contains("lookaside") { return HTTPAnswer(status: 200, body: Data("sound".utf8)) }
        let id = call.url.split(separator: "/").last.map(String.init) ?? ""
        return Self.ok([
            "messaging_product": "whatsapp", "url": .string("https://lookaside.fbsbx.com/\(id)"),
            "mime_type": "audio/ogg", "sha256": "00", "file_size": 5, "id": .string(id),
        ])
    }
}

extension JSONValue {
    static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
