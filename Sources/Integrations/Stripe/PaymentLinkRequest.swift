/// A payment link for one offer: one item, one payment.
public struct PaymentLinkRequest: Sendable, Equatable {
    public enum LineItem: Sendable, Equatable {
        /// A price kept at Stripe.
        case price(String)
        /// An amount of our own in minor units; `currency` is ISO 4217, sent in lower case.
        case amount(minorUnits: Int, currency: String, name: String, description: String? = nil)
    }

    public enum AfterCompletion: Sendable, Equatable {
        /// Text on Stripe's own last page.
        case message(String)
        /// A page of ours; may hold `{CHECKOUT_SESSION_ID}`.
        case redirect(url: String)
    }

    public var lineItem: LineItem
    public var quantity: Int
    /// At most 50 names of 40 characters without brackets, values of 500. Copied to each session of the link, and by us
    /// to the payment intent and so to its charge, because refunds and disputes carry nothing else of ours.
    public var metadata: [String: String]
    /// Payments after which the link closes.
    public var completedSessionsLimit: Int
    /// Shown once the link is closed; cut to 500 characters.
    public var inactiveMessage: String?
    public var afterCompletion: AfterCompletion?

    public init(
        lineItem: LineItem,
        quantity: Int = 1,
        metadata: [String: String],
        completedSessionsLimit: Int = 1,
        inactiveMessage: String? = nil,
        afterCompletion: AfterCompletion? = nil
    ) {
        self.lineItem = lineItem
        self.quantity = quantity
        self.metadata = metadata
        self.completedSessionsLimit = completedSessionsLimit
        self.inactiveMessage = inactiveMessage
        self.afterCompletion = afterCompletion
    }

    /// The body of `POST /v1/payment_links`.
    public var form: FormEncoder {
        var form = FormEncoder()
        switch lineItem {
        case .price(let id):
            form.add("line_items[0][price]", id)
        case .amount(let minorUnits, let currency, let name, let description):
            let data = "line_items[0][price_data]"
            form.add("\(data)[currency]", currency.lowercased())
            form.add("\(data)[unit_amount]", minorUnits)
            form.add("\(data)[product_data][name]", name)
            form.add("\(data)[product_data][description]", description)
        }
        form.add("line_items[0][quantity]", quantity)
        form.add("metadata", metadata)
        form.add("payment_intent_data[metadata]", metadata)
        form.add("restrictions[completed_sessions][limit]", completedSessionsLimit)
        form.add("inactive_message", inactiveMessage.map { String($0.prefix(500)) })
        switch afterCompletion {
        case .message(let text):
            form.add("after_completion[type]", "hosted_confirmation")
            form.add("after_completion[hosted_confirmation][custom_message]", text)
        case .redirect(let url):
            form.add("after_completion[type]", "redirect")
            form.add("after_completion[redirect][url]", url)
        case nil:
            break
        }
        return form
    }
}
