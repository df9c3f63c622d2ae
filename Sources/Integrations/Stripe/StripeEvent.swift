public import struct Foundation.Data

/// One fact that Stripe reports, by webhook or in the list of events. `object` shows it as it was then; it may be
/// stale.
public struct StripeEvent: Sendable, Equatable {
    /// The same in every delivery: what has been seen is known by it.
    public var id: String
    public var type: String
    public var createdSeconds: Int64
    public var livemode: Bool
    /// The version that the payload is rendered in: the endpoint's, not ours.
    public var apiVersion: String?
    public var object: StripeObject

    public init(
        id: String,
        type: String,
        createdSeconds: Int64,
        livemode: Bool,
        apiVersion: String? = nil,
        object: StripeObject
    ) {
        self.id = id
        self.type = type
        self.createdSeconds = createdSeconds
        self.livemode = livemode
        self.apiVersion = apiVersion
        self.object = object
    }

    /// The types this program has a use for: what to enable at the endpoint and what to poll. Stripe takes 20 at most.
    public static let types = [
        "checkout.session.completed", "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed", "checkout.session.expired", "charge.refunded", "refund.failed",
        "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed",
        "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated",
    ]

    /// Stripe nests about ten deep; a body that goes further is not Stripe's.
    static let depthMax = 32

    /// Reads a webhook's body after its signature was checked. Fields and values that came with later versions are
    /// passed over; an object of another kind becomes ``StripeObject/other(type:id:)``.
    public static func parse(_ body: Data) throws(StripePayloadTrouble) -> StripeEvent {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: body, depthMax: depthMax)
        } catch {
            throw .notJSON(error)
        }
        return try StripeEvent(json)
    }

    init(_ json: JSONValue) throws(StripePayloadTrouble) {
        let reader = StripeReader("event", json)
        guard try reader.text("object") == "event" else { throw .missing("event.object") }
        guard let object = json["data"]?["object"], object.members != nil else { throw .missing("event.data.object") }
        self.init(
            id: try reader.text("id"),
            type: try reader.text("type"),
            createdSeconds: Int64(try reader.integer("created")),
            livemode: try reader.flag("livemode"),
            apiVersion: json["api_version"]?.string,
            object: try StripeObject(object)
        )
    }
}
