import Conversation
import Foundation
import Integrations

/// Brings webhooks to the door of the service: again and again until a 200 is heard, sometimes late, twice, or several
/// in one body.
final class Post: @unchecked Sendable {
    /// What a webhook tells, for the ledger.
    enum About {
        case said(Int)
        case status(heard: Int)
        case mute(Int)
        case paid(session: String)
        case nothing
    }

    private struct Parcel {
        var isStripe = false
        var body: Data
        var abouts: [About]
    }

    /// Webhooks that are not delivered yet.
    private(set) var underWay = 0
    /// Payments whose webhook never comes, for the poll to find: their sessions, by the outside id of the event.
    private(set) var missed: [String: String] = [:]
    var isEmpty: Bool { underWay == 0 && missed.isEmpty }
    private var batch: [(change: JSONValue, about: About)] = []

    func whatsApp(_ content: JSONValue, field: String = "messages", about: About, _ world: World) {
        var value = content
        value["messaging_product"] = "whatsapp"
        value["metadata"] = ["display_phone_number": "351210000000", "phone_number_id": .string(World.phoneNumberID)]
        let change: JSONValue = ["field": .string(field), "value": value]
        guard world.chance.happens(world.weather.webhookBatched) else { return send([(change, about)], world) }
        batch.append((change, about))
        guard batch.count == 1 else { return }
        let delay = world.chance.milliseconds(50...600)
        _ = world.time.start { [self] in
            try? await world.time.sleep(delay)
            let items = batch
            batch = []
            send(items, world)
        }
    }

    private func send(_ items: [(change: JSONValue, about: About)], _ world: World) {
        let json: JSONValue = [
            "object": "whatsapp_business_account", "entry": [["id": "1", "changes": .array(items.map(\.change))]],
        ]
        deliver(Parcel(body: json.encoded(), abouts: items.map(\.about)), world)
    }

    func stripe(_ event: JSONValue, paid session: String?, _ world: World) {
        let about = session.map { About.paid(session: $0) } ?? .nothing
        if world.chance.happens(world.weather.stripeMissed) {
            world.note("the webhook of \(event["id"]?.string ?? "") never comes")
            if let session { missed["stripe:\(event["type"]?.string ?? ""):\(session)"] = session }
            return
        }
        deliver(Parcel(isStripe: true, body: event.encoded(), abouts: [about]), world)
    }

    /// The service has it, whichever way it came.
    func isKept(_ outsideID: String, _ world: World) {
        guard let session = missed.removeValue(forKey: outsideID) else { return }
        note([.paid(session: session)], world)
    }

    private func deliver(_ parcel: Parcel, _ world: World) {
        let isLate = world.chance.happens(world.weather.webhookLate)
        let first = isLate ? world.chance.milliseconds(1_000...15_000) : world.chance.milliseconds(5...150)
        underWay += 1
        _ = world.time.start { [self] in
            defer { underWay -= 1 }
            var isRepeat = false
            var delay = first
            for tries in 0..<10_000 {
                try? await world.time.sleep(delay)
                if !world.isOut(.door) {
                    for case .status(let heard) in parcel.abouts where world.ledger.heard[heard].statusAt == nil {
                        world.ledger.heard[heard].statusAt = world.now
                    }
                }
                let isKept = await knock(parcel, world)
                if isKept { note(parcel.abouts, world) }
                if isKept, !world.chance.happens(world.weather.webhookUnheard) {
                    if isRepeat || !world.chance.happens(world.weather.webhookDuplicated) { return }
                    isRepeat = true
                    delay = world.chance.milliseconds(0...20_000)
                    continue
                }
                // Meta and Stripe try again with growing pauses; these are bounded so that a history ends.
                delay = min(500 << Int64(min(tries, 5)), 15_000) + world.chance.milliseconds(0...500)
            }
        }
    }

    /// Whether the service says that it has it.
    private func knock(_ parcel: Parcel, _ world: World) async -> Bool {
        let open = world.processes.filter(\.life.isServing)
        guard !open.isEmpty, !world.isOut(.door) else { return false }
        let process = world.chance.one(of: open)
        return parcel.isStripe
            ? await process.takesStripe(parcel.body) : await process.takesWhatsApp(parcel.body)
    }

    private func note(_ abouts: [About], _ world: World) {
        for about in abouts {
            switch about {
            case .said(let index):
                let said = world.ledger.said[index]
                guard said.keptAt == nil else { continue }
                world.ledger.said[index].keptAt = world.now
                for place in world.ledger.mutes.indices
                where world.ledger.mutes[place].customer == said.customer && world.ledger.mutes[place].from == said.at {
                    world.ledger.mutes[place].keptAt = world.now
                }
            case .mute(let index):
                if world.ledger.mutes[index].keptAt == nil { world.ledger.mutes[index].keptAt = world.now }
            case .paid(let session):
                for place in world.ledger.paid.indices
                where world.ledger.paid[place].session == session && world.ledger.paid[place].keptAt == nil {
                    world.ledger.paid[place].keptAt = world.now
                }
            case .status, .nothing: break
            }
        }
    }
}
