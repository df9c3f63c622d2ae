public import Logging

import struct Foundation.Date

/// How the simulated services behave. Credentials come from the caller: nothing secret has a default.
public struct SandboxSettings: Sendable {
    /// The simulated Meta app and its one business number.
    public struct WhatsApp: Sendable {
        public var accessToken: String
        public var appSecret: String
        public var verifyToken: String
        public var phoneNumberID: String
        /// Digits without plus, as Meta writes it.
        public var displayPhoneNumber: String
        public var businessAccountID = "102290129340398"
        /// Templates that exist and are approved, as `name/language`, e.g. `follow_up/pt_PT`.
        public var templates: Set<String> = []
        /// Refuse free-form messages outside the 24 hours after the customer's last message (131047, as a status).
        public var checksWindow = true
        /// Refuse more than 45 messages in a burst and one per 6 s after that to the same customer (131056).
        public var limitsPairs = false
        /// Nil: no statuses are posted back.
        public var statuses: StatusDelays? = StatusDelays()

        public init(
            accessToken: String,
            appSecret: String,
            verifyToken: String,
            phoneNumberID: String,
            displayPhoneNumber: String
        ) {
            self.accessToken = accessToken
            self.appSecret = appSecret
            self.verifyToken = verifyToken
            self.phoneNumberID = phoneNumberID
            self.displayPhoneNumber = displayPhoneNumber
        }
    }

    /// When statuses follow a message, in milliseconds after it was accepted. Nil: that status never comes.
    public struct StatusDelays: Sendable {
        public var sent: Int
        public var delivered: Int?
        public var read: Int?

        public init(sent: Int = 40, delivered: Int? = 120, read: Int? = nil) {
            self.sent = sent
            self.delivered = delivered
            self.read = read
        }
    }

    public struct OpenAI: Sendable {
        public var apiKey: String
        public var modelDelayMilliseconds = 0
        /// Models that answer 404 as if shut down, beside those whose date had passed in November 2026.
        public var retiredModels: Set<String> = []
        /// What a transcription returns.
        public var transcript = "Olá, queria saber mais sobre os vossos serviços."

        public init(apiKey: String) { self.apiKey = apiKey }
    }

    public struct Stripe: Sendable {
        public var secretKey: String
        public var webhookSecret: String
        public var apiVersion = "2026-10-28.endive"

        public init(secretKey: String, webhookSecret: String) {
            self.secretKey = secretKey
            self.webhookSecret = webhookSecret
        }
    }

    /// What is remembered of the messages that the business sent.
    public enum Books: Sendable {
        /// The newest 500 messages per customer.
        case everything
        /// Counters only, for benchmarks.
        case counts
    }

    public var whatsApp: WhatsApp
    public var openAI: OpenAI
    public var stripe: Stripe
    /// Where the service takes WhatsApp's webhooks, one URL for each of its processes; can be set later with
    /// ``Sandbox/setWebhooks(whatsApp:stripe:)``.
    public var whatsAppWebhooks: [String] = []
    public var stripeWebhooks: [String] = []
    /// 0: any free port. The sandbox only ever listens on 127.0.0.1.
    public var port = 0
    public var seed: UInt64 = 1
    public var books = Books.everything
    /// Deliveries of one webhook until it is given up, the first included.
    public var webhookAttempts = 8
    /// Wait before the second delivery; doubles each time.
    public var webhookRetryMilliseconds = 100
    public var webhookRetryMillisecondsMax = 5_000
    /// Milliseconds since 1970.
    public var now: @Sendable () -> Int = { Int(Date().timeIntervalSince1970 * 1_000) }
    public var logger = Logger(label: "crset.sandbox")

    public init(whatsApp: WhatsApp, openAI: OpenAI, stripe: Stripe) {
        self.whatsApp = whatsApp
        self.openAI = openAI
        self.stripe = stripe
    }
}
