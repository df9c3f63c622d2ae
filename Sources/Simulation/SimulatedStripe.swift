import Conversation
import Foundation
import Integrations

/// Stripe: payment links, sessions, events, and answers that it keeps under their idempotency key.
final class SimulatedStripe: @unchecked Sendable {
    private struct Link {
        var json: JSONValue
        var metadata: [String: String]
        var amount: Int
        var sessions: [String] = []
        var isSpent = false
    }

    private var links: [String: Link] = [:]
    private var order: [String] = []
    private var sessions: [String: JSONValue] = [:]
    private var answers: [String: HTTPAnswer] = [:]
    private var events: [JSONValue] = []
    private var count = 0

    func answer(_ call: HTTPCall, fails: Bool, _ world: World) -> HTTPAnswer {
        guard let path = call.url.range(of: "/v1/").map({ call.url[$0.upperBound...] }) else { return missing() }
        if fails { return failure(world.chance.one(of: [429, 500, 503, 409])) }
        guard call.method == .post else { return list(String(path)) }
        let key = call.headers["Idempotency-Key"] ?? ""
        if var kept = answers[key] {
            kept.headers["idempotent-replayed"] = "true"
            return kept
        }
        var answer = write(String(path), Self.form(call.body ?? Data()), world)
        if world.chance.happens(world.weather.stripeStores500) { answer = failure(500) }
        answers[key] = answer
        return answer
    }

    private func write(_ path: String, _ form: [String: String], _ world: World) -> HTTPAnswer {
        let parts = path.split(separator: "/").map(String.init)
        switch (parts.first, parts.count) {
        case ("payment_links", 1): return make(form, world)
        case ("payment_links", 2):
            guard var link = links[parts[1]] else { return missing() }
            link.json["active"] = .bool(form["active"] != "false")
            links[parts[1]] = link
            return SimulatedGraph.ok(link.json)
        case ("checkout", 4):
            guard var session = sessions[parts[2]], session["status"]?.string == "open" else {
                return failure(400)
            }
            session["status"] = "expired"
            sessions[parts[2]] = session
            emit("checkout.session.expired", session, world)
            return SimulatedGraph.ok(session)
        default: return missing()
        }
    }

    private func make(_ form: [String: String], _ world: World) -> HTTPAnswer {
        count += 1
        let id = "plink_\(count)"
        var metadata: [String: String] = [:]
        for (name, value) in form where name.hasPrefix("metadata[") {
            metadata[String(name.dropFirst(9).dropLast())] = value
        }
        let amount = Int(form["line_items[0][price_data][unit_amount]"] ?? "") ?? 0
        let json: JSONValue = [
            "id": .string(id), "object": "payment_link", "active": true, "livemode": false,
            "url": .string("https://buy.stripe.com/\(id)"), "metadata": Self.object(metadata),
        ]
        links[id] = Link(json: json, metadata: metadata, amount: amount)
        order.insert(id, at: 0)
        world.ledger.links.append(.init(id: id, offer: metadata["offer_id"] ?? "", amount: amount))
        world.note("Stripe makes \(id) for \(metadata["offer_id"] ?? "")")
        return SimulatedGraph.ok(json)
    }

    private func list(_ path: String) -> HTTPAnswer {
        let query = Self.form(Data((path.split(separator: "?").dropFirst().first ?? "").utf8))
        if path.hasPrefix("events") {
            let types = Set(query.filter { $0.key.hasPrefix("types[") }.values)
            let since = Int(query["created[gte]"] ?? "") ?? 0
            return page(
                events.reversed().filter {
                    types.contains($0["type"]?.string ?? "") && ($0["created"]?.int ?? 0) >= since
                },
                query
            )
        }
        if path.hasPrefix("checkout/sessions?") {
            let open = order.flatMap { links[$0]?.sessions ?? [] }.compactMap { sessions[$0] }.filter {
                $0["payment_link"]?.string == query["payment_link"] && $0["status"]?.string == query["status"]
            }
            return page(open, query)
        }
        if path.hasPrefix("payment_intents/") {
            let id = String(path.dropFirst("payment_intents/".count))
            guard let session = sessions.values.first(where: { $0["payment_intent"]?.string == id }) else {
                return missing()
            }
            return SimulatedGraph.ok([
                "id": .string(id), "object": "payment_intent", "metadata": session["metadata"] ?? [:],
                "amount": session["amount_total"] ?? 0, "currency": "eur", "status": "succeeded", "livemode": false,
            ])
        }
        if path.hasPrefix("payment_links") { return page(order.compactMap { links[$0]?.json }, query) }
        return missing()
    }

    private func page(_ items: [JSONValue], _ query: [String: String]) -> HTTPAnswer {
        var items = items
        if let after = query["starting_after"], let place = items.firstIndex(where: { $0["id"]?.string == after }) {
            items.removeFirst(place + 1)
        }
        let limit = Int(query["limit"] ?? "") ?? 10
        return SimulatedGraph.ok([
            "object": "list", "has_more": .bool(items.count > limit), "data": .array(Array(items.prefix(limit))),
        ])
    }

    func isOpen(_ link: String) -> Bool { links[link].map { $0.json["active"]?.bool == true && !$0.isSpent } ?? false }

    // MARK: Paying

    /// Opens the page of a link and pays. `later`: with a voucher, whose money comes after so long. Nil: it takes
    /// no payment.
    func pay(_ url: String, later: Int64?, fails: Bool, by customer: Customer, _ world: World) -> String? {
        let id = String(url.split(separator: "/").last ?? "")
        guard var link = links[id], link.json["active"]?.bool == true, !link.isSpent else { return nil }
        count += 1
        let name = "cs_\(count)"
        let session: JSONValue = [
            "id": .string(name), "object": "checkout.session", "mode": "payment", "status": "complete",
            "payment_status": later == nil ? "paid" : "unpaid", "amount_total": .int(link.amount), "currency": "eur",
            "payment_link": .string(id), "payment_intent": .string("pi_\(count)"), "livemode": false,
            "metadata": Self.object(link.metadata),
        ]
        link.sessions.append(name)
        link.isSpent = true
        links[id] = link
        sessions[name] = session
        world.note("\(customer.name) pays \(name) with \(id)\(later == nil ? "" : ", by voucher")")
        let paid = Ledger.Paid(customer: customer.number, session: name, offer: link.metadata["offer_id"] ?? "")
        if later == nil { world.ledger.paid.append(paid) }
        emit("checkout.session.completed", session, world)
        guard let later else { return name }
        _ = world.time.start { [self] in
            try? await world.time.sleep(later)
            var session = session
            if !fails {
                session["payment_status"] = "paid"
                world.ledger.paid.append(paid)
            }
            sessions[name] = session
            world.note("the voucher \(name) \(fails ? "runs out" : "is paid")")
            emit("checkout.session.async_payment_\(fails ? "failed" : "succeeded")", session, world)
        }
        return name
    }

    /// Staff gives the money of a session back, or the customer's bank takes it.
    func takeBack(_ session: String, byBank: Bool, from customer: Customer, _ world: World) {
        guard let paid = sessions[session], paid["payment_status"]?.string == "paid" else { return }
        count += 1
        let id = byBank ? "dp_\(count)" : "ch_\(count)"
        let amount = JSONValue.int(paid["amount_total"]?.int ?? 0)
        var object: JSONValue = [
            "id": .string(id), "amount": amount, "currency": "eur", "payment_intent": paid["payment_intent"] ?? .null,
        ]
        if byBank {
            object["object"] = "dispute"
            object["status"] = "needs_response"
            object["reason"] = "fraudulent"
            object["metadata"] = [:]
        } else {
            object["object"] = "charge"
            object["amount_refunded"] = amount
            object["refunded"] = true
            object["metadata"] = paid["metadata"] ?? [:]
        }
        world.note("\(session) is \(byBank ? "disputed" : "refunded") as \(id)")
        let intent = paid["payment_intent"]?.string ?? ""
        world.ledger.takenBack.append(.init(customer: customer.number, paymentIntent: intent))
        emit(byBank ? "charge.dispute.created" : "charge.refunded", object, world)
    }

    private func emit(_ type: String, _ object: JSONValue, _ world: World) {
        count += 1
        let event: JSONValue = [
            "id": .string("evt_\(count)"), "object": "event", "type": .string(type), "livemode": false,
            "created": .int(Int(world.now.milliseconds / 1_000)), "api_version": "2026-10-28.endive",
            "data": ["object": object],
        ]
        events.append(event)
        let session = object["id"]?.string ?? ""
        let isMoney = object["payment_status"]?.string == "paid"
        world.post.stripe(event, paid: isMoney ? session : nil, world)
    }

    // MARK: Shapes

    private func failure(_ status: Int) -> HTTPAnswer {
        let json: JSONValue = ["error": ["type": "api_error", "message": "simulated"]]
        return HTTPAnswer(status: status, body: json.encoded())
    }

    private func missing() -> HTTPAnswer {
        let json: JSONValue = [
            "error": ["type": "invalid_request_error", "code": "resource_missing", "message": "No such object"]
        ]
        return HTTPAnswer(status: 404, body: json.encoded())
    }

    private static func object(_ values: [String: String]) -> JSONValue {
        .object(values.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })
    }

    private static func form(_ body: Data) -> [String: String] {
        var fields: [String: String] = [:]
        for pair in String(decoding: body, as: UTF8.self).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1).map {
                $0.replacing("+", with: " ").removingPercentEncoding ?? String($0)
            }
            fields[parts.first ?? ""] = parts.count > 1 ? parts[1] : ""
        }
        return fields
    }
}
