import Conversation
import Foundation
import Integrations
import Pipeline
import Storage

/// Everything outside of the service in one history: the three services, the network, the customers, the staff.
///
/// It is touched only by jobs of its ``SimulatedTime``, which run one at a time; so are all classes of this module.
final class World: @unchecked Sendable {
    let time: SimulatedTime
    let start: Timestamp
    let business: SimulatedBusiness
    let options: SimulationOptions
    var chance: Chance
    var weather: Weather
    /// As it was before it cleared up.
    let drawn: Weather
    /// Decided once; the weather itself clears up at the end of each history.
    let isCalm: Bool
    let clocksApart: Int64
    let pollInterval: Int64
    private let isStoreSteady: Bool
    /// What customers meant, by the token of their message.
    var meanings: [String: Meaning] = [:]
    private(set) var started = 0
    private var base: (any Store)?
    /// Days instead of minutes.
    let isLong: Bool
    var ledger = Ledger()
    var customers: [Customer] = []
    var processes: [SimulatedProcess] = []
    let graph: SimulatedGraph
    let model: SimulatedModel
    let stripe: SimulatedStripe
    let post: Post
    private(set) var trace: [String] = []
    private(set) var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    /// Steps of processes on which one may die.
    var crashesLeft: Int
    var isOver = false
    /// When the last outside trouble ended.
    var clearSince: Timestamp?

    static let phoneNumberID = "1064"
    static let appSecret = "app-secret"
    static let stripeSecret = "whsec_simulated"

    init(seed: UInt64, options: SimulationOptions, businesses: [SimulatedBusiness]) {
        var chance = Chance(seed: seed)
        start = Timestamp(milliseconds: 1_790_000_000_000 + chance.milliseconds(0...604_800_000))
        weather = Weather.draw(&chance, isCluster: options.processes > 1)
        drawn = weather
        isStoreSteady = weather.storeFails == 0 && !weather.outages.contains { $0.of == .store }
        isLong = options.processes == 1 && isStoreSteady && chance.happens(0.35)
        // Work that a failing store did not tell of is found by looking for it. A bell that isn't heard is no excuse
        // where the store is sound.
        pollInterval = options.processes > 1 || !isStoreSteady ? 5_000 : isLong ? 3_600_000 : 600_000
        isCalm = weather.isCalm
        clocksApart = weather.clocksApart
        business = isLong ? chance.one(of: businesses) : businesses[0]
        crashesLeft = weather.crashesMax
        time = SimulatedTime(start: start, seed: chance.next())
        self.chance = chance
        self.options = options
        graph = SimulatedGraph()
        model = SimulatedModel()
        stripe = SimulatedStripe()
        post = Post()
    }

    var now: Timestamp { time.now }
    /// Neither a death nor the store cut a turn off.
    var isSteady: Bool { started == 1 && isStoreSteady }
    var window: Int64 { 60_000 }
    /// No send was ever uncertain, so that each answer that waits can be worked out again.
    var mayApologise: Bool {
        drawn.sendLost + drawn.sendSilent + drawn.sendFailsLater + drawn.crashes == 0
            && drawn.freezes + drawn.stops == 0
            && !drawn.outages.contains { $0.of == .whatsApp || $0.of == .store }
    }

    /// The weather clears up: what is still open has to come to its end now.
    func clearUp() {
        weather = Weather()
        crashesLeft = 0
        clearSince = now
        note("the weather clears up")
    }

    func isOut(_ service: Weather.Outage.Of) -> Bool {
        let elapsed = now.milliseconds - start.milliseconds
        return weather.outages.contains { $0.of == service && $0.from <= elapsed && elapsed < $0.from + $0.length }
    }

    func customer(to phone: String?, or userID: String?) -> Customer? {
        let digits = phone.map { $0.filter(\.isNumber) }
        return customers.first { digits != nil ? $0.waID == digits : $0.userID == userID }
    }

    // MARK: Processes

    func startProcesses(on base: any Store) {
        self.base = base
        for slot in 0..<options.processes { startProcess(slot) }
    }

    private func startProcess(_ slot: Int) {
        guard let base, !isOver else { return }
        started += 1
        let process = SimulatedProcess(ProcessLife(self, slot: slot, number: started), base: base)
        processes.removeAll { $0.life.slot == slot }
        processes.append(process)
        process.start()
    }

    /// A process is gone; another one takes its place after a while.
    func replace(_ slot: Int) {
        let downtime = chance.milliseconds(weather.downtime)
        _ = time.start { [self] in
            try? await time.sleep(downtime)
            startProcess(slot)
        }
    }

    // MARK: The trace

    /// A line of the readable trace, and a part of the digest by which two runs of one seed are compared.
    func note(_ what: @autoclosure () -> String) {
        let line = what()
        let elapsed = now.milliseconds - start.milliseconds
        for byte in line.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
        digest = (digest ^ UInt64(bitPattern: elapsed)) &* 0x100_0000_01b3
        if options.keepsTrace { trace.append("\(Self.clock(elapsed)) \(line)") }
    }

    /// A line that is of no weight for the digest.
    func remark(_ line: String) {
        if options.keepsTrace { trace.append("\(clock(now))   \(line)") }
    }

    static func clock(_ milliseconds: Int64) -> String {
        let (seconds, rest) = (milliseconds / 1_000, milliseconds % 1_000)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let day = seconds / 86_400 == 0 ? "" : "\(seconds / 86_400)d "
        let thousandths = rest < 10 ? "00\(rest)" : rest < 100 ? "0\(rest)" : "\(rest)"
        return "\(day)\(two(seconds / 3_600 % 24)):\(two(seconds / 60 % 60)):\(two(seconds % 60)).\(thousandths)"
    }

    func clock(_ moment: Timestamp) -> String { Self.clock(moment.milliseconds - start.milliseconds) }

    // MARK: Names

    /// A word that occurs once in a history, without digits, which the guard might take for a phone number.
    func newToken() -> String {
        let consonants = Array("bdfgklmnprtvz")
        let vowels = Array("aeiou")
        var number = ledger.said.count
        var word = "zq"
        for _ in 0..<3 {
            word.append(consonants[number % consonants.count])
            number /= consonants.count
            word.append(vowels[number % vowels.count])
            number /= vowels.count
        }
        return word
    }

    /// The tokens of customers' messages in a text.
    func tokens(in text: String) -> [String] {
        text.split { !$0.isLetter }.filter { $0.hasPrefix("zq") && $0.count == 8 }.map(String.init)
    }
}
