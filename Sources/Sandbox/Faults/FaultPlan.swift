/// What can go wrong on one exchange.
public enum Fault: Sendable, Equatable {
    /// The answer, webhook or status comes this much later.
    case delay(milliseconds: Int)
    /// An error of the service with this HTTP status and code (`131056`, `insufficient_quota`, `rate_limit`…).
    /// With `tookEffect` the request was carried out before the answer was lost behind the error.
    case failure(status: Int, code: String, tookEffect: Bool = false)
    /// The connection closes without an answer, before or after the request took effect.
    case close(tookEffect: Bool)
    /// 200 with bytes that are no JSON.
    case garbage
    /// The body breaks off half-way.
    case cutBody
    /// The model refuses, stops for length, or answers outside the schema.
    case refusal, length, schemaViolation
    /// A webhook or status is delivered this often in all.
    case duplicate(times: Int)
    /// A status overtakes the one before it.
    case reorder
    /// A webhook or status is never delivered.
    case drop
}

/// Where a fault strikes.
public enum FaultRoute: String, Sendable, CaseIterable {
    case whatsAppMessages = "whatsapp_messages"
    case whatsAppRead = "whatsapp_read"
    case whatsAppMedia = "whatsapp_media"
    case chat = "openai_chat"
    case transcription = "openai_transcription"
    case models = "openai_models"
    case paymentLinks = "stripe_payment_links"
    case stripe = "stripe_other"
    case whatsAppWebhook = "whatsapp_webhook"
    case statuses = "whatsapp_statuses"
    case stripeWebhook = "stripe_webhook"
}

/// A fault for the next exchanges of a route, or for a share of them.
public struct FaultRule: Sendable {
    public var route: FaultRoute
    public var fault: Fault
    /// Strikes left; nil: without end.
    public var times: Int?
    /// From 0 to 1.
    public var probability: Double

    public init(_ route: FaultRoute, _ fault: Fault, times: Int? = 1, probability: Double = 1) {
        self.route = route
        self.fault = fault
        self.times = times
        self.probability = probability
    }
}

/// Rules and the generator that draws from them. The same seed and the same order of requests give the same faults.
public struct FaultPlan: Sendable {
    public let seed: UInt64
    public private(set) var rules: [FaultRule]
    private var random: SplitMix64

    public init(seed: UInt64, rules: [FaultRule] = []) {
        self.seed = seed
        self.rules = rules
        random = SplitMix64(seed: seed)
    }

    public mutating func add(_ rule: FaultRule) { rules.append(rule) }
    public mutating func clear() { rules = [] }

    /// The faults that strike the next exchange of `route`.
    mutating func draw(_ route: FaultRoute) -> [Fault] {
        guard !rules.isEmpty else { return [] }
        var struck: [Fault] = []
        for index in rules.indices where rules[index].route == route && rules[index].times != 0 {
            guard rules[index].probability >= 1 || Double.random(in: 0..<1, using: &random) < rules[index].probability
            else { continue }
            struck.append(rules[index].fault)
            rules[index].times = rules[index].times.map { $0 - 1 }
        }
        rules.removeAll { $0.times == 0 }
        return struck
    }
}

extension Fault {
    /// Reads a fault of `POST /sandbox/faults`; the error says what would have been right.
    static func read(_ payload: Payload) throws(Misuse) -> Fault {
        let tookEffect = payload["took_effect"]?.truth ?? false
        switch payload["fault"]?.text {
        case "delay": return .delay(milliseconds: payload["milliseconds"]?.integer ?? 1_000)
        case "failure":
            return .failure(
                status: payload["status"]?.integer ?? 500,
                code: payload["code"]?.text ?? "server_error",
                tookEffect: tookEffect
            )
        case "close": return .close(tookEffect: tookEffect)
        case "garbage": return .garbage
        case "cut_body": return .cutBody
        case "refusal": return .refusal
        case "length": return .length
        case "schema_violation": return .schemaViolation
        case "duplicate": return .duplicate(times: payload["times_delivered"]?.integer ?? 2)
        case "reorder": return .reorder
        case "drop": return .drop
        default:
            throw Misuse(
                "fault must be one of delay, failure, close, garbage, cut_body, refusal, length, schema_violation, "
                    + "duplicate, reorder, drop"
            )
        }
    }
}

/// Wrong use of the sandbox itself; the message says what to do instead.
public struct Misuse: Error, Sendable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
