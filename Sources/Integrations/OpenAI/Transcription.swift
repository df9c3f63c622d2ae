public import struct Foundation.Data

/// A voice note to be written down.
public struct TranscriptionRequest: Sendable, Equatable {
    /// At most 25 MB.
    public var audio: Data
    /// The server judges the format by its extension; ``uploadName`` mends it.
    public var filename: String
    /// As WhatsApp gives it, e.g. `audio/ogg; codecs=opus`.
    public var mimeType: String
    public var model: String
    /// A language tag; only its first part goes out (`pt` of `pt-BR`).
    public var language: String?
    public var timeoutMilliseconds: Int

    public init(
        audio: Data,
        filename: String,
        mimeType: String,
        model: String,
        language: String? = nil,
        timeoutMilliseconds: Int = 30_000
    ) {
        self.audio = audio
        self.filename = filename
        self.mimeType = mimeType
        self.model = model
        self.language = language
        self.timeoutMilliseconds = timeoutMilliseconds
    }

    /// https://developers.openai.com/api/docs/guides/speech-to-text: 25 MB.
    public static let audioBytesMax = 25_000_000

    private static let extensions: [String: String] = [
        "audio/ogg": "ogg", "audio/opus": "ogg", "application/ogg": "ogg", "audio/mpeg": "mp3", "audio/mp3": "mp3",
        "audio/mp4": "m4a", "audio/m4a": "m4a", "audio/x-m4a": "m4a", "audio/wav": "wav", "audio/x-wav": "wav",
        "audio/webm": "webm", "audio/flac": "flac", "video/mp4": "mp4",
    ]

    /// The type without its parameters, in lower case.
    var bareType: String {
        let bare = mimeType.prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased()
        return bare == "audio/opus" ? "audio/ogg" : bare
    }

    /// The name sent along: `.oga` and `.opus` are refused, so the extension follows the type. Nil where the service
    /// takes no such audio (WhatsApp's AAC and AMR).
    var uploadName: String? {
        guard let ending = Self.extensions[bareType] else { return nil }
        let stem = filename.prefix { $0 != "." }.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        return "\(stem.isEmpty ? "voice" : stem.prefix(64)).\(ending)"
    }

    func form() throws(OutsideError) -> MultipartForm {
        guard let name = uploadName else {
            throw Self.unusable("unsupported_audio", "the service takes no \(bareType)")
        }
        guard !audio.isEmpty else { throw Self.unusable("empty_audio", "the audio is empty") }
        guard audio.count <= Self.audioBytesMax else {
            throw Self.unusable("audio_too_large", "the audio has \(audio.count) bytes, 25 MB are allowed")
        }
        var form = MultipartForm(unlike: audio)
        form.add(file: audio, field: "file", name: name, type: bareType)
        form.add(field: "model", model)
        if let language = language?.prefix(while: { $0 != "-" && $0 != "_" }).lowercased(), !language.isEmpty {
            form.add(field: model.hasPrefix("gpt-transcribe") ? "languages[]" : "language", language)
        }
        form.add(field: "response_format", "json")
        form.finish()
        return form
    }

    private static func unusable(_ code: String, _ message: String) -> OutsideError {
        OutsideError(service: .openai, code: code, message: message, remedy: .giveUp)
    }
}

/// What was said.
public struct Transcript: Sendable, Equatable {
    /// Empty where nothing was heard.
    public var text: String
    /// Length of the audio, where the service charges by it.
    public var seconds: Double?

    public init(text: String, seconds: Double? = nil) {
        self.text = text
        self.seconds = seconds
    }

    static func read(_ answer: HTTPAnswer) throws(OutsideError) -> Transcript {
        guard let json = try? JSONValue(parsing: answer.body), let text = json["text"]?.string else {
            throw ChatTrouble.malformedAnswer.error(
                "the transcript is not what it should be",
                requestID: answer.headers["x-request-id"]
            )
        }
        return Transcript(text: text, seconds: json["usage"]?["seconds"]?.double ?? json["duration"]?.double)
    }
}

extension OpenAIClient {
    /// Writes a voice note down. Empty, oversized or unsupported audio fails without a call.
    public func transcribe(
        audio: Data,
        filename: String,
        mimeType: String,
        model: String,
        language: String? = nil,
        timeoutMilliseconds: Int = 30_000
    ) async throws(OutsideError) -> Transcript {
        try await transcribe(
            TranscriptionRequest(
                audio: audio,
                filename: filename,
                mimeType: mimeType,
                model: model,
                language: language,
                timeoutMilliseconds: timeoutMilliseconds
            )
        )
    }
}
