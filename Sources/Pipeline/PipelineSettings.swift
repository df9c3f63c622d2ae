public import Conversation
public import Prompts

/// Bounds of the workers. Times in milliseconds.
public struct PipelineSettings: Sendable {
    /// Several processes on one store tell their claims apart by it.
    public var owner: String
    public var phoneNumberID: String
    /// See ``BurstWindow``. 0: each message is answered at once.
    public var burstWindow: Int64
    public var burstLimit: Int64
    /// Longer than the longest turn: model, transcription and link together.
    public var turnLease: Int64 = 120_000
    public var turnsAtOnce = 256
    /// Of them for backlog and timers, so that there is always room for who is writing now.
    public var bulkTurnsAtOnce = 64
    /// Longer than one send may take.
    public var sendLease: Int64 = 30_000
    public var sendsAtOnce: Int
    /// Of them for messages that nobody waits for at this moment.
    public var bulkSendsAtOnce: Int { max(1, sendsAtOnce / 2) }
    public var reconciliationWindow: Int64
    public var retryHorizon: Int64
    public var modelTimeout: Int
    public var historyTokens: Int
    public var maxOutputTokens: Int
    public var temperature: Double
    public var transcriptionModel: String
    public var spendBounds = SpendBounds()
    /// IANA name: by its clock days are counted.
    public var timeZone = "UTC"
    /// The longest sleep of a worker: work that another process brought in unheard is found by then.
    public var pollInterval: Int64 = 1_000
    /// How long index and statistics of the desk rest when they are up to date, in milliseconds.
    public var digestInterval: Int64 = 1_000
    /// What Meta allows the number, all processes together; 0: no pacing.
    public var messagesPerSecond = 80
    /// What stands for fixed texts when the 24-hour window is shut.
    public var templates: [Language: [PhraseKey: MessageTemplate]] = [:]
    /// When nudges may go out; nil: at any hour.
    public var hours: BusinessHours?
    /// How often Stripe is asked for events that no webhook brought; 0: never.
    public var stripePoll: Int64 = 0
    /// Read mark and "typing…" as a turn starts.
    public var showsTyping = true

    /// Connections to one outside service, so that a slow model holds up nobody but its own customers.
    public var exchangesAtOnce: Int { turnsAtOnce + sendsAtOnce }

    public init(
        owner: String,
        phoneNumberID: String,
        burstWindow: Int64 = 2_000,
        burstLimit: Int64 = 8_000,
        sendsAtOnce: Int = 64,
        reconciliationWindow: Int64 = 60_000,
        retryHorizon: Int64 = 86_400_000,
        modelTimeout: Int = 12_000,
        historyTokens: Int = 6_000,
        maxOutputTokens: Int = 600,
        temperature: Double = 0.2,
        transcriptionModel: String = "gpt-4o-mini-transcribe"
    ) {
        self.owner = owner
        self.phoneNumberID = phoneNumberID
        self.burstWindow = burstWindow
        self.burstLimit = burstLimit
        self.sendsAtOnce = sendsAtOnce
        self.reconciliationWindow = reconciliationWindow
        self.retryHorizon = retryHorizon
        self.modelTimeout = modelTimeout
        self.historyTokens = historyTokens
        self.maxOutputTokens = maxOutputTokens
        self.temperature = temperature
        self.transcriptionModel = transcriptionModel
    }
}
