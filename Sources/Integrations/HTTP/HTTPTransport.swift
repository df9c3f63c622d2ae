import AsyncHTTPClient
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

public import struct Foundation.Data

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
        _ method: Method, _ url: String, headers: [String: String] = [:], body: Data? = nil,
        timeoutMilliseconds: Int, answerBytesMax: Int = 1 << 20
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeoutMilliseconds = timeoutMilliseconds
        self.answerBytesMax = answerBytesMax
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
            try await perform(call, with: client)
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
    configuration.httpVersion = .http1Only
    return configuration
}

private func perform(_ call: HTTPCall, with client: HTTPClient) async throws(HTTPFailure) -> HTTPAnswer {
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
    _ deadline: NIODeadline, _ work: @escaping @Sendable () async throws -> T
) async throws -> T {
    try await withThrowingTaskGroup(of: T.self) { group in
        group.addTask(operation: work)
        group.addTask {
            try await Task.sleep(for: .nanoseconds(max(0, (deadline - .now()).nanoseconds)))
            throw HTTPClientError.deadlineExceeded
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw CancellationError() }
        return first
    }
}

private func failure(of error: any Error) -> HTTPFailure {
    switch error {
    case is NIOTooManyBytesError:
        return .answerTooLong
    case let error as HTTPClientError
    where [.connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout, .alreadyShutdown, .invalidURL,
        .unsupportedScheme("")].contains(error):
        return .notSent(error.shortDescription)
    case let error as HTTPClientError:
        return .noAnswer(error.shortDescription)
    case is NIOConnectionError:
        return .notSent("connection refused or host not found")
    case is ChannelError, is IOError:
        return .noAnswer("connection broke")
    default:
        return .noAnswer(String(describing: type(of: error)))
    }
}
