import NIOCore
import NIOPosix

/// The Graph API and OpenAI with fixed answers, at almost no cost: the sandbox checks and books what it gets, and
/// would take as much of the machine as the service that is measured. Touched on its event loop only.
final class Outside {
    static let reply = "Sim, fazemos! Um site com ementa e reservas fica pronto em poucas semanas. Como se chama?"

    /// A bubble reached the customer.
    var onSend: (_ customer: Int, _ at: NIODeadline) -> Void = { _, _ in }
    /// Chat completions are never answered.
    var isModelSilent = false
    /// Where the statuses of a message go, signed; nil: none are sent.
    var statuses: Connections?
    private(set) var sends = 0
    private(set) var modelCalls = 0
    private(set) var readMarks = 0
    /// Bubbles with other words than the model's.
    private(set) var otherWords = 0
    private(set) var statusesRefused = 0
    private(set) var unknown = 0

    static func start(on loop: any EventLoop) async throws -> (NIOLoopBound<Outside>, port: Int, any Channel) {
        let bound = try await loop.submit { NIOLoopBound(Outside(), eventLoop: loop) }.get()
        let channel = try await ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 512)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ServerHandler(bound.value))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return (bound, channel.localAddress?.port ?? 0, channel)
    }

    /// Nil: none.
    func answer(_ request: Framing.Message) -> ByteBuffer? {
        if request.head.contains("/chat/completions ") {
            modelCalls += 1
            return isModelSilent ? nil : Self.chat
        }
        if request.head.contains("/v1/events?") { return Self.noEvents }
        guard request.head.contains("/messages ") else {
            unknown += 1
            return Self.unknownPath
        }
        if request.body.contains("\"status\":\"read\"") {
            readMarks += 1
            return Self.success
        }
        return take(request.body)
    }

    private func take(_ body: ByteBuffer) -> ByteBuffer {
        sends += 1
        if !body.contains("fica pronto em poucas semanas") { otherWords += 1 }
        let to = body.quoted(after: "\"to\":\"") ?? body.quoted(after: "\"recipient\":\"") ?? ""
        let wamid = "wamid.OURS\(10_000_000 + sends)"
        if let customer = Bodies.customer(of: to) { onSend(customer, .now()) }
        if let statuses {
            let callback = body.quoted(after: "\"biz_opaque_callback_data\":\"")
            for status in ["sent", "delivered"] {
                statuses.post(Bodies.status(status, of: wamid, to: to, callback: callback)) { [self] answer in
                    if answer != 200 { statusesRefused += 1 }
                }
            }
        }
        return Self.json(
            """
            {"messaging_product":"whatsapp","contacts":[{"input":"\(to)","wa_id":"\(to)"}],\
            "messages":[{"id":"\(wamid)"}]}
            """
        )
    }

    // MARK: Answers

    private static let success = json(#"{"success":true}"#)
    private static let noEvents = json(#"{"object":"list","data":[],"has_more":false}"#)
    private static let unknownPath = json(#"{"error":{"message":"unknown path","code":2500}}"#, status: "404 Not Found")
    private static let chat: ByteBuffer = {
        let content =
            #"{\"reply\":\""# + reply + #"\",\"language\":\"pt-PT\",\"intent\":\"question\",\"product\":null,"#
            + #"\"fields\":{\"name\":null,\"business\":\"café\",\"need\":null,\"team_size\":null,\"budget\":null,"#
            + #"\"email\":null}}"#
        return json(
            """
            {"id":"chatcmpl-bench","object":"chat.completion","created":1790000000,"model":"gpt-4.1-2025-04-14",\
            "choices":[{"index":0,"message":{"role":"assistant","content":"\(content)","refusal":null,\
            "annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":2100,\
            "completion_tokens":60,"total_tokens":2160,"prompt_tokens_details":{"cached_tokens":1920},\
            "completion_tokens_details":{"reasoning_tokens":0}},"service_tier":"default"}
            """
        )
    }()

    private static func json(_ body: String, status: String = "200 OK") -> ByteBuffer {
        ByteBuffer(
            string: """
                HTTP/1.1 \(status)\r\nContent-Type: application/json\r\n\
                Content-Length: \(body.utf8.count)\r\n\r\n\(body)
                """
        )
    }

    private final class ServerHandler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let outside: Outside
        private var framing = Framing()

        init(_ outside: Outside) { self.outside = outside }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            framing.feed(&bytes)
            while let request = framing.next() {
                guard let answer = outside.answer(request) else { continue }
                context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
