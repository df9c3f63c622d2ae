import Synchronization

/// What a demo, a test or a benchmark does with the sandbox.
extension Sandbox {
    /// Sets where webhooks go; nil leaves a target as it is.
    public func setWebhooks(whatsApp: String? = nil, stripe: String? = nil) {
        courier.setTargets(whatsApp: whatsApp.map { [$0] }, stripe: stripe.map { [$0] })
    }

    /// Sets where webhooks go when the service has several processes: each gets its share, and where one doesn't take a
    /// webhook the next is asked.
    public func setWebhooks(whatsApp: [String], stripe: [String]) {
        courier.setTargets(whatsApp: whatsApp, stripe: stripe)
    }

    /// A customer writes: posts the signed webhook and returns the message's id once the service has answered 200.
    /// Repeats as Meta does, a bounded number of times; throws ``Misuse`` when none was taken.
    @discardableResult
    public func write(_ message: CustomerMessage, as customer: Customer) async throws -> String {
        let (body, wamid) = try graph.webhook(for: message, from: customer)
        guard await courier.deliver(body, .whatsApp) else {
            throw Misuse("the service did not take the message: set the WhatsApp webhook and check that it answers 200")
        }
        return wamid
    }

    /// What the business sent to a customer (wa_id or user_id), oldest first, at most the newest 500.
    public func sent(to customer: String) -> [SentMessage] { graph.sent(to: customer) }

    /// Everything sent to everyone, oldest first.
    public var everythingSent: [SentMessage] { graph.everythingSent }

    public var counts: GraphCounts { graph.state.withLock { $0.counts } }

    /// Chat completions answered so far.
    public var chatCalls: Int { openAI.callCount }

    /// What happens from now on. Ends when the sandbox stops.
    public func happenings() -> AsyncStream<Happening> { broadcast.listen() }

    /// Chooses who answers chat completions from now on.
    public func setModel(_ mode: ModelMode) { openAI.setMode(mode) }

    /// What transcriptions return from now on.
    public func setTranscript(_ text: String) { openAI.setTranscript(text) }

    public func inject(_ rule: FaultRule) { plan.add(rule) }
    public func clearFaults() { plan.clear() }
    /// The rules still in force and the seed they are drawn from.
    public var faultPlan: FaultPlan { plan.current }

    /// Pays a payment link given by its URL or id, as a customer would on its page, and waits until the service has
    /// taken the events. Returns the id of the checkout session.
    @discardableResult
    public func pay(_ link: String, method: PayMethod = .card, outcome: PayOutcome = .success) async throws -> String {
        let id = link.split(whereSeparator: { "/?#".contains($0) }).last { $0.hasPrefix("plink_") }.map(String.init)
        let (session, events) = try stripe.pay(link: id ?? link, method: method, outcome: outcome)
        await deliver(events)
        tellPaid(session)
        return session
    }

    /// The money of a Multibanco voucher arrives, or never does.
    public func settleVoucher(session: String, paid: Bool = true) async throws {
        await deliver(try stripe.settleVoucher(session, paid: paid))
        tellPaid(session)
    }

    /// Pays a session's money back, all of it or `amount` minor units, and waits until the service has taken the events.
    public func refund(session: String, amount: Int? = nil) async throws {
        await deliver(try stripe.refund(session: session, amount: amount))
    }

    /// The customer's bank disputes a paid session.
    public func dispute(session: String, reason: String = "fraudulent") async throws {
        await deliver(try stripe.dispute(session: session, reason: reason))
    }

    public func closeDispute(session: String, isWon: Bool) async throws {
        await deliver(try stripe.closeDispute(session: session, isWon: isWon))
    }

    /// Delivers again what Stripe has to tell of a type, in any order, as often as it may come.
    public func redeliver(_ type: String) async {
        await deliver(stripe.state.withLock { $0.all("events") }.filter { $0["type"]?.text == type })
    }

    /// What Stripe may do after a day: the same key runs again from here on.
    public func forgetIdempotencyKeys() {
        stripe.state.withLock { state in
            state.answers = [:]
            state.answerOrder = []
        }
    }

    func tellPaid(_ session: String) {
        guard let object = stripe.session(session) else { return }
        broadcast.tell(
            .paid(
                link: object["payment_link"]?.text ?? "",
                session: session,
                status: object["payment_status"]?.text ?? ""
            )
        )
    }

    func deliver(_ events: [Payload]) async {
        for event in events where await courier.deliver(event.json(), .stripe) {
            stripe.markDelivered(event["id"]?.text ?? "")
        }
    }
}
