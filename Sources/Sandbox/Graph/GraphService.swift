import Crypto
import Synchronization

/// The WhatsApp Cloud API: sending, read marks, media.
final class GraphService: Sendable {
    let settings: SandboxSettings
    let state = Mutex(GraphState())
    let pump: StatusPump
    let happenings: Broadcast
    /// Makes ids of two runs differ, so that a database that outlives the sandbox sees no message twice.
    private let salt: String
    private let base: Mutex<String> = Mutex("")

    init(settings: SandboxSettings, pump: StatusPump, happenings: Broadcast) {
        self.settings = settings
        self.pump = pump
        self.happenings = happenings
        salt = String(UInt64(truncatingIfNeeded: settings.now()) ^ settings.seed << 44, radix: 36).uppercased()
    }

    func setBase(_ url: String) { base.withLock { $0 = url } }
    var baseURL: String { base.withLock { $0 } }

    func newMessageID() -> String { "wamid.HBg\(salt)\(state.withLock { $0.nextSerial() })" }

    /// `segments` follow `/graph`.
    func answer(_ ask: Ask, segments: ArraySlice<String>) -> Answer {
        do throws(GraphError) {
            return try route(ask, Array(segments))
        } catch {
            state.withLock { $0.counts.refused += 1 }
            return error.answer(trace: "A\(salt)\(state.withLock { $0.nextSerial() })")
        }
    }

    private func route(_ ask: Ask, _ segments: [String]) throws(GraphError) -> Answer {
        guard ask.bearer == settings.whatsApp.accessToken else { throw .token }
        if segments.first == "media-files", segments.count == 3 { return try download(segments[1], until: segments[2]) }
        guard segments.count >= 2, segments[0].hasPrefix("v"), Double(segments[0].dropFirst()) != nil else {
            throw .unknownPath
        }
        let id = segments[1]
        switch (ask.method, segments.dropFirst(2).first) {
        case ("POST", "messages"):
            try own(id)
            return try messages(ask)
        case ("POST", "media"):
            try own(id)
            return try upload(ask)
        case ("POST", "subscribed_apps"):
            guard id == settings.whatsApp.businessAccountID else { throw .unknownObject(id) }
            return .json(["success": true])
        case ("GET", "subscribed_apps"):
            guard id == settings.whatsApp.businessAccountID else { throw .unknownObject(id) }
            return .json(["data": [["whatsapp_business_api_data": ["id": "67084", "name": "CRSET sandbox"]]]])
        case ("GET", nil) where id == settings.whatsApp.phoneNumberID: return number()
        case ("GET", nil): return try lookUp(id, ask)
        case ("DELETE", nil):
            guard state.withLock({ $0.media.removeValue(forKey: id) }) != nil else { throw .unknownObject(id) }
            return .json(["success": true])
        default: throw .unknownPath
        }
    }

    private func own(_ id: String) throws(GraphError) {
        guard id == settings.whatsApp.phoneNumberID else { throw .unknownObject(id) }
    }

    private func number() -> Answer {
        .json([
            "id": .string(settings.whatsApp.phoneNumberID), "verified_name": "CRSET sandbox",
            "display_phone_number": .string(settings.whatsApp.displayPhoneNumber), "quality_rating": "GREEN",
        ])
    }

    private func messages(_ ask: Ask) throws(GraphError) -> Answer {
        guard let message = Payload.parse(ask.body), message.members != nil else {
            throw .parameter("The request body is not a JSON object")
        }
        if message["status"] != nil { return try markRead(message) }
        try SendRules.check(message, templates: settings.whatsApp.templates)
        try checkMedia(message)
        return try send(message)
    }

    /// Read marks, with or without the typing indicator.
    private func markRead(_ message: Payload) throws(GraphError) -> Answer {
        guard message["messaging_product"]?.text == "whatsapp" else { throw .missing("messaging_product") }
        guard message["status"]?.text == "read" else { throw .parameter("Param status must be one of {READ}") }
        guard let id = message["message_id"]?.text, !id.isEmpty else { throw .missing("message_id") }
        let typing = message["typing_indicator"]
        if let typing, typing["type"]?.text != "text" { throw .parameter("typing_indicator.type must be text") }
        let customer = state.withLock { state in
            state.counts.read += 1
            if typing != nil { state.counts.typing += 1 }
            return state.origins[id]
        }
        if let customer {
            happenings.tell(.read(customer: customer, messageID: id))
            if typing != nil { happenings.tell(.typing(customer: customer, messageID: id)) }
        } else if settings.books == .everything {
            throw .parameter("Message ID \(id) was never received")
        }
        return .json(["success": true])
    }

    private func upload(_ ask: Ask) throws(GraphError) -> Answer {
        guard let form = MultipartBody(contentType: ask.header("Content-Type"), body: ask.body) else {
            throw .parameter("The body must be multipart/form-data")
        }
        guard form["messaging_product"]?.text == "whatsapp" else { throw .missing("messaging_product") }
        guard let file = form["file"], file.filename != nil else { throw .missing("file") }
        guard let type = form["type"]?.text ?? file.contentType else { throw .missing("type") }
        guard MediaRules.types.contains(bareType(type)) else {
            throw .parameter("Param file must be a file with one of the following types: \(MediaRules.known)")
        }
        guard !file.body.isEmpty else { throw .parameter("The file is empty") }
        guard file.body.count <= MediaRules.bytesMax(type) else {
            throw GraphError(code: 131053, title: "Media upload error", details: "File is too large for \(type)")
        }
        return .json(["id": .string(storeMedia(file.body, type))])
    }

    /// A media id that was never uploaded, or is gone.
    private func checkMedia(_ message: Payload) throws(GraphError) {
        guard let type = message["type"]?.text, let id = message[type]?["id"]?.text else { return }
        guard state.withLock({ $0.media[id] }) == nil else { return }
        throw .parameter("Media with ID \(id) was not found")
    }

    /// The id of the stored media.
    func storeMedia(_ bytes: [UInt8], _ mimeType: String) -> String {
        let digest = hex(SHA256.hash(data: bytes))
        return state.withLock { state in
            let id = String(9_000_000_000 + state.nextSerial())
            state.store(GraphState.Media(bytes: bytes, mimeType: mimeType, sha256: digest), id: id)
            return id
        }
    }

    private func lookUp(_ id: String, _ ask: Ask) throws(GraphError) -> Answer {
        if let number = ask.parameter("phone_number_id") { try own(number) }
        guard let media = state.withLock({ $0.media[id] }) else { throw .unknownObject(id) }
        let until = settings.now() + MediaRules.linkLifeMilliseconds
        return .json([
            "messaging_product": "whatsapp", "url": "\(baseURL)/media-files/\(id)/\(until)",
            "mime_type": .string(media.mimeType), "sha256": .string(media.sha256), "file_size": .int(media.bytes.count),
            "id": .string(id),
        ])
    }

    private func download(_ id: String, until: String) throws(GraphError) -> Answer {
        guard let until = Int(until), settings.now() <= until, let media = state.withLock({ $0.media[id] }) else {
            return Answer(status: 404, contentType: "text/plain", body: [])
        }
        return Answer(status: 200, contentType: media.mimeType, body: media.bytes)
    }
}

/// Without parameters: `audio/ogg; codecs=opus` is `audio/ogg`.
private func bareType(_ type: String) -> String {
    type.split(separator: ";").first.map { $0.filter { !$0.isWhitespace }.lowercased() } ?? ""
}

enum MediaRules {
    static let linkLifeMilliseconds = 300_000

    /// What an upload may be, as Meta's refusal lists it.
    static let types: Set<String> = [
        "audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg", "audio/opus", "application/vnd.ms-powerpoint",
        "application/msword", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/pdf", "text/plain",
        "application/vnd.ms-excel", "image/jpeg", "image/png", "image/webp", "video/mp4", "video/3gpp",
    ]
    static let known = types.sorted().joined(separator: ", ")

    /// Upload limits per type (whatsapp.md §11).
    static func bytesMax(_ mimeType: String) -> Int {
        if mimeType.hasPrefix("image/webp") { return 500 << 10 }
        if mimeType.hasPrefix("image/") { return 5 << 20 }
        if mimeType.hasPrefix("audio/") || mimeType.hasPrefix("video/") { return 16 << 20 }
        return 100 << 20
    }
}
