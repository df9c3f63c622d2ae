import Conversation
import Foundation

extension Settings {
    /// What `crset serve` needs and lacks, one line each; empty when it can start. OpenAI and Stripe are optional.
    public func requireForServing() -> [String] {
        var missing: [String] = []
        func need(_ isThere: Bool, _ variable: String, _ mend: String) {
            if !isThere { missing.append("\(variable) is not set; \(mend)") }
        }
        need(
            whatsapp.phoneNumberID != nil,
            "WHATSAPP_PHONE_NUMBER_ID",
            "copy the phone number id from the app's WhatsApp page at Meta"
        )
        need(
            whatsapp.accessToken != nil,
            "WHATSAPP_ACCESS_TOKEN",
            "make a permanent token for a system user with whatsapp_business_messaging"
        )
        need(
            !whatsapp.appSecrets.isEmpty,
            "WHATSAPP_APP_SECRET",
            "copy the app secret from the basic settings of the app at Meta"
        )
        need(
            whatsapp.verifyToken != nil,
            "WHATSAPP_VERIFY_TOKEN",
            "make up a long random word and enter the same one at Meta's webhook page"
        )
        return missing
    }

    func allWarnings() -> [String] {
        var warnings: [String] = []
        if conversation.burstLimitMilliseconds < conversation.burstWindowMilliseconds {
            warnings.append(
                "conversation.burst_limit_ms is below conversation.burst_window_ms; the limit decides, raise it"
            )
        }
        // RFC 7518, 3.2: a key of HS256 has at least 256 bits.
        if let secret = jwtSecret, secret.value.utf8.count < 32 {
            warnings.append("CRSET_JWT_SECRET is shorter than 32 bytes; make one with `openssl rand -hex 32`")
        }
        if stripe.secretKey != nil, stripe.webhookSecrets.isEmpty {
            warnings.append(
                stripe.pollMinutes > 0
                    ? "STRIPE_WEBHOOK_SECRET is not set; payments are confirmed late, by polling: set up the webhook"
                    : "STRIPE_WEBHOOK_SECRET is not set and stripe.poll_minutes is 0; no payment is ever confirmed"
            )
        }
        warnings += nudgesBeyondTheWindow
        let (reminder, release) = (policy.takeoverReminderHours, policy.takeoverReleaseHours)
        if reminder > 0, release > 0, reminder >= release {
            warnings.append(
                "timers.takeover_reminder_hours is not below timers.takeover_release_hours; staff isn't reminded before "
                    + "the bot takes a conversation back"
            )
        }
        if openai.apiKey == nil {
            warnings.append("OPENAI_API_KEY is not set; the bot runs in guided mode, without a model")
        }
        return warnings
    }

    /// After a day without a message of the customer's only templates go out.
    private var nudgesBeyondTheWindow: [String] {
        let templates = whatsapp.templates[business.identity.defaultLanguage] ?? [:]
        let nudges: [(name: String, hours: Int, text: PhraseKey)] = [
            ("follow_up", policy.followUpHours, .followUp),
            ("payment_reminder", policy.paymentReminderHours, .paymentReminder),
        ]
        return nudges.filter { $0.hours >= 24 && templates[$0.text] == nil }.map { nudge in
            "timers.\(nudge.name)_hours is \(nudge.hours), when WhatsApp takes templates only, and whatsapp.templates has "
                + "no \(nudge.name); it won't be sent: stay below 24 or configure the template"
        }
    }

    /// More than one secret may be valid while it is being changed.
    static func parts(_ secret: Secret) -> [Secret] { SettingsReader.split(secret.value).map(Secret.init) }
}

extension SettingsReader {
    /// The address of a service, without a slash at its end. Plain http is for loopback only: a token goes with it.
    func base(_ path: String, default fallback: String) -> String {
        guard let (text, place) = found(path) else { return fallback }
        let name = place.name ?? path
        guard let url = URLComponents(string: text), let host = url.host, !host.isEmpty,
            url.scheme == "https" || url.scheme == "http", url.query == nil, url.fragment == nil, url.user == nil
        else {
            report(place, "\(name) is no address of a service", mend: "write it as https://host or https://host/path")
            return fallback
        }
        if url.scheme == "http", !Self.isLoopback(host) {
            report(place, "\(name) is plain http to \(host)", mend: "use https; http is accepted on loopback only")
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    static func isLoopback(_ host: String) -> Bool {
        if ["localhost", "::1", "[::1]"].contains(host.lowercased()) { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127"
            && octets.allSatisfy { !$0.isEmpty && UInt8($0) != nil && $0.allSatisfy(\.isNumber) }
    }
}
