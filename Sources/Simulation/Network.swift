import Conversation
import Foundation
import Integrations

/// The way from a process to the three services and back, on which requests and answers get lost.
struct Network {
    let life: ProcessLife

    private var world: World { life.world }

    private enum Fate: Equatable {
        case arrives
        /// No connection.
        case refused
        /// The request is lost.
        case lost
        /// The answer is lost.
        case silent
        /// The service answers with an error.
        case fails
    }

    func exchange(_ call: HTTPCall) async throws(HTTPFailure) -> HTTPAnswer {
        life.inHand += 1
        defer { life.inHand -= 1 }
        let service: Weather.Outage.Of =
            call.url.contains("stripe") ? .stripe : call.url.contains("openai") ? .openAI : .whatsApp
        let isSend = service == .whatsApp && call.method == .post && !Self.isReadMark(call)
        let deadline = world.now.adding(milliseconds: Int64(call.timeoutMilliseconds))
        try dieOrGoOn("before a call to \(service)")
        let fate = fate(service, isSend: isSend, isWrite: call.method == .post)
        if fate == .refused {
            try await pause(world.chance.milliseconds(1...80), nil)
            throw .notSent("connection refused")
        }
        if fate == .lost { try await hang(deadline, "the request was lost") }
        let way = world.chance.milliseconds(5...(world.chance.happens(0.1) ? 1_500 : 120))
        do {
            try await pause(way, deadline, isOnTheWire: true)
        } catch {
            // Cut off on its way: it may arrive all the same.
            if world.chance.happens(0.5) { _ = answer(service, call, fails: false) }
            throw error
        }
        let (answer, thinks, heard) = answer(service, call, fails: fate == .fails)
        if fate == .silent {
            if let heard, world.chance.happens(0.25) { world.ledger.heard[heard].isStatusless = true }
            try await hang(deadline, "the answer was lost")
        }
        try await pause(thinks + way / 2, deadline)
        try dieOrGoOn("after a call to \(service)")
        return answer
    }

    private func answer(
        _ service: Weather.Outage.Of,
        _ call: HTTPCall,
        fails: Bool
    ) -> (HTTPAnswer, thinks: Int64, heard: Int?) {
        switch service {
        case .openAI:
            let (answer, thinks) = world.model.answer(call, world)
            return (answer, thinks, nil)
        case .stripe:
            return (world.stripe.answer(call, fails: fails, world), 0, nil)
        default:
            let (answer, heard) = world.graph.answer(call, fails: fails, world)
            return (answer, 0, heard)
        }
    }

    private func fate(_ service: Weather.Outage.Of, isSend: Bool, isWrite: Bool) -> Fate {
        if world.isOut(service) { return world.chance.happens(0.6) ? .refused : .lost }
        let weather = world.weather
        func draw(_ odds: [(Fate, Double)]) -> Fate {
            for (fate, odd) in odds where world.chance.happens(odd) { return fate }
            return .arrives
        }
        switch service {
        case .whatsApp where isSend:
            return draw([
                (.refused, weather.sendRefused), (.lost, weather.sendLost), (.silent, weather.sendSilent),
                (.fails, weather.sendFails),
            ])
        case .stripe:
            return draw([
                (.refused, weather.stripeRefused), (.lost, weather.stripeLost), (.silent, weather.stripeSilent),
                (.fails, weather.stripeFails),
            ])
        default: return .arrives
        }
    }

    private static func isReadMark(_ call: HTTPCall) -> Bool {
        call.body.map { String(decoding: $0, as: UTF8.self).contains("\"status\"") } ?? false
    }

    /// The connection breaks soon, or nothing is heard until the time is up.
    private func hang(_ deadline: Timestamp, _ why: String) async throws(HTTPFailure) -> Never {
        let left = max(0, deadline.milliseconds - world.now.milliseconds)
        let breaks = world.chance.milliseconds(0...min(2_000, left))
        try await pause(world.chance.happens(0.5) ? left : breaks, nil)
        throw .noAnswer(why)
    }

    private func pause(
        _ milliseconds: Int64,
        _ deadline: Timestamp?,
        isOnTheWire: Bool = false
    ) async throws(HTTPFailure) {
        let end = world.now.adding(milliseconds: milliseconds)
        let moment = min(end, deadline ?? end)
        do {
            if isOnTheWire { try await life.passes(until: moment) } else { try await life.sleep(until: moment) }
        } catch {
            throw .noAnswer("cancelled")
        }
        if let deadline, end > deadline { throw .noAnswer("deadline exceeded") }
    }

    private func dieOrGoOn(_ place: String) throws(HTTPFailure) {
        do { try life.step(place) } catch { throw .noAnswer("the process died") }
    }
}
