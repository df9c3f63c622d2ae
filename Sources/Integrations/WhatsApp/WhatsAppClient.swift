public import struct Foundation.Data
public import class Foundation.JSONDecoder
public import struct Foundation.URL

/// What we ask of WhatsApp. Tests replace single closures.
public struct WhatsAppClient: Sendable {
    /// Sends one message from this business number. Not idempotent: see ``OutsideError/Remedy/outcomeUnknown``.
    public var send: @Sendable (WhatsAppOutgoing, _ phoneNumberID: String) async throws(OutsideError) -> WhatsAppReceipt
    /// Marks a message and all before it as read, and shows "typing" for up to 25 s if asked.
    public var markRead:
        @Sendable (_ messageID: String, _ typing: Bool, _ phoneNumberID: String) async throws(OutsideError) -> Void
    /// Where the file of an inbound message is.
    public var mediaInfo:
        @Sendable (_ id: String, _ timeoutMilliseconds: Int) async throws(OutsideError) -> WhatsAppMediaInfo
    /// The bytes of a file, at most ``downloadBytesMax``. A 404 means that the URL is older than 5 minutes.
    public var download: @Sendable (_ url: String, _ timeoutMilliseconds: Int) async throws(OutsideError) -> Data
    /// Uploads a file and returns its media id, which lives 30 days.
    public var upload:
        @Sendable (_ file: Data, _ mimeType: String, _ filename: String, _ phoneNumberID: String)
            async throws(OutsideError) -> String
    /// Whether token and number are good.
    public var checkPhoneNumber: @Sendable (_ phoneNumberID: String) async throws(OutsideError) -> WhatsAppPhoneNumber

    /// 16 MiB: what WhatsApp allows for sound, which is what we download.
    public static let downloadBytesMax = 16 << 20
    /// Redirects of a download; each goal is checked like the first.
    static let redirectsMax = 3

    public init(
        send: @escaping @Sendable (WhatsAppOutgoing, String) async throws(OutsideError) -> WhatsAppReceipt,
        markRead: @escaping @Sendable (String, Bool, String) async throws(OutsideError) -> Void,
        mediaInfo: @escaping @Sendable (String, Int) async throws(OutsideError) -> WhatsAppMediaInfo,
        download: @escaping @Sendable (String, Int) async throws(OutsideError) -> Data,
        upload: @escaping @Sendable (Data, String, String, String) async throws(OutsideError) -> String,
        checkPhoneNumber: @escaping @Sendable (String) async throws(OutsideError) -> WhatsAppPhoneNumber
    ) {
        self.send = send
        self.markRead = markRead
        self.mediaInfo = mediaInfo
        self.download = download
        self.upload = upload
        self.checkPhoneNumber = checkPhoneNumber
    }

    /// The Graph API over HTTP.
    public static func live(transport: HTTPTransport, settings: WhatsAppSettings) -> WhatsAppClient {
        let graph = Graph(transport: transport, settings: settings)
        return WhatsAppClient(
            send: { message, number async throws(OutsideError) in
                try await graph.ask(isRepeatable: false) {
                    try WhatsAppRequest.send(message, phoneNumberID: number, settings: settings)
                }
            },
            markRead: { messageID, typing, number async throws(OutsideError) in
                let _: WireSuccess = try await graph.ask(isRepeatable: true) {
                    try WhatsAppRequest.markRead(
                        messageID: messageID,
                        typing: typing,
                        phoneNumberID: number,
                        settings: settings
                    )
                }
            },
            mediaInfo: { id, timeout async throws(OutsideError) in
                try await graph.ask(isRepeatable: true) {
                    try WhatsAppRequest.mediaInfo(id: id, settings: settings).within(timeout)
                }
            },
            download: { url, timeout async throws(OutsideError) in try await graph.download(url, timeout) },
            upload: { file, type, name, number async throws(OutsideError) in
                // A file uploaded twice lies there twice and is never seen.
                let upload: WireUpload = try await graph.ask(isRepeatable: true) {
                    try WhatsAppRequest.upload(
                        file,
                        mimeType: type,
                        filename: name,
                        phoneNumberID: number,
                        settings: settings
                    )
                }
                return upload.id
            },
            checkPhoneNumber: { number async throws(OutsideError) in
                try await graph.ask(isRepeatable: true) {
                    try WhatsAppRequest.checkPhoneNumber(phoneNumberID: number, settings: settings)
                }
            }
        )
    }
}

private struct Graph: Sendable {
    let transport: HTTPTransport
    let settings: WhatsAppSettings

    /// One call and its answer as a value.
    func ask<Answer: Decodable>(
        isRepeatable: Bool,
        _ request: () throws -> HTTPCall
    ) async throws(OutsideError) -> Answer {
        let answer = try await perform(request, isRepeatable: isRepeatable)
        guard (200...299).contains(answer.status) else {
            throw WhatsAppFailure.error(answer, isRepeatable: isRepeatable)
        }
        do {
            return try JSONDecoder().decode(Answer.self, from: answer.body)
        } catch {
            throw WhatsAppFailure.unreadable(answer, isRepeatable: isRepeatable)
        }
    }

    func download(_ url: String, _ timeoutMilliseconds: Int) async throws(OutsideError) -> Data {
        var url = url
        let start = ContinuousClock.now
        for _ in 0...WhatsAppClient.redirectsMax {
            let passed = Int((ContinuousClock.now - start) / .milliseconds(1))
            let answer = try await perform(
                {
                    try WhatsAppRequest.download(
                        url: url,
                        bytesMax: WhatsAppClient.downloadBytesMax,
                        settings: settings
                    ).within(timeoutMilliseconds - passed)
                },
                isRepeatable: true
            )
            switch answer.status {
            case 200...299: return answer.body
            case 301, 302, 303, 307, 308:
                guard let goal = answer.headers["location"].flatMap({ URL(string: $0, relativeTo: URL(string: url)) })
                else { throw WhatsAppFailure.error(answer, isRepeatable: true) }
                url = goal.absoluteString
            default: throw WhatsAppFailure.error(answer, isRepeatable: true)
            }
        }
        throw WhatsAppFailure.unsendable(OddItem("too many redirects"))
    }

    private func perform(
        _ request: () throws -> HTTPCall,
        isRepeatable: Bool
    ) async throws(OutsideError) -> HTTPAnswer {
        let call: HTTPCall
        do {
            call = try request()
        } catch {
            throw WhatsAppFailure.unsendable(error)
        }
        do {
            return try await transport.perform(call)
        } catch {
            throw WhatsAppFailure.error(error, isRepeatable: isRepeatable)
        }
    }
}
