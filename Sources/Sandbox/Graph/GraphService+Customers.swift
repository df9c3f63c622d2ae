import Crypto
import Synchronization

import struct Foundation.Data

extension GraphService {
    /// The webhook of a customer's message, and the message's id. The customer is known from now on.
    func webhook(for message: Sandbox.CustomerMessage, from customer: Customer) throws(Misuse) -> (
        body: [UInt8], wamid: String
    ) {
        guard !customer.key.isEmpty else { throw Misuse("a customer needs a wa_id or a user_id") }
        let wamid = message.id ?? newMessageID()
        let now = settings.now()
        let seconds = message.timestamp ?? now / 1_000
        let key = state.withLock { state in
            let key = state.know(customer)
            let before = state.contacts[key]?.lastInbound ?? 0
            state.contacts[key]?.lastInbound = max(before, seconds * 1_000)
            state.keepInbound(wamid, of: key)
            state.counts.received += 1
            return key
        }
        let item = inbound(message, wamid: wamid, from: customer, seconds: seconds)
        let text =
            message.content["body"]?.text ?? message.content["caption"]?.text
            ?? message.content["button_reply"]?["title"]?.text ?? message.content["list_reply"]?["title"]?.text ?? ""
        happenings.tell(.customerWrote(customer: key, wamid: wamid, type: message.type, text: text))
        let value: Payload = ["contacts": [Self.contact(customer)], "messages": [item]]
        return (StatusPayload.envelope(value, settings: settings).json(escaped: true), wamid)
    }

    private func inbound(_ message: Sandbox.CustomerMessage, wamid: String, from customer: Customer, seconds: Int)
        -> Payload
    {
        var content = message.content
        if let media = message.media {
            content["id"] = .string(storeMedia(media.bytes, media.mimeType))
            content["mime_type"] = .string(media.mimeType)
            content["sha256"] = .string(Data(SHA256.hash(data: media.bytes)).base64EncodedString())
        }
        var item: Payload = [:]
        if let waID = customer.waID { item["from"] = .string(waID) }
        if let userID = customer.userID { item["from_user_id"] = .string(userID) }
        item["id"] = .string(wamid)
        item["timestamp"] = .string(String(seconds))
        item["type"] = .string(message.type)
        item[message.type] = content
        if let quoted = message.replyTo {
            item["context"] = ["from": .string(settings.whatsApp.displayPhoneNumber), "id": .string(quoted)]
        }
        if let referral = message.referral { item["referral"] = referral }
        return item
    }

    private static func contact(_ customer: Customer) -> Payload {
        var profile: Payload = ["name": .string(customer.name)]
        if let username = customer.username { profile["username"] = .string(username) }
        var contact: Payload = ["profile": profile]
        if let waID = customer.waID { contact["wa_id"] = .string(waID) }
        if let userID = customer.userID { contact["user_id"] = .string(userID) }
        return contact
    }

    func sent(to id: String) -> [SentMessage] {
        state.withLock { state in state.contacts[state.aliases[id] ?? id]?.sent ?? [] }
    }

    var everythingSent: [SentMessage] {
        state.withLock { $0.contacts.values.flatMap(\.sent) }.sorted { ($0.at, $0.wamid) < ($1.at, $1.wamid) }
    }
}
