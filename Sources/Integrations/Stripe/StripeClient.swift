/// One page of a list, newest first.
public struct StripePage<Item: Sendable & Equatable>: Sendable, Equatable {
    public var items: [Item]
    /// Ids of what could not be read: one odd item never costs its page.
    public var unreadable: [String]
    public var hasMore: Bool
    /// Where the next page starts after.
    public var lastID: String?

    public init(items: [Item], unreadable: [String] = [], hasMore: Bool = false, lastID: String? = nil) {
        self.items = items
        self.unreadable = unreadable
        self.hasMore = hasMore
        self.lastID = lastID
    }
}

/// The little that is asked of Stripe. Nothing here retries: the error says whether to.
///
/// Every write takes an idempotency key (at most 255 characters), derived from what the write is for: a repeat with the
/// same key and the same parameters creates nothing, so after ``OutsideError/Remedy/outcomeUnknown`` the same call may
/// be repeated for 24 hours. Except: Stripe keeps the answer of the first call, a 500 too, and gives it again for that
/// key. Such an answer has the code `replayed_error`: look the object up
/// (``findPaymentLink(metadata:equals:pagesMax:)``), and only if it isn't there repeat with a new key.
public struct StripeClient: Sendable {
    public typealias Call<Input, Output> = @Sendable (Input) async throws(OutsideError) -> Output
    /// What is written, and the idempotency key.
    public typealias Write<Input, Output> =
        @Sendable (Input, _ idempotencyKey: String) async throws(OutsideError) -> Output

    /// Unlike the other calls bounded by the caller, since a customer waits for it.
    public var createPaymentLink:
        @Sendable (PaymentLinkRequest, _ idempotencyKey: String, _ timeoutMilliseconds: Int) async throws(OutsideError)
            -> PaymentLink
    /// Closes a link by its id. Sessions that are already open can still be paid: expire them, too.
    public var deactivatePaymentLink: Write<String, Void>
    public var paymentLink: Call<String, PaymentLink>
    public var listPaymentLinks: Call<StripeListQuery, StripePage<PaymentLink>>
    /// The open sessions of a payment link, by the link's id.
    public var openSessions: Call<String, [StripeSession]>
    /// A session that is open no more (paid in between, or expired) gives `session_not_open`, no operator needed.
    public var expireSession: Write<String, StripeSession>
    public var session: Call<String, StripeSession>
    public var price: Call<String, StripePrice>
    public var events: Call<StripeEventsQuery, StripePage<StripePolledEvent>>
    /// Whose metadata say what a refund or a dispute, which carry none, is about.
    public var paymentIntent: Call<String, StripePaymentIntent>

    public init(
        createPaymentLink:
            @escaping @Sendable (PaymentLinkRequest, String, Int) async throws(OutsideError) ->
            PaymentLink,
        deactivatePaymentLink: @escaping Write<String, Void>,
        paymentLink: @escaping Call<String, PaymentLink>,
        listPaymentLinks: @escaping Call<StripeListQuery, StripePage<PaymentLink>>,
        openSessions: @escaping Call<String, [StripeSession]>,
        expireSession: @escaping Write<String, StripeSession>,
        session: @escaping Call<String, StripeSession>,
        price: @escaping Call<String, StripePrice>,
        events: @escaping Call<StripeEventsQuery, StripePage<StripePolledEvent>>,
        paymentIntent: @escaping Call<String, StripePaymentIntent>
    ) {
        self.createPaymentLink = createPaymentLink
        self.deactivatePaymentLink = deactivatePaymentLink
        self.paymentLink = paymentLink
        self.listPaymentLinks = listPaymentLinks
        self.openSessions = openSessions
        self.expireSession = expireSession
        self.session = session
        self.price = price
        self.events = events
        self.paymentIntent = paymentIntent
    }

    /// No key, no calls: everything fails with `not_configured`. Also the start of a test's own client.
    public static let notConfigured: StripeClient = {
        let error = OutsideError(
            service: .stripe,
            code: "not_configured",
            message: "STRIPE_SECRET_KEY is not set",
            remedy: .giveUp
        )
        return StripeClient(
            createPaymentLink: { (_, _, _) async throws(OutsideError) in throw error },
            deactivatePaymentLink: { (_, _) async throws(OutsideError) in throw error },
            paymentLink: { (_) async throws(OutsideError) in throw error },
            listPaymentLinks: { (_) async throws(OutsideError) in throw error },
            openSessions: { (_) async throws(OutsideError) in throw error },
            expireSession: { (_, _) async throws(OutsideError) in throw error },
            session: { (_) async throws(OutsideError) in throw error },
            price: { (_) async throws(OutsideError) in throw error },
            events: { (_) async throws(OutsideError) in throw error },
            paymentIntent: { (_) async throws(OutsideError) in throw error }
        )
    }()
}

// The same with argument labels.
extension StripeClient {
    public func createPaymentLink(
        _ request: PaymentLinkRequest,
        idempotencyKey: String,
        timeoutMilliseconds: Int = 15_000
    ) async throws(OutsideError) -> PaymentLink {
        try await createPaymentLink(request, idempotencyKey, timeoutMilliseconds)
    }

    public func deactivatePaymentLink(
        _ id: String,
        idempotencyKey: String
    ) async throws(OutsideError) {
        try await deactivatePaymentLink(id, idempotencyKey)
    }

    public func listPaymentLinks(
        limit: Int = 100,
        startingAfter: String? = nil
    ) async throws(OutsideError) -> StripePage<PaymentLink> {
        try await listPaymentLinks(StripeListQuery(limit: limit, startingAfter: startingAfter))
    }

    public func openSessions(paymentLink id: String) async throws(OutsideError) -> [StripeSession] {
        try await openSessions(id)
    }

    public func expireSession(_ id: String, idempotencyKey: String) async throws(OutsideError) -> StripeSession {
        try await expireSession(id, idempotencyKey)
    }

    /// Events of the last 30 days, at most 20 types, `limit` 1 to 100.
    public func events(
        types: [String] = StripeEvent.types,
        createdSince seconds: Int64,
        startingAfter: String? = nil,
        limit: Int = 100
    ) async throws(OutsideError) -> StripePage<StripePolledEvent> {
        try await events(
            StripeEventsQuery(types: types, createdSinceSeconds: seconds, startingAfter: startingAfter, limit: limit)
        )
    }

    /// The newest link that takes payments and whose metadata says so, among the last `pagesMax` × 100.
    ///
    /// `timeLeft` says before each page how many milliseconds it may take.
    public func findPaymentLink(
        metadata name: String,
        equals value: String,
        pagesMax: Int = 10,
        timeLeft: () throws(OutsideError) -> Int? = { nil }
    ) async throws(OutsideError) -> PaymentLink? {
        var startingAfter: String?
        for _ in 0..<pagesMax {
            let query = StripeListQuery(startingAfter: startingAfter, timeoutMilliseconds: try timeLeft())
            let page = try await listPaymentLinks(query)
            if let link = page.items.first(where: { $0.active && $0.metadata[name] == value }) { return link }
            guard page.hasMore, let last = page.lastID else { return nil }
            startingAfter = last
        }
        return nil
    }
}

/// An event from the list, with its text for the same way that a webhook's body takes.
public struct StripePolledEvent: Sendable, Equatable {
    public var event: StripeEvent
    /// The event as JSON; ``StripeEvent/parse(_:)`` reads it.
    public var raw: String

    public init(event: StripeEvent, raw: String) {
        self.event = event
        self.raw = raw
    }
}

/// Which page of a list.
public struct StripeListQuery: Sendable, Equatable {
    /// 1 to 100.
    public var limit: Int
    public var startingAfter: String?
    /// Bound of this exchange. Nil: that of the settings.
    public var timeoutMilliseconds: Int?

    public init(limit: Int = 100, startingAfter: String? = nil, timeoutMilliseconds: Int? = nil) {
        self.limit = limit
        self.startingAfter = startingAfter
        self.timeoutMilliseconds = timeoutMilliseconds
    }
}

/// Which events.
public struct StripeEventsQuery: Sendable, Equatable {
    /// At most 20.
    public var types: [String]
    /// Unix seconds; Stripe keeps 30 days.
    public var createdSinceSeconds: Int64
    public var startingAfter: String?
    /// 1 to 100.
    public var limit: Int

    public init(types: [String], createdSinceSeconds: Int64, startingAfter: String? = nil, limit: Int = 100) {
        self.types = types
        self.createdSinceSeconds = createdSinceSeconds
        self.startingAfter = startingAfter
        self.limit = limit
    }
}
