import AsyncHTTPClient
import Conversation
import Desk
import Foundation
import Integrations
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOPosix
import Prompts
import Sandbox
import Server
import Storage

/// A running service with a store beside it and a token of each role.
struct Staffed: Sendable {
    let live: Live
    let store: any Store
    let tokens: Tokens

    static let secret = "a-secret-of-at-least-thirty-two-bytes"

    static func with(
        overrides: [String: String] = [:],
        environment: [String: String] = ["CRSET_JWT_SECRET": secret],
        prepare: (inout SandboxSettings) -> Void = { _ in },
        _ body: (Staffed) async throws -> Void
    ) async throws {
        try await Live.with(
            guided: true,
            overrides: overrides,
            environment: environment,
            prepare: prepare
        ) { (live) async throws in
            let store = try await openStore(live.settings, migrate: false)
            do {
                guard let tokens = try await Tokens.open(live.settings, store: store) else { throw Missed("a key") }
                try await body(Staffed(live: live, store: store, tokens: tokens))
            } catch {
                try? await store.close()
                throw error
            }
            try await store.close()
        }
    }

    let now: @Sendable () -> Timestamp = {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    }

    func token(_ role: StaffRole, name: String? = nil, seconds: Int? = nil) async throws -> String {
        let request = TokenIssueRequest(name: name ?? role.rawValue, role: role, valid_seconds: seconds)
        return try await tokens.issue(request, by: "test").token
    }

    /// Any method, any header.
    func ask(
        _ method: String,
        _ path: String,
        token: String? = nil,
        body: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> HTTPAnswer {
        var request = HTTPClientRequest(url: live.base + path)
        request.method = .init(rawValue: method)
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body {
            request.body = .bytes(ByteBuffer(string: body))
            if headers["Content-Type"] == nil { request.headers.add(name: "Content-Type", value: "application/json") }
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        var fields: [String: String] = [:]
        for (name, value) in response.headers { fields[name.lowercased()] = value }
        let data = Data(buffer: try await response.body.collect(upTo: 64 << 20))
        return HTTPAnswer(status: Int(response.status.code), headers: fields, body: data)
    }

    /// What comes back for a request of exactly these lines.
    func raw(_ lines: String...) async throws -> String {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: live.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: lines.joined(separator: "\r\n") + "\r\n\r\n"))
            var answer = ""
            for try await chunk in inbound { answer += String(buffer: chunk) }
            return answer
        }
    }

    /// A customer who has written and was answered.
    func lead(_ waID: String = "351911111111", name: String = "Ana") async throws -> (Chat, String) {
        let chat = Chat(live, Customer(waID: waID, name: name))
        try await chat.ask("Olá")
        return (chat, try await chat.lead().state.id.rawValue)
    }

    /// The same body as a program of ours gets it.
    func remote(_ token: String, _ body: (RemoteDesk) async throws -> Void) async throws {
        var settings = live.settings
        settings.crset.server = live.base
        settings.crset.token = Secret(token)
        try await RemoteDesk.with(settings) { (desk) async throws in try await body(desk) }
    }
}

extension HTTPAnswer {
    var text: String { String(decoding: body, as: UTF8.self) }

    func json() throws -> [String: Any] {
        guard let object = try JSONSerialization.jsonObject(with: body) as? [String: Any] else {
            throw Missed("a JSON object; there is \(text.prefix(200))")
        }
        return object
    }

    /// Of a problem.
    var code: String? { (try? json())?["code"] as? String }
}
