import Conversation
import Foundation

extension Settings {
    /// Reads flags, the environment, `.env` in the working directory and `crset.yaml`, in this precedence.
    ///
    /// - Parameters:
    ///   - overrides: values of command-line flags by dotted key, such as `port` or `crset.config`.
    ///   - environment: the variables of the process. An empty one counts as absent.
    ///   - workingDirectory: where `.env` is, and what relative paths are relative to.
    /// - Throws: every mistake at once, one line each, with how to mend it.
    public static func load(
        overrides: [String: String] = [:],
        environment: [String: String],
        workingDirectory: String
    ) throws(SettingsError) -> Settings {
        let findings = Findings()
        let dotEnvPath = resolved(".env", in: workingDirectory)
        var dotEnv: [String: String] = [:]
        if TextFile.exists(dotEnvPath), let text = TextFile.read(dotEnvPath, findings: findings) {
            dotEnv = DotEnv.parse(text, path: dotEnvPath, findings: findings)
        }
        let settings = read(
            overrides: overrides,
            environment: environment,
            dotEnv: dotEnv,
            workingDirectory: workingDirectory,
            findings: findings
        )
        guard findings.items.isEmpty else { throw SettingsError(problems: findings.items.map(\.description)) }
        return settings
    }

    static func read(
        overrides: [String: String],
        environment: [String: String],
        dotEnv: [String: String],
        workingDirectory: String,
        findings: Findings
    ) -> Settings {
        func reader(_ file: SettingsFile) -> SettingsReader {
            SettingsReader(
                flags: overrides,
                environment: environment,
                dotEnv: dotEnv,
                dotEnvPath: resolved(".env", in: workingDirectory),
                file: file,
                findings: findings
            )
        }
        // The folder says where the file is, so it is looked up before the file can be.
        let nowhere = reader(SettingsFile(path: "", findings: findings))
        let folder = resolved(nowhere.text("crset.config", default: "config"), in: workingDirectory)
        if let (_, place) = nowhere.found("crset.config"), !TextFile.exists(folder) {
            nowhere.report(place, "there is no folder \(folder)", mend: "give the folder that holds crset.yaml")
        }
        let file = reader(SettingsFile(path: "\(folder)/crset.yaml", findings: findings))
        let settings = Settings(file, configFolder: folder, workingDirectory: workingDirectory)
        file.reportUnknownKeys()
        return settings
    }

    private init(_ reader: SettingsReader, configFolder: String, workingDirectory: String) {
        self.configFolder = configFolder
        _ = reader.text("crset.config")
        promptsFolder = Self.resolved(reader.text("crset.prompts", default: "Prompts"), in: workingDirectory)
        database = DatabaseLocation(reader, workingDirectory: workingDirectory)
        migrateAtStart = reader.bool("database.migrate_at_start", default: true)
        host = reader.text("host", default: "127.0.0.1")
        port = reader.int("port", default: 8080, in: 0...65535)
        whatsapp = WhatsApp(reader)
        openai = OpenAI(reader)
        model = Model(reader)
        spend = Spend(reader)
        stripe = Stripe(reader)
        crset = Remote(reader)
        jwtSecret = reader.secret("crset.jwt_secret")
        logLevel = reader.word("log.level", default: .info)
        logFormat = reader.word("log.format", default: .auto)
        conversation = Dialogue(reader)
        outbox = Outbox(reader)
        business = BusinessSettings(reader)
        policy = Policy(reader)
        policy.hours = business.hours
        prompts = PromptFilesInUse(
            isWatched: reader.bool("prompts.watch", default: true),
            pinsConversations: reader.bool("prompts.pin_conversations", default: false)
        )
        policy.takesPayments = stripe.secretKey != nil
        policy.transcribesVoice = openai.apiKey != nil
        shutdownMilliseconds = reader.int("shutdown_ms", default: 20_000, in: 0...600_000)
        warnings = []
        warnings = self.allWarnings()
    }

    static func resolved(_ path: String, in directory: String) -> String {
        path.hasPrefix("/") || directory.isEmpty || directory == "." ? path : "\(directory)/\(path)"
    }
}

extension DatabaseLocation {
    fileprivate init(_ reader: SettingsReader, workingDirectory: String) {
        self = .sqlite(path: Settings.resolved("crset.sqlite", in: workingDirectory))
        guard let (text, place) = reader.found("database.url") else { return }
        if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
            // Not shown in the message: it may hold a password.
            if URL(string: text) == nil {
                reader.report(
                    place,
                    "\(place.name ?? "database.url") is no URI",
                    mend: "write postgres://user@host/name, with special characters percent-encoded"
                )
            }
            self = .postgres(url: text)
        } else if text.hasPrefix("sqlite:"), case let path = text.dropFirst(7), !path.isEmpty {
            let plain = path.hasPrefix("//") ? path.dropFirst(2) : path
            self = .sqlite(
                path: plain == ":memory:" ? String(plain) : Settings.resolved(String(plain), in: workingDirectory)
            )
        } else {
            reader.report(
                place,
                "\(place.name ?? "database.url") names no database",
                mend: "write sqlite:PATH or postgres://user@host/name"
            )
        }
    }
}

extension Settings.Dialogue {
    fileprivate init(_ reader: SettingsReader) {
        burstWindowMilliseconds = reader.int("conversation.burst_window_ms", default: 2000, in: 0...60_000)
        burstLimitMilliseconds = reader.int("conversation.burst_limit_ms", default: 8000, in: 0...300_000)
        historyTokens = reader.int("conversation.history_tokens", default: 6000, in: 0...200_000)
        showsTyping = reader.bool("conversation.typing_indicator", default: true)
    }
}

extension Settings.Outbox {
    fileprivate init(_ reader: SettingsReader) {
        reconciliationWindowMilliseconds = reader.int(
            "outbox.reconciliation_window_ms",
            default: 60_000,
            in: 0...86_400_000
        )
        retryHorizonMilliseconds = reader.int("outbox.retry_horizon_ms", default: 86_400_000, in: 0...604_800_000)
        // AsyncHTTPClient opens at most 8 connections per host unless told otherwise.
        concurrency = reader.int("outbox.concurrency", default: 64, in: 1...1000)
        // 80 by default, up to 1,000 after Meta's upgrade: reference/whatsapp.md §11.
        messagesPerSecond = reader.int("outbox.messages_per_second", default: 80, in: 0...1000)
    }
}

extension Policy {
    fileprivate init(_ reader: SettingsReader) {
        self.init()
        let year = 0...8760
        followUpHours = reader.int("timers.follow_up_hours", default: followUpHours, in: year)
        paymentReminderHours = reader.int("timers.payment_reminder_hours", default: paymentReminderHours, in: year)
        offerExpiryHours = reader.int("timers.offer_expiry_hours", default: offerExpiryHours, in: year)
        dormantHours = reader.int("timers.dormant_hours", default: dormantHours, in: year)
        takeoverReminderHours = reader.int("timers.takeover_reminder_hours", default: takeoverReminderHours, in: year)
        takeoverReleaseHours = reader.int("timers.takeover_release_hours", default: takeoverReleaseHours, in: year)
        apologyAfterMilliseconds = reader.int(
            "conversation.apology_after_ms",
            default: apologyAfterMilliseconds,
            in: 0...86_400_000
        )
        asksPerFieldMax = reader.int("conversation.asks_per_field_max", default: asksPerFieldMax, in: 1...10)
    }
}

extension Settings.BusinessSettings {
    fileprivate init(_ reader: SettingsReader) {
        let language = Language(reader.text("business.default_language", default: "pt-PT"))
        identity = Business(
            name: reader.text("business.name", default: "CRSET"),
            defaultLanguage: language,
            linkHosts: reader.list("business.link_hosts").map { $0.lowercased() },
            emails: reader.list("business.emails").map { $0.lowercased() },
            phones: reader.list("business.phones").map { $0.filter(\.isNumber) },
            amounts: reader.list("business.amounts").compactMap { Self.amount($0, reader) }
        )
        timezone = reader.text("business.timezone", default: "Europe/Lisbon")
        hours = Self.hours(reader, timezone: timezone)
        let hosts = reader.placeOfList("business.link_hosts")
        for host in identity.linkHosts where host.contains("/") || host.contains(":") {
            reader.report(
                hosts,
                "\(hosts.name ?? "business.link_hosts") holds \"\(host.prefix(60))\", which is no host",
                mend: "write the host alone, such as crset.example"
            )
        }
        if let (text, place) = reader.found("business.timezone"), TimeZone(identifier: text) == nil {
            reader.report(
                place,
                "\(place.name ?? "") is \"\(text.prefix(40))\"",
                mend: "write an IANA name such as Europe/Lisbon"
            )
        }
    }

    private static func amount(_ text: String, _ reader: SettingsReader) -> Money? {
        let parts = text.split(separator: " ")
        if parts.count == 2, let money = Currency.money(parts[0], currency: String(parts[1])) { return money }
        let place = reader.placeOfList("business.amounts")
        reader.report(
            place,
            "\(place.name ?? "business.amounts") holds \"\(text.prefix(40))\", which is no amount",
            mend: "write it as 85 EUR or 85.50 EUR"
        )
        return nil
    }
}
