/// Why a body is no Stripe object.
public enum StripePayloadTrouble: Error, Sendable, Equatable {
    case notJSON(JSONTrouble)
    /// A field that is always there is absent or of another type, e.g. `refund.amount`.
    case missing(String)
}

/// Reads one object's fields. Fields that may be absent or null are asked of ``json`` directly.
struct StripeReader {
    let kind: String
    let json: JSONValue

    init(_ kind: String, _ json: JSONValue) {
        self.kind = kind
        self.json = json
    }

    func text(_ name: String) throws(StripePayloadTrouble) -> String {
        guard let value = json[name]?.string else { throw .missing("\(kind).\(name)") }
        return value
    }

    func integer(_ name: String) throws(StripePayloadTrouble) -> Int {
        guard let value = json[name]?.int else { throw .missing("\(kind).\(name)") }
        return value
    }

    func flag(_ name: String) throws(StripePayloadTrouble) -> Bool {
        guard let value = json[name]?.bool else { throw .missing("\(kind).\(name)") }
        return value
    }

    /// An expandable field: the id as text, or the object that has it.
    func reference(_ name: String) -> String? {
        json[name]?.string ?? json[name]?["id"]?.string
    }

    var metadata: [String: String] {
        let pairs = (json["metadata"]?.members ?? []).compactMap { member in
            member.value.string.map { (member.name, $0) }
        }
        return Dictionary(pairs, uniquingKeysWith: { _, last in last })
    }
}

extension StripeObject {
    init(_ json: JSONValue) throws(StripePayloadTrouble) {
        let kind = json["object"]?.string ?? ""
        let reader = StripeReader(kind, json)
        switch kind {
        case "checkout.session": self = .session(try StripeSession(reader))
        case "charge": self = .charge(try StripeCharge(reader))
        case "refund": self = .refund(try StripeRefund(reader))
        case "dispute": self = .dispute(try StripeDispute(reader))
        case "payment_intent": self = .paymentIntent(try StripePaymentIntent(reader))
        case "payment_link": self = .paymentLink(try PaymentLink(reader))
        default: self = .other(type: kind, id: json["id"]?.string)
        }
    }
}

extension StripeSession {
    init(_ reader: StripeReader) throws(StripePayloadTrouble) {
        let json = reader.json
        id = try reader.text("id")
        mode = try reader.text("mode")
        status = json["status"]?.string.map(Status.init(rawValue:))
        paymentStatus = PaymentStatus(rawValue: try reader.text("payment_status"))
        amountTotal = json["amount_total"]?.int
        currency = json["currency"]?.string
        paymentLink = reader.reference("payment_link")
        paymentIntent = reader.reference("payment_intent")
        clientReferenceID = json["client_reference_id"]?.string
        metadata = reader.metadata
        customerEmail = json["customer_details"]?["email"]?.string ?? json["customer_email"]?.string
        customerName = json["customer_details"]?["name"]?.string
        livemode = try reader.flag("livemode")
    }
}

extension StripeCharge {
    init(_ reader: StripeReader) throws(StripePayloadTrouble) {
        id = try reader.text("id")
        amount = try reader.integer("amount")
        amountRefunded = try reader.integer("amount_refunded")
        refunded = try reader.flag("refunded")
        paymentIntent = reader.reference("payment_intent")
        metadata = reader.metadata
        currency = try reader.text("currency")
    }
}

extension StripeRefund {
    init(_ reader: StripeReader) throws(StripePayloadTrouble) {
        id = try reader.text("id")
        amount = try reader.integer("amount")
        currency = try reader.text("currency")
        charge = reader.reference("charge")
        paymentIntent = reader.reference("payment_intent")
        reason = reader.json["reason"]?.string
        status = reader.json["status"]?.string
        failureReason = reader.json["failure_reason"]?.string
        metadata = reader.metadata
    }
}

extension StripeDispute {
    init(_ reader: StripeReader) throws(StripePayloadTrouble) {
        id = try reader.text("id")
        amount = try reader.integer("amount")
        currency = try reader.text("currency")
        charge = reader.reference("charge")
        paymentIntent = reader.reference("payment_intent")
        reason = reader.json["reason"]?.string
        status = try reader.text("status")
        evidenceDueSeconds = reader.json["evidence_details"]?["due_by"]?.int.map(Int64.init)
        metadata = reader.metadata
    }
}

extension StripePaymentIntent {
    init(_ reader: StripeReader) throws(StripePayloadTrouble) {
        let lastError = reader.json["last_payment_error"]
        id = try reader.text("id")
        amount = try reader.integer("amount")
        currency = try reader.text("currency")
        status = try reader.text("status")
        lastErrorCode = lastError?["decline_code"]?.string ?? lastError?["code"]?.string
        metadata = reader.metadata
    }
}

extension PaymentLink {
    init(_ reader: StripeReader) throws(StripePayloadTrouble) {
        self.init(
            id: try reader.text("id"),
            url: try reader.text("url"),
            active: try reader.flag("active"),
            livemode: try reader.flag("livemode"),
            metadata: reader.metadata
        )
    }
}

extension StripePrice {
    init(_ reader: StripeReader) throws(StripePayloadTrouble) {
        self.init(
            id: try reader.text("id"),
            unitAmount: reader.json["unit_amount"]?.int,
            currency: try reader.text("currency"),
            active: try reader.flag("active"),
            type: Kind(rawValue: try reader.text("type")),
            product: reader.json["product"]?.string
        )
    }
}

extension StripeProduct {
    init(_ reader: StripeReader) throws(StripePayloadTrouble) {
        self.init(
            id: try reader.text("id"),
            name: try reader.text("name"),
            active: try reader.flag("active")
        )
    }
}
