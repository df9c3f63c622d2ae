import Conversation
public import Storage

extension LeadDocument {
    public init(_ record: LeadRecord) {
        let state = record.state
        var offer: OfferDocument?
        switch state.stage.standing {
        case .offered(let offered): offer = OfferDocument(offered.offer, nil)
        case .awaitingPayment(let current, let link, _): offer = OfferDocument(current, link.url)
        default: break
        }
        self.init(
            id: state.id.rawValue,
            name: Self.name(record),
            phone: record.address.waID.map { "+" + $0 },
            user_id: record.address.userID,
            language: state.language.rawValue,
            stage: state.stage.name.rawValue,
            score: state.score,
            fields: state.fields.mapValues(\.plainText),
            product: record.product,
            offer: offer,
            payments: state.payments.map(PaymentDocument.init),
            alerts: record.openAlerts.map {
                AlertDocument(kind: $0.alert.kind.rawValue, detail: $0.alert.detail, at: Moment($0.at))
            },
            assigned_to: record.assignedTo,
            held_by: record.heldBy,
            waiting_since: record.waitingSince.map(Moment.init),
            created_at: Moment(record.createdAt),
            updated_at: Moment(record.updatedAt),
            last_customer_message_at: state.lastCustomerMessageAt.map(Moment.init)
        )
    }

    /// What the customer said, else what they call themself.
    static func name(_ record: LeadRecord) -> String? {
        if case .text(let name) = record.state.fields["name"] { return name }
        return record.state.profileName
    }
}

extension LeadDocument.OfferDocument {
    init(_ offer: Offer, _ url: String?) {
        self.init(id: offer.id, product: offer.product, price: MoneyDocument(offer.price), url: url)
    }
}

extension LeadDocument.PaymentDocument {
    init(_ payment: Payment) {
        self.init(
            offer_id: payment.offer.id,
            product: payment.offer.product,
            price: MoneyDocument(payment.offer.price),
            session_id: payment.sessionID,
            paid_at: Moment(payment.at)
        )
    }
}

extension WindowDocument {
    init(since lastCustomerMessage: Timestamp?, now: Timestamp) {
        self.init(
            is_open: CustomerWindow.isOpen(since: lastCustomerMessage, at: now),
            closes_at: lastCustomerMessage.map { Moment($0.adding(milliseconds: CustomerWindow.milliseconds)) }
        )
    }
}
