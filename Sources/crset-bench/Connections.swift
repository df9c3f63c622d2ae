import NIOCore
import NIOPosix

/// Keep-alive connections to the service, one request at a time on each. Touched on its event loop only.
final class Connections {
    struct Exchange {
        var request: ByteBuffer
        /// Gets the status, 0 when the connection was lost.
        var done: (Int) -> Void
    }

    private var idle: [ClientHandler] = []
    private var waiting = CircularBuffer<Exchange>()
    private(set) var lost = 0

    /// Sends as soon as a connection is free.
    func post(_ request: ByteBuffer, _ done: @escaping (Int) -> Void) {
        let exchange = Exchange(request: request, done: done)
        if let handler = idle.popLast() { handler.start(exchange) } else { waiting.append(exchange) }
    }

    /// Opens them all, on their event loop; the processes of a service get their shares.
    static func open(_ count: Int, ports: [Int], on loop: any EventLoop) async throws -> NIOLoopBound<Connections> {
        let bound = try await loop.submit { NIOLoopBound(Connections(), eventLoop: loop) }.get()
        for number in 0..<count {
            _ = try await ClientBootstrap(group: loop)
                .connectTimeout(.seconds(5))
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(ClientHandler(bound.value))
                    }
                }
                .connect(host: "127.0.0.1", port: ports[number % ports.count]).get()
        }
        return bound
    }

    fileprivate func free(_ handler: ClientHandler) {
        if let next = waiting.popFirst() { handler.start(next) } else { idle.append(handler) }
    }

    fileprivate func drop(_ handler: ClientHandler) {
        lost += 1
        idle.removeAll { $0 === handler }
    }
}

private final class ClientHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let connections: Connections
    private var framing = Framing()
    private var exchange: Connections.Exchange?
    private var context: ChannelHandlerContext?

    init(_ connections: Connections) { self.connections = connections }

    func start(_ exchange: Connections.Exchange) {
        self.exchange = exchange
        context?.writeAndFlush(wrapOutboundOut(exchange.request), promise: nil)
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        connections.free(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        framing.feed(&bytes)
        while let message = framing.next() {
            let done = exchange?.done
            exchange = nil
            connections.free(self)
            done?(message.status)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        connections.drop(self)
        exchange?.done(0)
        exchange = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
