public import struct Foundation.Data
public import class Foundation.JSONDecoder

/// The body of a webhook POST.
public enum WhatsAppEnvelope {
    /// Why a body is refused as a whole. Meta never sends such a one, so the answer is 400.
    public struct Malformed: Error, Sendable, Equatable {
        public let reason: String

        public init(reason: String) {
            self.reason = reason
        }
    }

    /// Deeper nesting is refused before decoding. Documented payloads have at most 12 levels.
    public static let depthMax = 64

    /// Everything that a body tells, in its order within each change: messages, statuses, the rest.
    ///
    /// One odd item never costs its neighbours: it comes as ``WhatsAppItem/odd(reason:raw:)``.
    public static func parse(_ body: Data) throws(Malformed) -> [WhatsAppItem] {
        let bytes = [UInt8](body)
        guard String(validating: bytes, as: UTF8.self) != nil else { throw Malformed(reason: "not UTF-8") }
        let text = JSONText(bytes)
        let shape = text.shape()
        guard !shape.hasNUL else { throw Malformed(reason: "not JSON: a NUL byte") }
        guard shape.depth <= depthMax else { throw Malformed(reason: "nested deeper than \(depthMax)") }
        let envelope: WireEnvelope
        do {
            envelope = try JSONDecoder().decode(WireEnvelope.self, from: body)
        } catch DecodingError.typeMismatch {
            throw Malformed(reason: "not the documented envelope")
        } catch {
            throw Malformed(reason: "not JSON")
        }
        guard envelope.object == "whatsapp_business_account" else {
            throw Malformed(reason: "object is not whatsapp_business_account")
        }
        guard let entries = envelope.entries else { throw Malformed(reason: "no entry") }
        var unpacking = Unpacking(text: text)
        unpacking.add(entries)
        return unpacking.items
    }
}

/// Takes the items out of an envelope.
private struct Unpacking {
    typealias Path = [JSONText.Step]

    let text: JSONText
    var items: [WhatsAppItem] = []

    mutating func add(_ entries: [Lossy<WireEntry>]) {
        for (index, entry) in entries.enumerated() {
            let path: Path = [.key("entry"), .index(index)]
            switch entry {
            case .bad(let reason): addOdd(reason, at: path)
            case .good(let entry):
                for (index, change) in entry.changes.enumerated() {
                    add(change, at: path + [.key("changes"), .index(index)])
                }
            }
        }
    }

    private mutating func add(_ change: Lossy<WireChange>, at path: Path) {
        switch change {
        case .bad(let reason): addOdd(reason, at: path)
        case .good(let change):
            let valuePath = path + [.key("value")]
            switch change.value {
            case nil: addNotice(change.field, at: valuePath)
            case .bad(let reason): addOdd(reason, at: path)
            case .good(let value):
                let before = items.count
                add(value, at: valuePath)
                // Something that we know nothing of: keep it rather than drop it.
                if items.count == before { addNotice(change.field, at: valuePath) }
            }
        }
    }

    private mutating func add(_ value: WireValue, at path: Path) {
        let change = Change(metadata: value.metadata, contacts: (value.contacts ?? []).compactMap(\.value))
        add(value.messages, at: path + [.key("messages")]) { .message(try change.inbound($0, from: $0.sender)) }
        add(value.echoes, at: path + [.key("message_echoes")]) { .echo(try change.inbound($0, from: $0.addressee)) }
        add(value.statuses, at: path + [.key("statuses")]) { .status(try change.status($0)) }
        add(value.preferences, at: path + [.key("user_preferences")]) { .preference(try change.preference($0)) }
        add(value.userIDUpdates, at: path + [.key("user_id_update")]) { .identityChange(try change.identityChange($0)) }
        if value.errors != nil {
            for raw in text.elements(at: path + [.key("errors")]) {
                items.append(.accountNotice(field: "errors", raw: raw))
            }
        }
    }

    /// Item by item; what can't be read is tried once more with broken emoji mended, then kept as it was sent.
    private mutating func add<Wire: Decodable>(
        _ list: WireValue.List<Wire>?,
        at path: Path,
        _ item: (Wire) throws -> WhatsAppItem
    ) {
        guard let list else { return }
        guard let list = list.value else { return addOdd("not a list", at: path) }
        var sent: [String]?
        for (index, element) in list.enumerated() {
            var reason = "unreadable"
            switch element {
            case .good(let wire):
                do {
                    items.append(try item(wire))
                    continue
                } catch {
                    reason = String(describing: error)
                }
            case .bad(let why): reason = why
            }
            let raws = sent ?? text.elements(at: path)
            sent = raws
            let raw = raws.indices.contains(index) ? raws[index] : ""
            items.append(mended(raw, item) ?? .odd(reason: reason, raw: raw))
        }
    }

    private func mended<Wire: Decodable>(_ raw: String, _ item: (Wire) throws -> WhatsAppItem) -> WhatsAppItem? {
        guard let mended = JSONText.mendingSurrogates(raw),
            let wire = try? JSONDecoder().decode(Wire.self, from: Data(mended.utf8))
        else { return nil }
        return try? item(wire)
    }

    private mutating func addOdd(_ reason: String, at path: Path) {
        items.append(.odd(reason: reason, raw: text.text(at: path) ?? whole))
    }

    private mutating func addNotice(_ field: String, at path: Path) {
        items.append(.accountNotice(field: field, raw: text.text(at: path) ?? "null"))
    }

    private var whole: String { String(decoding: text.bytes, as: UTF8.self) }
}

/// What the items of one change share.
private struct Change {
    let metadata: WireMetadata?
    let contacts: [WireContact]

    func inbound(_ wire: WireMessage, from sender: WhatsAppIdentity) throws -> WhatsAppInbound {
        let metadata = try knownMetadata()
        let contact = contact(of: sender)
        let identity = contact.map { sender.completed(by: $0.identity) } ?? sender
        guard !identity.isEmpty else { throw OddItem("nobody to answer: no from, from_user_id or matching contact") }
        return WhatsAppInbound(
            id: wire.id,
            phoneNumberID: metadata.phoneNumberID,
            displayPhoneNumber: metadata.displayPhoneNumber,
            identity: identity,
            profileName: contact?.name,
            timestampMilliseconds: wire.timestampMilliseconds,
            context: wire.context,
            referral: wire.referral,
            groupID: wire.groupID,
            content: wire.content,
            errors: wire.errors
        )
    }

    func status(_ wire: WireStatus) throws -> WhatsAppStatus {
        let recipient = contact(of: wire.recipient).map { wire.recipient.completed(by: $0.identity) } ?? wire.recipient
        return WhatsAppStatus(
            messageID: wire.id,
            phoneNumberID: try knownMetadata().phoneNumberID,
            state: wire.state,
            timestampMilliseconds: wire.timestampMilliseconds,
            callbackData: wire.callbackData,
            recipient: recipient,
            participantID: wire.participantID,
            errors: wire.errors,
            pricing: wire.pricing
        )
    }

    func preference(_ wire: WirePreference) throws -> WhatsAppPreference {
        let identity = contact(of: wire.identity).map { wire.identity.completed(by: $0.identity) } ?? wire.identity
        guard !identity.isEmpty else { throw OddItem("nobody's wish: no wa_id, user_id or contact") }
        return WhatsAppPreference(
            phoneNumberID: try knownMetadata().phoneNumberID,
            identity: identity,
            wish: wire.wish,
            category: wire.category,
            detail: wire.detail,
            timestampMilliseconds: wire.timestampMilliseconds
        )
    }

    func identityChange(_ wire: WireUserIDUpdate) throws -> WhatsAppIdentityChange {
        WhatsAppIdentityChange(
            phoneNumberID: try knownMetadata().phoneNumberID,
            previousUserID: wire.userID.previous,
            identity: WhatsAppIdentity(
                phone: wire.waID,
                user: wire.userID.current,
                parent: wire.parentUserID?.current
            ),
            timestampMilliseconds: wire.timestampMilliseconds
        )
    }

    private func knownMetadata() throws -> WireMetadata {
        guard let metadata else { throw OddItem("metadata.phone_number_id is missing: whose customer is it?") }
        return metadata
    }

    /// The contact with the same phone or user id; a lone one also if it contradicts nothing.
    private func contact(of person: WhatsAppIdentity) -> WireContact? {
        if let contact = contacts.first(where: { $0.identity.matches(person) }) { return contact }
        guard contacts.count == 1, let contact = contacts.first else { return nil }
        return contact.identity.contradicts(person) ? nil : contact
    }
}
