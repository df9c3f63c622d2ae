import Crypto

public import struct Foundation.Data
public import class Foundation.JSONEncoder

/// Where the Graph API is and who we are there.
public struct WhatsAppSettings: Sendable, Equatable {
    /// A secret.
    public var accessToken: String
    /// Without version and without a slash at the end.
    public var apiBase: String
    /// `vNN.N`
    public var apiVersion: String

    public init(accessToken: String, apiBase: String = "https://graph.facebook.com", apiVersion: String = "v25.0") {
        self.accessToken = accessToken
        self.apiBase = apiBase.hasSuffix("/") ? String(apiBase.dropLast()) : apiBase
        self.apiVersion = apiVersion
    }
}

/// The requests to the Graph API as values. Nothing is sent here.
public enum WhatsAppRequest {
    /// Sends are quick; a longer wait only makes the outcome uncertain later.
    public static let timeoutMilliseconds = 20_000
    /// For files.
    public static let mediaTimeoutMilliseconds = 60_000

    /// `POST /{phone_number_id}/messages`
    public static func send(
        _ message: WhatsAppOutgoing,
        phoneNumberID: String,
        settings: WhatsAppSettings
    ) throws -> HTTPCall {
        post("\(try id(phoneNumberID))/messages", json: try encode(message), settings)
    }

    /// The same URL marks a message and all before it as read; `typing` shows the indicator for up to 25 s.
    public static func markRead(
        messageID: String,
        typing: Bool,
        phoneNumberID: String,
        settings: WhatsAppSettings
    ) throws -> HTTPCall {
        let mark = ReadMark(messageID: messageID, typing: typing ? ReadMark.Typing() : nil)
        return post("\(try id(phoneNumberID))/messages", json: try encode(mark), settings)
    }

    /// `GET /{media_id}`
    public static func mediaInfo(id mediaID: String, settings: WhatsAppSettings) throws -> HTTPCall {
        get(try id(mediaID), settings)
    }

    /// `GET /{phone_number_id}`: proves the token and the id.
    public static func checkPhoneNumber(phoneNumberID: String, settings: WhatsAppSettings) throws -> HTTPCall {
        let fields = "display_phone_number,verified_name,quality_rating"
        return get("\(try id(phoneNumberID))?fields=\(fields)", settings)
    }

    /// The bytes behind a URL of ``mediaInfo(id:settings:)``, which lives 5 minutes.
    public static func download(url: String, bytesMax: Int, settings: WhatsAppSettings) throws -> HTTPCall {
        guard WhatsAppMediaHost.allows(url, apiBase: settings.apiBase) else {
            throw OddItem("the media URL is not on a host of Meta")
        }
        return HTTPCall(
            .get,
            url,
            headers: headers(settings),
            timeoutMilliseconds: mediaTimeoutMilliseconds,
            answerBytesMax: bytesMax
        )
    }

    /// How long an upload of so many bytes may take: a slow line brings 333 kB a second.
    public static func uploadMilliseconds(bytes: Int) -> Int { mediaTimeoutMilliseconds + bytes / 333 }

    /// `POST /{phone_number_id}/media`
    public static func upload(
        _ file: Data,
        mimeType: String,
        filename: String,
        phoneNumberID: String,
        settings: WhatsAppSettings
    ) throws -> HTTPCall {
        // Derived from the file, the boundary is the same each time and can't stand in it.
        let boundary = "crset-" + hex(SHA256.hash(data: file).prefix(16))
        let name = String(String.UnicodeScalarView(filename.unicodeScalars.filter { $0.value >= 32 && $0 != "\"" }))
        let type = bareMimeType(mimeType)
        var body = Data()
        func add(_ text: String) { body.append(contentsOf: text.utf8) }
        for (field, value) in [("messaging_product", "whatsapp"), ("type", type)] {
            add("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field)\"\r\n\r\n\(value)\r\n")
        }
        add("--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n")
        add("Content-Type: \(type)\r\n\r\n")
        body.append(file)
        add("\r\n--\(boundary)--\r\n")
        var headers = headers(settings)
        headers["Content-Type"] = "multipart/form-data; boundary=\(boundary)"
        return HTTPCall(
            .post,
            "\(root(settings))/\(try id(phoneNumberID))/media",
            headers: headers,
            body: body,
            timeoutMilliseconds: uploadMilliseconds(bytes: file.count)
        )
    }

    private struct ReadMark: Encodable {
        var product = "whatsapp"
        var status = "read"
        var messageID: String
        var typing: Typing?

        struct Typing: Encodable {
            var type = "text"
        }

        enum CodingKeys: String, CodingKey {
            case product = "messaging_product"
            case messageID = "message_id"
            case typing = "typing_indicator"
            case status
        }
    }

    private static func get(_ path: String, _ settings: WhatsAppSettings) -> HTTPCall {
        HTTPCall(
            .get,
            "\(root(settings))/\(path)",
            headers: headers(settings),
            timeoutMilliseconds: timeoutMilliseconds
        )
    }

    private static func post(_ path: String, json: Data, _ settings: WhatsAppSettings) -> HTTPCall {
        var headers = headers(settings)
        headers["Content-Type"] = "application/json"
        return HTTPCall(
            .post,
            "\(root(settings))/\(path)",
            headers: headers,
            body: json,
            timeoutMilliseconds: timeoutMilliseconds
        )
    }

    private static func root(_ settings: WhatsAppSettings) -> String { "\(settings.apiBase)/\(settings.apiVersion)" }

    private static func headers(_ settings: WhatsAppSettings) -> [String: String] {
        ["Authorization": "Bearer \(settings.accessToken)", "User-Agent": "crset"]
    }

    /// Sorted, so that the same message has the same bytes.
    private static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    /// An id that goes into a path: nothing that would make it another path.
    private static func id(_ text: String) throws -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte & 0xdf) && byte < 0x80
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
        guard !text.isEmpty, text.utf8.count <= 128, isPlain else { throw OddItem("not an id of Meta") }
        return text
    }
}
