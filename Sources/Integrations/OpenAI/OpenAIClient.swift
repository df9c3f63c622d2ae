import struct Foundation.Data

/// Where and as whom to call.
public struct OpenAISettings: Sendable, Equatable, CustomStringConvertible {
    /// Secret. Empty for servers that ask for none.
    public var apiKey: String
    /// With version, e.g. `https://api.openai.com/v1`.
    public var baseURL: String
    public var organization: String?
    public var project: String?

    public init(
        apiKey: String,
        baseURL: String = "https://api.openai.com/v1",
        organization: String? = nil,
        project: String? = nil
    ) {
        self.apiKey = apiKey
        self.baseURL = baseURL
        self.organization = organization
        self.project = project
    }

    /// Without the key.
    public var description: String { "OpenAISettings(\(baseURL))" }
}

/// One entry of the list of models.
public struct ModelInfo: Sendable, Equatable {
    public var id: String
    /// `YYYY-MM-DD`, once announced.
    public var shutdownDate: String?

    public init(id: String, shutdownDate: String? = nil) {
        self.id = id
        self.shutdownDate = shutdownDate
    }
}

/// The three things asked of OpenAI, or of a server that speaks like it. Nothing here retries: the error says whether
/// to.
public struct OpenAIClient: Sendable {
    /// The request and the bound of the whole exchange in milliseconds.
    public var complete: @Sendable (ChatRequest, _ timeoutMilliseconds: Int) async throws(OutsideError) -> ChatAnswer
    public var transcribe: @Sendable (TranscriptionRequest) async throws(OutsideError) -> Transcript
    public var models: @Sendable () async throws(OutsideError) -> [ModelInfo]

    public init(
        complete: @escaping @Sendable (ChatRequest, Int) async throws(OutsideError) -> ChatAnswer,
        transcribe: @escaping @Sendable (TranscriptionRequest) async throws(OutsideError) -> Transcript,
        models: @escaping @Sendable () async throws(OutsideError) -> [ModelInfo]
    ) {
        self.complete = complete
        self.transcribe = transcribe
        self.models = models
    }

    /// Asks the model. Throws also where the answer came and can't be used (``ChatTrouble``).
    public func complete(
        _ request: ChatRequest,
        timeoutMilliseconds: Int
    ) async throws(OutsideError) -> ChatAnswer {
        try await complete(request, timeoutMilliseconds)
    }

    /// No key, no calls: everything fails with `not_configured`. Also the start of a test's own client.
    public static let notConfigured: OpenAIClient = {
        let error = OutsideError(
            service: .openai,
            code: "not_configured",
            message: "OPENAI_API_KEY is not set",
            remedy: .giveUp
        )
        return OpenAIClient(
            complete: { (_, _) async throws(OutsideError) in throw error },
            transcribe: { (_) async throws(OutsideError) in throw error },
            models: { () async throws(OutsideError) in throw error }
        )
    }()

    public static func live(transport: HTTPTransport, settings: OpenAISettings) -> OpenAIClient {
        let wire = OpenAIWire(transport: transport, settings: settings)
        return OpenAIClient(
            complete: { (request, timeoutMilliseconds) async throws(OutsideError) in
                let answer = try await wire.send(wire.call(request, timeoutMilliseconds: timeoutMilliseconds))
                return try ChatAnswer.read(answer, asked: request.model)
            },
            transcribe: { (request) async throws(OutsideError) in
                try Transcript.read(await wire.send(wire.call(request)))
            },
            models: { () async throws(OutsideError) in
                try wire.models(in: await wire.send(wire.modelsCall))
            }
        )
    }
}

/// Calls as values, and the one way they take.
struct OpenAIWire: Sendable {
    var transport: HTTPTransport
    var settings: OpenAISettings

    func call(_ request: ChatRequest, timeoutMilliseconds: Int) -> HTTPCall {
        call(
            .post,
            "/chat/completions",
            type: "application/json",
            body: request.body.encoded(),
            timeoutMilliseconds: timeoutMilliseconds
        )
    }

    func call(_ request: TranscriptionRequest) throws(OutsideError) -> HTTPCall {
        let form = try request.form()
        return call(
            .post,
            "/audio/transcriptions",
            type: form.contentType,
            body: form.body,
            timeoutMilliseconds: request.timeoutMilliseconds
        )
    }

    var modelsCall: HTTPCall { call(.get, "/models", timeoutMilliseconds: 15_000) }

    private func call(
        _ method: HTTPCall.Method,
        _ path: String,
        type: String? = nil,
        body: Data? = nil,
        timeoutMilliseconds: Int
    ) -> HTTPCall {
        var headers: [String: String] = [:]
        if !settings.apiKey.isEmpty { headers["Authorization"] = "Bearer \(settings.apiKey)" }
        if let type { headers["Content-Type"] = type }
        if let organization = settings.organization { headers["OpenAI-Organization"] = organization }
        if let project = settings.project { headers["OpenAI-Project"] = project }
        let base = settings.baseURL.hasSuffix("/") ? String(settings.baseURL.dropLast()) : settings.baseURL
        return HTTPCall(
            method,
            base + path,
            headers: headers,
            body: body,
            timeoutMilliseconds: timeoutMilliseconds,
            answerBytesMax: 4 << 20
        )
    }

    /// Any status outside 2xx is an error.
    func send(_ call: HTTPCall) async throws(OutsideError) -> HTTPAnswer {
        let answer: HTTPAnswer
        do {
            answer = try await transport.perform(call)
        } catch {
            throw OpenAIErrors.error(error)
        }
        guard (200..<300).contains(answer.status) else { throw OpenAIErrors.error(answer) }
        return answer
    }

    func models(in answer: HTTPAnswer) throws(OutsideError) -> [ModelInfo] {
        guard let list = (try? JSONValue(parsing: answer.body))?["data"]?.array else {
            throw ChatTrouble.malformedAnswer.error(
                "the list of models is not what it should be",
                requestID: answer.headers["x-request-id"]
            )
        }
        return list.compactMap { item in
            item["id"]?.string.map { ModelInfo(id: $0, shutdownDate: item["shutdown_date"]?.string) }
        }
    }
}
