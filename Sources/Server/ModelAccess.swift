import AsyncHTTPClient
public import Integrations
public import Pipeline
public import Prompts

/// The model as the configuration names it, for commands that rehearse. To be closed.
public struct ModelAccess: Sendable {
    /// Nil: no key.
    public let client: OpenAIClient?
    public let models: [OpenAIModel]
    public let settings: PipelineSettings
    private let http: HTTPClient

    public init(_ settings: Settings) {
        self.settings = PipelineSettings(settings, owner: "rehearsal")
        http = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: outsideClientConfiguration(connectionsPerHost: 8)
        )
        let services = outside(settings, transport: .live(http), observed: ObservedServices(settings))
        client = services.openAI
        models = services.models
    }

    public func close() async { try? await http.shutdown() }
}
