public import AsyncHTTPClient
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOPosix

public import struct Foundation.Data

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A request to an outside service, as a value that tests can compare.
public struct HTTPCall: Sendable, Equatable {
    public enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
    }

    public var method: Method
    public var url: String
    public var headers: [String: String]
    public var body: Data?
    /// Bound over the whole exchange, from connecting to the last byte of the answer.
    public var timeoutMilliseconds: Int
    /// A longer answer is an error.
    public var answerBytesMax: Int

    public init(
        _ method: Method,
        _ url: String,
        headers: [String: String] = [:],
        body: Data? = nil,
        timeoutMilliseconds: Int,
        answerBytesMax: Int = 1 << 20
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeoutMilliseconds = timeoutMilliseconds
        self.answerBytesMax = answerBytesMax
    }
}

extension HTTPCall {
    /// The same with a shorter bound.
    func within(_ milliseconds: Int) -> HTTPCall {
        var call = self
        call.timeoutMilliseconds = max(1, min(timeoutMilliseconds, milliseconds))
        return call
    }
}

/// An answer of any status.
public struct HTTPAnswer: Sendable, Equatable {
    public var status: Int
    /// Names in lower case.
    public var headers: [String: String]
    public var body: Data

    public init(status: Int, headers: [String: String] = [:], body: Data = Data()) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Why no answer came. The difference decides whether a repeat could do something twice.
public enum HTTPFailure: Error, Sendable, Equatable {
    /// No connection: the request never left.
    case notSent(String)
    /// The request left, or may have left.
    case noAnswer(String)
    /// The answer is longer than `answerBytesMax`.
    case answerTooLong
}

/// The one way out to other machines. Tests and the simulator put their own closure here.
public struct HTTPTransport: Sendable {
    public var perform: @Sendable (HTTPCall) async throws(HTTPFailure) -> HTTPAnswer

    public init(perform: @escaping @Sendable (HTTPCall) async throws(HTTPFailure) -> HTTPAnswer) {
        self.perform = perform
    }

    /// Over a client whose owner shuts it down (see ``outsideClientConfiguration``).
    public static func live(_ client: HTTPClient) -> HTTPTransport {
        HTTPTransport { call async throws(HTTPFailure) in
            try await exchange(call, with: client)
        }
    }
}

/// Settings of the client for outside services: no redirects, every wait bounded, a pool as wide as our own concurrency.
public func outsideClientConfiguration(connectionsPerHost: Int) -> HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout.connect = .seconds(5)
    configuration.timeout.read = .seconds(60)
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connectionsPerHost
    configuration.connectionPool.idleTimeout = .seconds(50)
    // A refused connection is reported at once; the caller's own retry is durable, the pool's is not.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.httpVersion = .http1Only
    return configuration
}

private func exchange(_ call: HTTPCall, with client: HTTPClient) async throws(HTTPFailure) -> HTTPAnswer {
    var request = HTTPClientRequest(url: call.url)
    request.method = HTTPMethod(rawValue: call.method.rawValue)
    for (name, value) in call.headers { request.headers.add(name: name, value: value) }
    if let body = call.body { request.body = .bytes(ByteBuffer(data: body)) }
    let deadline = NIODeadline.now() + .milliseconds(Int64(call.timeoutMilliseconds))
    do {
        let response = try await client.execute(request, deadline: deadline)
        // The client's deadline ends at the head of the answer, so the body is bounded here.
        let body = try await within(deadline) { try await response.body.collect(upTo: call.answerBytesMax) }
        var headers: [String: String] = [:]
        for (name, value) in response.headers { headers[name.lowercased()] = value }
        return HTTPAnswer(status: Int(response.status.code), headers: headers, body: Data(buffer: body))
    } catch {
        throw failure(of: error)
    }
}

private func within<T: Sendable>(
    _ deadline: NIODeadline,
    _ work: @escaping @Sendable () async throws -> T
) async throws -> T {
    do {
        return try await Deadlines.shared.within(.nanoseconds(max(0, (deadline - .now()).nanoseconds)), work)
    } catch is Deadlines.Exceeded {
        throw HTTPClientError.deadlineExceeded
    }
}

/// Errors that the client raises before the first byte of a request is written. A deadline is not among them: it may
/// pass in the queue for a connection or after the request has left, and the client does not tell which.
private let neverLeft: [HTTPClientError] = [
    .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout, .socksHandshakeTimeout,
    .httpProxyHandshakeTimeout, .alreadyShutdown, .invalidURL, .emptyHost, .emptyScheme, .contentLengthMissing,
    .invalidProxyResponse, .proxyAuthenticationRequired, .traceRequestWithBody,
]

/// The same, for errors that carry a value: compared by their fixed descriptions.
private let neverLeftDescriptions: Set<String> = [
    "Unsupported scheme", "Invalid header field names", "Invalid header field values",
    "Server offered unsupported application protocol",
]

private func failure(of error: any Error) -> HTTPFailure {
    switch error {
    case is NIOTooManyBytesError:
        return .answerTooLong
    case let error as HTTPClientError:
        let description = error.shortDescription
        return neverLeft.contains(error) || neverLeftDescriptions.contains(description)
            ? .notSent(description) : .noAnswer(description)
    case is NIOConnectionError:
        return .notSent("connection refused or host not found")
    case let error as IOError where error.errnoCode == ECONNREFUSED:
        // For an address instead of a name, the same comes as a bare errno.
        return .notSent("connection refused")
    case is CancellationError:
        return .noAnswer("cancelled")
    case is ChannelError, is IOError:
        return .noAnswer("connection broke")
    default:
        // A failed TLS handshake comes as an error of a module that we do not import.
        let isHandshake = String(describing: error).hasPrefix("handshakeFailed")
        return isHandshake ? .notSent("TLS handshake failed") : .noAnswer(String(describing: type(of: error)))
    }
}
