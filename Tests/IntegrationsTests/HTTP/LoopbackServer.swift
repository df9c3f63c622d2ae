import NIOCore
import NIOHTTP1
import NIOPosix

/// A real server on a free loopback port. The path of a request chooses what happens to it.
struct LoopbackServer {
    let channel: any Channel

    var base: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    static func start() async throws -> LoopbackServer {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Behaviour())
                }
            }
        return LoopbackServer(channel: try await bootstrap.bind(host: "127.0.0.1", port: 0).get())
    }

    func stop() async throws {
        try await channel.close()
    }
}

private final class Behaviour: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private var head: HTTPRequestHead?
    private var body = ByteBuffer()

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body.clear()
        case .body(var part):
            body.writeBuffer(&part)
        case .end:
            answer(context)
        }
    }

    private func answer(_ context: ChannelHandlerContext) {
        switch head?.uri {
        case "/close":
            context.close(promise: nil)
        case "/silence":
            break
        case "/stall":
            // A head that promises more than ever comes.
            send(context, headers: ["Content-Length": "100"], body: ByteBuffer(string: "begun"), isWhole: false)
        case "/cut":
            send(context, headers: ["Content-Length": "100"], body: ByteBuffer(string: "begun"), isWhole: false)
            context.close(promise: nil)
        case "/long":
            send(context, headers: ["Transfer-Encoding": "chunked"], body: ByteBuffer(repeating: 0x61, count: 5000))
        case "/redirect":
            send(context, status: .found, headers: ["Location": "/echo", "Content-Length": "0"], body: ByteBuffer())
        default:
            let headers = ["Content-Length": "\(body.readableBytes)", "X-Method": head?.method.rawValue ?? ""]
            send(context, headers: headers, body: body)
        }
    }

    private func send(
        _ context: ChannelHandlerContext,
        status: HTTPResponseStatus = .ok,
        headers: [String: String],
        body: ByteBuffer,
        isWhole: Bool = true
    ) {
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: HTTPHeaders(Array(headers)))
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        if isWhole { context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil) }
    }
}

extension HTTPHeaders {
    fileprivate init(_ pairs: [(key: String, value: String)]) {
        self.init(pairs.map { ($0.key, $0.value) })
    }
}
