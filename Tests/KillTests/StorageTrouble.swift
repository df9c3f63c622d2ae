import AsyncHTTPClient
import Foundation
import GRDB
import Integrations
import Storage
import TestSupport
import Testing

@testable import Sandbox

/// What becomes of customers while the database can't be written, and after.
@Suite("Storage trouble")
struct StorageTrouble {
    /// A status of a send that fell into the trouble comes well within this.
    private static let settings = ["OUTBOX_RECONCILIATION_WINDOW_MS": "10000"]

    @Test("Postgres gone and back: 503 until a commit works again, then everybody is answered once")
    func postgres() async throws {
        let server = try await PostgresServer.make()
        try await Fleet.with(2, on: .postgres(server), environment: Self.settings) { (fleet) async throws in
            try await Rush(fleet).pass {
                for _ in 0..<3 {
                    try await server.kill()
                    try await fleet.expectRefusal()
                    try await server.start()
                }
            }
            for process in try fleet.logs() {
                let messages = try process.map { try JSONDecoder().decode([String: String].self, from: Data($0.utf8)) }
                    .compactMap { $0["message"] }
                for message in ["Postgres can't be reached", "index and statistics fall behind"] {
                    #expect((1...3).contains(messages.count { $0 == message }), "\(message)")
                }
            }
        }
    }

    @Test("SQLite locked by another process: 503 until a commit works again, then everybody is answered once")
    func locked() async throws {
        try await Fleet.with(environment: Self.settings) { (fleet) async throws in
            try await Rush(fleet).pass {
                var patient = Configuration()
                patient.busyMode = .timeout(10)
                patient.allowsUnsafeTransactions = true
                let path = fleet.folder.appending(path: "crset.sqlite").path
                let lock = try DatabaseQueue(path: path, configuration: patient)
                try await lock.writeWithoutTransaction { db in try db.execute(sql: "BEGIN IMMEDIATE") }
                try await fleet.expectRefusal()
                try await lock.writeWithoutTransaction { db in try db.execute(sql: "ROLLBACK") }
                try lock.close()
            }
        }
    }

    @Test(
        "Disk full: 503 until there is room again, then everybody is answered once",
        .enabled(if: SmallDisk.canMount, "a file system of its own can only be mounted by root")
    )
    func full() async throws {
        let disk = try SmallDisk()
        defer { disk.remove() }
        try await Fleet.with(in: disk.folder, environment: Self.settings) { (fleet) async throws in
            try await Rush(fleet).pass {
                try disk.fill()
                try await fleet.expectRefusal()
                try disk.makeRoom()
            }
        }
    }
}

/// Many customers at once, with trouble in the middle.
private struct Rush {
    let fleet: Fleet
    private static let customers = 30

    init(_ fleet: Fleet) { self.fleet = fleet }

    func pass(_ trouble: () async throws -> Void) async throws {
        let sandbox = fleet.sandbox
        let first = Visitor(0, .browser, sandbox)
        _ = try await first.visit()
        let calm = [Script.browser.name: first.heard.map(\.text)]
        // So that every step of the way is under way when it happens.
        for route in [FaultRoute.chat, .whatsAppMessages] {
            sandbox.inject(FaultRule(route, .delay(milliseconds: 150), times: nil, probability: 0.6))
        }
        let visiting = Task { try await rush(sandbox) }
        _ = try await eventually("the rush") { sandbox.everythingSent.count > 3 + Self.customers ? true : nil }
        try await trouble()
        let visits = try await visiting.value
        var verdict = Verdict(calm: calm, visits: visits)
        let store = try await fleet.openStore()
        _ = try await eventually("all work is done") {
            let counts = try await store.counts()
            return counts.openConversations + counts.outboxPending + counts.outboxUncertain == 0 ? true : nil
        }
        try await verdict.examine(sandbox, store)
        #expect(try await store.counts().deadLetters == 0)
        try await store.close()
        #expect(visits.count == Self.customers)
        #expect(verdict.lost.isEmpty)
        #expect(verdict.doubled.isEmpty)
        #expect(verdict.disordered.isEmpty)
        #expect(try await fleet.stop().allSatisfy { $0 == .exit(0) })
    }

    private func rush(_ sandbox: Sandbox) async throws -> [(visitor: Visitor, written: [String])] {
        try await withThrowingTaskGroup(of: (visitor: Visitor, written: [String]).self) { group in
            for number in 1...Self.customers {
                let visitor = Visitor(number, .browser, sandbox)
                group.addTask { (visitor, try await visitor.visit()) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}

extension Fleet {
    /// Each process comes to answer 503, to webhooks and to the question for its health.
    fileprivate func expectRefusal() async throws {
        let transport = HTTPTransport.live(.shared)
        for slot in 0..<count {
            // A full disk may have room for a few more messages.
            var number = 0
            _ = try await eventually("a webhook that is refused with 503") {
                number += 1
                let call = webhook("wamid.EXTRA\(slot)-\(number)", to: slot)
                return try await transport.perform(call).status == 503 ? true : nil
            }
            _ = try await eventually("ill health") {
                let call = HTTPCall(.get, base(slot) + "/health", timeoutMilliseconds: 30_000)
                return try await transport.perform(call).status == 503 ? true : nil
            }
        }
    }

    private func webhook(_ id: String, to slot: Int) -> HTTPCall {
        let body = Data(
            """
            {"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":\
            {"messaging_product":"whatsapp","metadata":{"display_phone_number":"351210000000",\
            "phone_number_id":"\(sandbox.settings.whatsApp.phoneNumberID)"},"contacts":[{"profile":{"name":"Rui"},\
            "wa_id":"351999999999"}],"messages":[{"from":"351999999999","id":"\(id)","timestamp":"\(now)",\
            "type":"text","text":{"body":"Olá"}}]}}]}]}
            """.utf8
        )
        let signature = WhatsAppSignature.sign(body, secret: sandbox.settings.whatsApp.appSecret)
        return HTTPCall(
            .post,
            base(slot) + "/webhooks/whatsapp",
            headers: ["X-Hub-Signature-256": signature],
            body: body,
            timeoutMilliseconds: 30_000
        )
    }

    private var now: Int { Int(Date().timeIntervalSince1970) }
}
