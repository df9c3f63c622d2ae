/// What goes wrong in one history, and how often. Each seed has its own: some see one kind of trouble, some all.
struct Weather: Sendable {
    // WhatsApp, per send.
    /// A documented error; nothing was sent.
    var sendFails = 0.0
    /// No connection.
    var sendRefused = 0.0
    /// The request got lost.
    var sendLost = 0.0
    /// Taken, but the answer never comes.
    var sendSilent = 0.0
    /// Taken, and reported as failed later.
    var sendFailsLater = 0.0
    var statusDuplicated = 0.0
    var statusLate = 0.0

    // Webhooks of both services.
    var webhookDuplicated = 0.0
    var webhookLate = 0.0
    /// Our 200 gets lost.
    var webhookUnheard = 0.0
    var webhookBatched = 0.0
    /// Stripe's webhook never comes; its list of events has the news.
    var stripeMissed = 0.0

    // The model, per question.
    var modelFails = 0.0
    var modelHangs = 0.0
    var modelSlow = 0.0
    var modelTalksNonsense = 0.0
    var modelMisbehaves = 0.0

    // Stripe, per call.
    var stripeFails = 0.0
    var stripeStores500 = 0.0
    var stripeRefused = 0.0
    var stripeLost = 0.0
    var stripeSilent = 0.0

    // The store, per call.
    var storeFails = 0.0
    /// Committed, but the caller hears of an error: a connection lost at the wrong moment.
    var storeAmbiguous = 0.0
    var storeSlow = 0.3

    // The process.
    /// Per step between two effects.
    var crashes = 0.0
    var crashesMax = 0
    /// Times at which the process is stopped and started again.
    var stops = 0
    var downtime: ClosedRange<Int64> = 500...5_000
    /// Times at which a process is suspended, as a machine is that moves to another host.
    var freezes = 0
    /// How far the clocks of two machines are apart.
    var clocksApart: Int64 = 0

    /// Longest outage of an outside service, of the network and of the store. Nil: none.
    var outages: [Outage] = []

    struct Outage: Sendable {
        enum Of: CaseIterable, Sendable {
            case whatsApp, openAI, stripe, store, door
            /// WhatsApp can be reached, but refuses everything: the account is locked.
            case account
        }
        var of: Of
        var from: Int64
        var length: Int64
    }

    /// Nothing but the customers and the model's moods: the bounds on silence are strict.
    var isCalm = true
}

extension Weather {
    static func draw(_ chance: inout Chance, isCluster: Bool) -> Weather {
        var weather = Weather()
        if chance.happens(0.6) { weather.drawModel(&chance) }
        if chance.happens(0.15) { return weather }
        weather.isCalm = false
        if chance.happens(0.6) { weather.drawSends(&chance) }
        if chance.happens(0.5) { weather.drawWebhooks(&chance) }
        if chance.happens(0.5) { weather.drawStripe(&chance) }
        if chance.happens(0.4) {
            weather.storeFails = chance.happens(0.5) ? 0.01 : 0.05
            if isCluster { weather.storeAmbiguous = 0.01 }
        }
        if chance.happens(0.6) {
            weather.crashes = chance.one(of: [0.002, 0.01, 0.03])
            weather.crashesMax = chance.whole(1...6)
            weather.downtime = chance.one(of: [200...2_000, 2_000...30_000, 30_000...600_000])
        }
        if isCluster, chance.happens(0.4) { weather.clocksApart = chance.one(of: [5_000, 40_000, 400_000]) }
        if chance.happens(0.3) { weather.stops = chance.whole(1...3) }
        if chance.happens(0.35) { weather.drawOutages(&chance) }
        if chance.happens(0.3) { weather.freezes = chance.whole(1...3) }
        return weather
    }

    private mutating func drawModel(_ chance: inout Chance) {
        let rate = chance.one(of: [0.05, 0.2, 0.5])
        if chance.happens(0.6) { modelFails = rate }
        if chance.happens(0.4) { modelHangs = rate / 2 }
        if chance.happens(0.6) { modelSlow = rate }
        if chance.happens(0.5) { modelTalksNonsense = rate / 2 }
        if chance.happens(0.4) { modelMisbehaves = rate / 2 }
    }

    private mutating func drawSends(_ chance: inout Chance) {
        let rate = chance.one(of: [0.03, 0.1, 0.3])
        if chance.happens(0.6) { sendFails = rate }
        if chance.happens(0.4) { sendRefused = rate }
        if chance.happens(0.5) { sendLost = rate / 2 }
        if chance.happens(0.6) { sendSilent = rate }
        if chance.happens(0.3) { sendFailsLater = rate / 3 }
        if chance.happens(0.5) { statusDuplicated = 0.3 }
        if chance.happens(0.4) { statusLate = 0.3 }
    }

    private mutating func drawWebhooks(_ chance: inout Chance) {
        if chance.happens(0.7) { webhookDuplicated = chance.one(of: [0.05, 0.3]) }
        if chance.happens(0.6) { webhookLate = chance.one(of: [0.05, 0.3]) }
        if chance.happens(0.6) { webhookUnheard = chance.one(of: [0.05, 0.3]) }
        if chance.happens(0.5) { webhookBatched = 0.4 }
    }

    private mutating func drawStripe(_ chance: inout Chance) {
        let rate = chance.one(of: [0.1, 0.3])
        if chance.happens(0.5) { stripeFails = rate }
        if chance.happens(0.4) { stripeStores500 = rate / 2 }
        if chance.happens(0.4) { stripeRefused = rate }
        if chance.happens(0.5) { stripeLost = rate / 2 }
        if chance.happens(0.5) { stripeSilent = rate }
        if chance.happens(0.6) { stripeMissed = 0.5 }
    }

    private mutating func drawOutages(_ chance: inout Chance) {
        for _ in 0..<chance.whole(1...3) {
            outages.append(
                Outage(
                    of: chance.one(of: Outage.Of.allCases),
                    from: chance.milliseconds(0...1_200_000),
                    length: chance.milliseconds(1_000...chance.one(of: [20_000, 120_000, 900_000]))
                )
            )
        }
    }
}
