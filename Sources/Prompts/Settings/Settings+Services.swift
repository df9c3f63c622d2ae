import Conversation

// The outside services, each with what contradicts itself.

extension Settings.WhatsApp {
    init(_ reader: SettingsReader) {
        phoneNumberID = reader.text("whatsapp.phone_number_id")
        accessToken = reader.secret("whatsapp.access_token")
        appSecrets = reader.secret("whatsapp.app_secret").map(Settings.parts) ?? []
        verifyToken = reader.secret("whatsapp.verify_token")
        apiBase = reader.base("whatsapp.api_base", default: "https://graph.facebook.com")
        // The version that reference and fixtures were taken from.
        apiVersion = reader.text("whatsapp.api_version", default: "v25.0")
        templates = Self.templates(reader)
        staffTemplates = Self.staffTemplates(reader)
        if let (text, place) = reader.found("whatsapp.api_version"), !Self.isVersion(text) {
            reader.report(place, "\(place.name ?? "") is \"\(text.prefix(40))\"", mend: "write it as v25.0")
        }
        if let (text, place) = reader.found("whatsapp.phone_number_id"), !text.allSatisfy({ $0.isASCII && $0.isNumber })
        {
            reader.report(
                place,
                "\(place.name ?? "") is no id: it holds more than digits",
                mend: "copy the phone number id (not the number) from the app's WhatsApp page at Meta"
            )
        }
        if accessToken != nil, phoneNumberID == nil {
            reader.report(
                .init(file: "environment"),
                "WHATSAPP_ACCESS_TOKEN is set without WHATSAPP_PHONE_NUMBER_ID",
                mend: "set both, or none"
            )
        }
    }

    private static func isVersion(_ text: String) -> Bool {
        let parts = text.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
        return text.hasPrefix("v") && parts.count == 2
            && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } }
    }
}

extension Settings.OpenAI {
    init(_ reader: SettingsReader) {
        apiKey = reader.secret("openai.api_key")
        baseURL = reader.base("openai.base_url", default: "https://api.openai.com/v1")
        model = reader.text("openai.model", default: "gpt-4.1")
        let fallbacks = reader.list("openai.fallback_models")
        // The GPT-4 family ends on 2027-01-14; its successor stands last.
        fallbackModels = reader.isSetAsList("openai.fallback_models") ? fallbacks : ["gpt-4.1-mini", "gpt-6-luna"]
        transcriptionModel = reader.text("openai.transcription_model", default: "gpt-transcribe")
        maxOutputTokens = reader.int("openai.max_output_tokens", default: 600, in: 64...16_384)
        temperature = reader.number("openai.temperature", default: 0.2, in: 0...2)
    }
}

extension Settings.Model {
    /// What can differ between models and compatible servers (reference openai.md, 11).
    static let capabilityKeys = [
        "system_role", "token_param", "schema_mode", "reasoning_effort", "send_temperature", "send_openai_extras",
        "context_tokens", "max_output_tokens", "shutdown",
    ]

    init(_ reader: SettingsReader) {
        timeoutMilliseconds = reader.int("model.timeout_ms", default: 12_000, in: 1...120_000)
        let tree = reader.tree("model.capabilities")
        capabilities = (tree?.keys ?? []).reduce(into: [:]) { models, model in
            guard let section = tree?.section(model.name, keys: Self.capabilityKeys) else { return }
            models[model.name] = section.keys.reduce(into: [:]) { values, key in
                values[key.name] = section.string(key.name).map(LooseValue.init)
            }
        }
    }
}

extension Settings.Spend {
    init(_ reader: SettingsReader) {
        callsPerCustomer = reader.int("spend.calls_per_customer", default: 100, in: 0...1_000_000)
        tokensPerCustomer = reader.int("spend.tokens_per_customer", default: 500_000, in: 0...1_000_000_000)
        calls = reader.int("spend.calls", default: 20_000, in: 0...1_000_000_000)
        tokens = reader.int("spend.tokens", default: 100_000_000, in: 0...1_000_000_000_000)
    }
}

extension Settings.Stripe {
    init(_ reader: SettingsReader) {
        secretKey = reader.secret("stripe.secret_key")
        webhookSecrets = reader.secret("stripe.webhook_secret").map(Settings.parts) ?? []
        apiBase = reader.base("stripe.api_base", default: "https://api.stripe.com")
        pollMinutes = reader.number("stripe.poll_minutes", default: 5, in: 0...1_440)
        guard let key = secretKey?.value else { return }
        if key.hasPrefix("pk_") {
            reader.report(
                .init(file: "environment"),
                "STRIPE_SECRET_KEY is a publishable key",
                mend: "use the one that begins with sk_ or rk_"
            )
        }
        if key.hasPrefix("sk_live_") || key.hasPrefix("rk_live_"), apiBase != "https://api.stripe.com" {
            reader.report(
                .init(file: "environment"),
                "STRIPE_SECRET_KEY is a live key, but STRIPE_API_BASE is not Stripe",
                mend: "use a test key, or remove STRIPE_API_BASE"
            )
        }
    }
}

extension Settings.Remote {
    init(_ reader: SettingsReader) {
        server = reader.text("crset.server").map { _ in reader.base("crset.server", default: "") }
        token = reader.secret("crset.token")
    }
}
