public import Conversation
public import Integrations
public import Storage

extension Translate {
    /// Nil when the customer has no address at all, which no stored conversation can have.
    public func outgoing(_ message: OutMessage, row: String, to address: Address) -> WhatsAppOutgoing? {
        let identity = WhatsAppIdentity(userID: address.userID, waID: address.waID)
        guard let recipient = identity.recipient else { return nil }
        return WhatsAppOutgoing(
            recipient: recipient,
            content: content(of: message.content),
            replyTo: message.quotes,
            callbackData: row
        )
    }

    private func content(of content: OutMessage.Content) -> WhatsAppOutgoingContent {
        switch content {
        case .text(let body):
            .text(body: body)
        case .buttons(let body, let choices):
            .buttons(body: body, buttons: choices.map { WhatsAppReplyButton(id: $0.id, title: $0.title) })
        case .list(let body, let button, let choices):
            .list(
                body: body,
                button: button,
                sections: [
                    WhatsAppListSection(rows: choices.map { WhatsAppListRow(id: $0.id, title: $0.title) })
                ]
            )
        case .link(let body, let label, let url):
            .ctaURL(body: body, displayText: label, url: url)
        }
    }
}
