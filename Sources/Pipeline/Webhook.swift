import Conversation
import Integrations
import Storage

public import struct Foundation.Data

/// The door: checks who speaks, takes the body apart, and hands each item to the inbox by itself.
public struct Webhook: Sendable {
    /// What the HTTP answer is to be.
    public enum Answer: Sendable, Equatable {
        /// 200: everything is on disk.
        case committed
        /// WhatsApp 401, Stripe 400.
        case wrongSignature(String)
        /// 400
        case malformed(String)
        /// 503: the sender delivers again.
        case cannotCommit(String)
    }

    private let inbox: Inbox
    private let translate: Translate
    private let surroundings: Surroundings
    private let appSecrets: [String]
    private let stripeSecrets: [String]

    public init(
        inbox: Inbox,
        translate: Translate,
        surroundings: Surroundings,
        appSecrets: [String],
        stripeSecrets: [String]
    ) {
        self.inbox = inbox
        self.translate = translate
        self.surroundings = surroundings
        self.appSecrets = appSecrets
        self.stripeSecrets = stripeSecrets
    }

    public func whatsApp(signature: String?, body: Data) async -> Answer {
        guard WhatsAppSignature.verify(header: signature, body: body, secrets: appSecrets) else {
            return .wrongSignature("X-Hub-Signature-256 does not fit the body")
        }
        let items: [WhatsAppItem]
        do { items = try WhatsAppEnvelope.parse(body) } catch { return .malformed(error.reason) }
        let now = surroundings.now()
        return await keep(items.compactMap { translate.arrival(of: $0, at: now, newID: surroundings.newID) })
    }

    public func stripe(signature: String?, body: Data) async -> Answer {
        let now = surroundings.now()
        let verdict = StripeSignature.verify(
            header: signature,
            body: body,
            secrets: stripeSecrets,
            nowSeconds: now.milliseconds / 1_000
        )
        if case .invalid(let reason) = verdict { return .wrongSignature(reason.rawValue) }
        do {
            let event = try StripeEvent.parse(body)
            let raw = String(decoding: body, as: UTF8.self)
            return await keep([translate.arrival(of: event, at: now, raw: raw)].compactMap(\.self))
        } catch {
            return .malformed("the body is no Stripe event: \(error)")
        }
    }

    private func keep(_ arrivals: [Arrival]) async -> Answer {
        do {
            try await inbox.accept(arrivals)
            return .committed
        } catch {
            return .cannotCommit(String(describing: error))
        }
    }
}
