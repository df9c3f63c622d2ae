public import Conversation
public import Integrations
public import Storage

import struct Foundation.Data
import class Foundation.JSONEncoder

/// The only place where a `wamid` meets an event: WhatsApp's and Stripe's shapes become the conversation's, and back.
public struct Translate: Sendable {
    private let window: BurstWindow
    private let reconciliationWindow: Int64
    private let languageOf: @Sendable (String) -> Language?
    private let defaultLanguage: Language

    /// `defaultLanguage` is spoken to strangers whose phone number doesn't tell.
    public init(settings: PipelineSettings, defaultLanguage: Language) {
        window = BurstWindow(baseMilliseconds: settings.burstWindow, limitMilliseconds: settings.burstLimit)
        reconciliationWindow = settings.reconciliationWindow
        languageOf = { LanguageReader.expected(fromPhone: $0) }
        self.defaultLanguage = defaultLanguage
    }

    // MARK: WhatsApp, in

    /// Nil for what concerns nobody: group messages and unknown statuses.
    public func arrival(of item: WhatsAppItem, at now: Timestamp, newID: () -> String) -> Arrival? {
        switch item {
        case .message(let inbound): arrival(of: inbound, at: now, newID: newID)
        case .status(let status): arrival(of: status, at: now)
        case .preference(let preference): arrival(of: preference, at: now)
        case .identityChange(let change): arrival(of: change, at: now)
        case .echo(let echo): arrival(ofEcho: echo, at: now)
        case .accountNotice(let field, let raw):
            unmatched("notice:\(fingerprint(raw))", "a notice about the account: \(field)", raw, now)
        case .odd(let reason, let raw):
            unmatched("odd:\(fingerprint(raw))", reason, raw, now)
        }
    }

    private func arrival(of inbound: WhatsAppInbound, at now: Timestamp, newID: () -> String) -> Arrival? {
        let id = "wa:\(inbound.id)"
        let address = address(inbound.identity, inbound.phoneNumberID)
        if case .system(_, let body, let newWaID, let newUserID) = inbound.content {
            if newWaID != nil || newUserID != nil {
                let new = Address(channel: inbound.phoneNumberID, userID: newUserID, waID: newWaID)
                return Arrival(outsideID: id, receivedAt: now, content: .addressChange(from: address, to: new))
            }
            return Arrival(
                outsideID: id,
                receivedAt: now,
                content: .addressed(.remark(body ?? "a system message"), address)
            )
        }
        guard inbound.groupID == nil else {
            return unmatched(id, "a message in a group", String(describing: inbound), now)
        }
        guard address.userID != nil || address.waID != nil else {
            return unmatched(
                id,
                "a message of nobody: no user id and no phone number",
                String(describing: inbound),
                now
            )
        }
        let sender = Sender(
            address: address,
            profileName: inbound.profileName,
            language: address.waID.flatMap(languageOf) ?? defaultLanguage,
            source: inbound.referral.flatMap(json),
            newID: ConversationID(newID())
        )
        let message = CustomerMessage(
            id: inbound.id,
            at: Timestamp(milliseconds: inbound.timestampMilliseconds),
            content: content(of: inbound.content),
            quotes: inbound.context.repliedTo
        )
        return Arrival(
            outsideID: id,
            receivedAt: now,
            content: .message(message, from: sender),
            due: due(message, at: now)
        )
    }

    private func due(_ message: CustomerMessage, at now: Timestamp) -> Arrival.Due {
        if window.baseMilliseconds == 0 { return .atOnce }
        let quiet = window.quiet(after: message, arrivedAt: now)
        return .afterQuiet(
            milliseconds: quiet.milliseconds,
            limitMilliseconds: window.limitMilliseconds,
            afterQuestionMilliseconds: quiet.afterQuestionMilliseconds
        )
    }

    private func content(of content: WhatsAppContent) -> CustomerMessage.Content {
        switch content {
        case .text(let text): .text(text)
        case .media(.audio, let media) where media.voice:
            .voice(mediaID: media.id, mimeType: media.mimeType ?? "audio/ogg")
        case .media(let kind, let media): .media(kind: kind.rawValue, mediaID: media.id, caption: media.caption)
        case .location(let place):
            .location(latitude: place.latitude, longitude: place.longitude, name: place.name ?? place.address)
        case .contacts(let cards):
            .contact(name: cards.first?.name ?? "", phone: cards.first?.phones.first?.phone)
        case .buttonReply(let id, let title): .choice(id: id, title: title)
        case .listReply(let id, let title, _): .choice(id: id, title: title)
        case .templateButton(let payload, let text): .choice(id: payload ?? "", title: text ?? payload ?? "")
        case .reaction(_, let emoji): .reaction(emoji: emoji)
        case .edit(_, let text): text.map { .edited(text: $0) } ?? .unreadable(kind: "edit")
        case .revoke: .deleted
        case .flowReply: .unreadable(kind: "flow")
        case .order(let order): order.text.flatMap { $0.isEmpty ? nil : .text($0) } ?? .unreadable(kind: "order")
        case .callPermission: .unreadable(kind: "call permission")
        case .unsupported(let reason): .unreadable(kind: reason)
        case .unknown(let type): .unreadable(kind: type)
        case .system(let kind, _, _, _): .unreadable(kind: kind)
        }
    }

    private func arrival(of status: WhatsAppStatus, at now: Timestamp) -> Arrival? {
        guard let state = deliveryState(status.state) else { return nil }
        var report = StatusReport(
            state: state,
            messageID: status.messageID,
            outboxID: status.callbackData,
            at: Timestamp(milliseconds: status.timestampMilliseconds)
        )
        if state == .failed {
            let issue = status.errors.first
            report.errorCode = issue.map { String($0.code) } ?? "unknown"
            report.errorText = issue.map { $0.details ?? $0.title ?? WhatsAppErrorTable.advice($0.code) }
            report.failure = issue.map { failure(for: WhatsAppErrorTable.remedy($0.code), at: now) } ?? .dead
        }
        return Arrival(
            outsideID: "status:\(status.messageID):\(status.state.name)",
            receivedAt: now,
            content: .status(report)
        )
    }

    private func deliveryState(_ state: WhatsAppStatus.State) -> DeliveryState? {
        switch state {
        case .sent: .sent
        case .delivered: .delivered
        case .read: .read
        case .played: .played
        case .failed: .failed
        case .other: nil
        }
    }

    /// A status says for certain that the message did not arrive, so a repeat can't double it.
    private func failure(for remedy: OutsideError.Remedy, at now: Timestamp) -> SendResult.Failure {
        switch remedy {
        case .retry(let wait), .slowDown(let wait): .retry(at: now.adding(milliseconds: Int64(wait ?? 30_000)))
        // Its history tells the sender that the window is shut: it takes a template, or waits.
        case .useTemplate: .retry(at: now)
        // A person needs time to act.
        case .halt: .retry(at: now.adding(milliseconds: 1_800_000))
        case .giveUp, .outcomeUnknown, .useFallback: .dead
        }
    }

    private func arrival(of preference: WhatsAppPreference, at now: Timestamp) -> Arrival? {
        let address = address(preference.identity, preference.phoneNumberID)
        let isAllowed: Bool
        switch preference.wish {
        case .stop: isAllowed = false
        case .resume: isAllowed = true
        case .other: return nil
        }
        // An outside id is shown to staff that may not see the number, and outlives an erasure.
        let who = fingerprint(address.userID ?? address.waID ?? "")
        return Arrival(
            outsideID: "preference:\(who):\(preference.timestampMilliseconds)",
            receivedAt: now,
            content: .addressed(.marketing(isAllowed: isAllowed), address)
        )
    }

    private func arrival(of change: WhatsAppIdentityChange, at now: Timestamp) -> Arrival {
        Arrival(
            outsideID: "identity:\(change.previousUserID):\(change.timestampMilliseconds)",
            receivedAt: now,
            content: .addressChange(
                from: Address(channel: change.phoneNumberID, userID: change.previousUserID, waID: nil),
                to: address(change.identity, change.phoneNumberID)
            )
        )
    }

    private func arrival(ofEcho echo: WhatsAppInbound, at now: Timestamp) -> Arrival {
        var words = ""
        switch echo.content {
        case .text(let text): words = text
        case .media(let kind, let media): words = "[\(kind.rawValue)]" + (media.caption.map { " " + $0 } ?? "")
        default: words = "[no text]"
        }
        return Arrival(
            outsideID: "echo:\(echo.id)",
            receivedAt: now,
            content: .addressed(.ownerAnswered(text: words), address(echo.identity, echo.phoneNumberID))
        )
    }

    private func address(_ identity: WhatsAppIdentity, _ channel: String) -> Address {
        Address(channel: channel, userID: identity.userID, waID: identity.waID)
    }

    private func unmatched(_ id: String, _ reason: String, _ raw: String, _ now: Timestamp) -> Arrival {
        Arrival(outsideID: id, receivedAt: now, content: .unmatched(reason: reason), raw: raw)
    }

    private func json(_ referral: WhatsAppReferral) -> String? {
        (try? JSONEncoder().encode(referral)).map { String(decoding: $0, as: UTF8.self) }
    }
}
