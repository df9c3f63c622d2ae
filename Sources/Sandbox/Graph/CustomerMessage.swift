extension Sandbox {
    /// What a customer does: one inbound message of any documented type.
    public struct CustomerMessage: Sendable {
        public var type: String
        public var content: Payload
        /// The business's message that this one answers or quotes.
        public var replyTo: String?
        public var referral: Payload?
        /// Stored as downloadable media; its id is put into `content`.
        public var media: (bytes: [UInt8], mimeType: String)?
        /// Repeats an earlier message, for duplicates on purpose.
        public var id: String?
        /// Unix seconds; nil: now.
        public var timestamp: Int?

        public init(type: String, content: Payload, replyTo: String? = nil) {
            self.type = type
            self.content = content
            self.replyTo = replyTo
        }

        public static func text(_ text: String, replyTo: String? = nil) -> CustomerMessage {
            CustomerMessage(type: "text", content: ["body": .string(text)], replyTo: replyTo)
        }

        public static func buttonReply(id: String, title: String, to wamid: String?) -> CustomerMessage {
            CustomerMessage(
                type: "interactive",
                content: ["type": "button_reply", "button_reply": ["id": .string(id), "title": .string(title)]],
                replyTo: wamid
            )
        }

        public static func listReply(id: String, title: String, to wamid: String?) -> CustomerMessage {
            CustomerMessage(
                type: "interactive",
                content: ["type": "list_reply", "list_reply": ["id": .string(id), "title": .string(title)]],
                replyTo: wamid
            )
        }

        /// `kind`: `image`, `audio`, `video`, `document`, `sticker`. `extra`: caption, filename, voice…
        public static func media(
            _ kind: String,
            _ bytes: [UInt8],
            mimeType: String,
            extra: Payload = [:]
        ) -> CustomerMessage {
            var message = CustomerMessage(type: kind, content: extra)
            message.media = (bytes, mimeType)
            return message
        }

        public static func voice(_ bytes: [UInt8]) -> CustomerMessage {
            media("audio", bytes, mimeType: "audio/ogg; codecs=opus", extra: ["voice": true])
        }

        public static func location(latitude: Double, longitude: Double, name: String? = nil) -> CustomerMessage {
            var content: Payload = ["latitude": .double(latitude), "longitude": .double(longitude)]
            if let name { content["name"] = .string(name) }
            return CustomerMessage(type: "location", content: content)
        }

        public static func reaction(_ emoji: String, to wamid: String) -> CustomerMessage {
            CustomerMessage(type: "reaction", content: ["message_id": .string(wamid), "emoji": .string(emoji)])
        }

        public static func templateButton(payload: String, text: String, to wamid: String?) -> CustomerMessage {
            CustomerMessage(
                type: "button",
                content: ["payload": .string(payload), "text": .string(text)],
                replyTo: wamid
            )
        }
    }
}
