public import Conversation

/// The whole configuration of a process, typed and checked. Made by ``load(overrides:environment:workingDirectory:)``.
///
/// Every setting is a key of `config/crset.yaml`, and the same path in upper case, joined by underscores, is its
/// environment variable: `conversation.burst_window_ms` is `CONVERSATION_BURST_WINDOW_MS`. Secrets come only from the
/// environment or `.env`.
public struct Settings: Sendable {
    /// Folder with `crset.yaml`, `qualification.yaml` and `catalog.yaml`.
    public var configFolder: String
    public var promptsFolder: String
    public var database: DatabaseLocation
    /// False: `crset serve` refuses an old schema instead of migrating it.
    public var migrateAtStart: Bool
    public var host: String
    /// 0…65535; 0 lets the system choose.
    public var port: Int
    public var whatsapp: WhatsApp
    public var openai: OpenAI
    public var model: Model
    public var spend: Spend
    public var stripe: Stripe
    public var crset: Remote
    /// Sign and check staff tokens (HS256); the first one signs. More than one while they are being changed. Without a
    /// secret and a key file the API answers 503.
    public var jwtSecrets: [Secret]
    /// P-256 keys in PEM files (ES256). A private one signs before any secret; a public one only checks.
    public var jwtKeyFiles: [String]
    public var api: API
    public var logLevel: LogLevel
    public var logFormat: LogFormat
    public var conversation: Dialogue
    public var outbox: Outbox
    public var business: BusinessSettings
    public var policy: Policy
    public var prompts: PromptFilesInUse
    /// How long a stop waits for turns and sends under way, in milliseconds.
    public var shutdownMilliseconds: Int
    /// What works but is probably not meant. One line each, for `crset doctor` and the log.
    public var warnings: [String]

    public struct WhatsApp: Sendable {
        public var phoneNumberID: String?
        public var accessToken: Secret?
        /// More than one while the secret is being changed.
        public var appSecrets: [Secret]
        public var verifyToken: Secret?
        /// Without version and without a slash at the end.
        public var apiBase: String
        /// `vNN.N`
        public var apiVersion: String
        /// The approved templates per language, by the text they stand for.
        public var templates: [Language: [PhraseKey: MessageTemplate]]
        /// Those that only people send.
        public var staffTemplates: [Language: [MessageTemplate]]
    }

    public struct OpenAI: Sendable {
        /// Nil: guided mode.
        public var apiKey: Secret?
        public var baseURL: String
        public var model: String
        /// Tried in order when the model before is not to be had.
        public var fallbackModels: [String]
        public var transcriptionModel: String
        public var maxOutputTokens: Int
        /// 0…2; not sent to models that refuse it.
        public var temperature: Double
    }

    public struct Model: Sendable {
        /// The longest wait for an answer before guided mode takes the turn.
        public var timeoutMilliseconds: Int
        /// What differs from the built-in table, per model: the keys of `model.capabilities.<name>`.
        public var capabilities: [String: [String: LooseValue]]
    }

    /// What may be asked of the model in a day of the business. 0: no bound.
    public struct Spend: Sendable {
        public var callsPerCustomer: Int
        public var tokensPerCustomer: Int
        public var calls: Int
        public var tokens: Int
    }

    public struct Stripe: Sendable {
        /// Nil: no offers are made.
        public var secretKey: Secret?
        public var webhookSecrets: [Secret]
        public var apiBase: String
        /// How often Stripe is asked for events that no webhook brought; 0: never.
        public var pollMinutes: Double
    }

    /// The server that staff commands talk to instead of opening the database.
    public struct Remote: Sendable {
        public var server: String?
        public var token: Secret?
    }

    public struct API: Sendable {
        /// What one token may ask of one process in a minute; a fifth of it at once.
        public var requestsPerMinute: Int
        /// Streams of `GET /v1/events` at a time, all tokens together.
        public var streamsMax: Int
    }

    public struct Dialogue: Sendable {
        /// How long the customer must be silent before the answer is composed: half of it after a question or a whole
        /// answer, half as much again while fragments come in. 0 answers each message at once.
        public var burstWindowMilliseconds: Int
        /// The longest wait for a customer who doesn't stop writing.
        public var burstLimitMilliseconds: Int
        /// How much of the conversation the model reads, in tokens.
        public var historyTokens: Int
        /// Read mark and "typing…" as soon as a turn starts.
        public var showsTyping: Bool
    }

    public struct Outbox: Sendable {
        /// How long an uncertain send waits for the status that proves it.
        public var reconciliationWindowMilliseconds: Int
        /// How long a send is tried again before it becomes a dead letter.
        public var retryHorizonMilliseconds: Int
        /// Customers that are sent to at the same time.
        public var concurrency: Int
        /// What Meta allows the number, all processes together; 0: as fast as it goes.
        public var messagesPerSecond: Int
    }

    public struct PromptFilesInUse: Sendable {
        /// A change of the files is in force from the next turn on, without a restart.
        public var isWatched: Bool
        /// A conversation keeps the version that it began with.
        public var pinsConversations: Bool
    }

    /// Who speaks, and by which clock.
    public struct BusinessSettings: Sendable {
        public var identity: Business
        /// IANA name, such as `Europe/Lisbon`.
        public var timezone: String
        /// When it speaks unasked, by that clock; nil: at any hour.
        public var hours: BusinessHours?
    }

    public enum LogLevel: String, CaseIterable, Sendable { case trace, debug, info, notice, warning, error, critical }

    public enum LogFormat: String, CaseIterable, Sendable {
        /// Text on a terminal, JSON elsewhere.
        case auto
        case json, text
    }
}

/// Where the data lies.
public enum DatabaseLocation: Sendable, Equatable {
    /// A path, or `:memory:`.
    case sqlite(path: String)
    /// A libpq URI. It may hold a password: never log it.
    case postgres(url: String)
}

/// A value that must not reach a log. It prints as `<secret>`.
public struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public let value: String

    public init(_ value: String) { self.value = value }

    public var description: String { "<secret>" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// A scalar of a configuration file whose type is decided by whoever reads it.
public enum LooseValue: Sendable, Equatable {
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case text(String)

    init(_ text: String) {
        self =
            switch text {
            case "true": .bool(true)
            case "false": .bool(false)
            default: Int(text).map { .integer($0) } ?? Double(text).map { .number($0) } ?? .text(text)
            }
    }
}

/// Everything that is wrong with the configuration, one line each.
public struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
    public var problems: [String]

    public init(problems: [String]) { self.problems = problems }

    public var description: String { problems.joined(separator: "\n") }
}
