import AsyncHTTPClient
import Conversation
import Foundation
import Integrations
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import Prompts
import Sandbox
import Server
import Testing

@testable import Pipeline

/// `crset prompts check --online`, over HTTP with a Stripe that has a catalog.
@Suite("The catalog held against Stripe", .serialized)
struct StripeCatalogTests {
    /// A Stripe, and folders whose website names one of its prices.
    private struct Shop {
        let sandbox: Sandbox
        let folder: PromptFolder

        func settings(_ more: [String: String] = [:]) throws -> Settings {
            let environment = ["STRIPE_API_BASE": sandbox.stripeBase, "STRIPE_SECRET_KEY": "sk_test_1"]
            return try Settings.load(
                overrides: folder.overrides,
                environment: environment.merging(more) { $1 },
                workingDirectory: folder.url.path
            )
        }

        func post(_ path: String, _ form: String) async throws -> String {
            var request = HTTPClientRequest(url: sandbox.stripeBase + "/v1/" + path)
            request.method = .POST
            request.headers.add(name: "Authorization", value: "Bearer sk_test_1")
            request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
            request.body = .bytes(Array(form.utf8))
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
            let data = Data(buffer: try await response.body.collect(upTo: 1 << 20))
            let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
            guard response.status == .ok, let id = object?["id"] as? String else {
                throw Missed("an object of Stripe; there is \(String(decoding: data, as: UTF8.self))")
            }
            return id
        }

        func price(_ form: String) async throws -> String {
            let product = try await post("products", "name=Website")
            return try await post("prices", form + "&product=" + product)
        }

        func name(_ price: String) throws {
            try folder.replace(
                "    price: 490\n",
                with: "    price: 490\n    stripe_price: \(price)\n",
                in: "config/catalog.yaml"
            )
        }

        func checked(_ more: [String: String] = [:]) async throws -> PromptCheck {
            let settings = try settings(more)
            var check = PromptCheck(settings)
            #expect(check.errors.isEmpty, "\(check.errors)")
            await check.askStripe(settings)
            return check
        }
    }

    private func withShop(_ body: (Shop) async throws -> Void) async throws {
        let sandbox = Sandbox(Live.sandboxSettings)
        try await sandbox.start()
        let folder = try PromptFolder()
        defer { folder.delete() }
        do { try await body(Shop(sandbox: sandbox, folder: folder)) } catch {
            await sandbox.stop()
            throw error
        }
        await sandbox.stop()
    }

    @Test("a price that agrees is fine, and a catalog that names none is asked for nothing but the key")
    func fine() async throws {
        try await withShop { (shop) async throws in
            #expect(try await shop.checked().stripe == .compared(0))
            try shop.name(try await shop.price("currency=eur&unit_amount=49000"))
            let check = try await shop.checked()
            #expect(check.errors.isEmpty && check.stripe == .compared(1), "\(check.errors)")
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var form = "currency=eur&unit_amount=49000"
        var reason: String
        var mend: String
        var change: (@Sendable (_ price: String) -> (path: String, form: String))?
    }

    @Test(
        "what differs is told with its line, what is the matter, and what to do",
        arguments: [
            Case(
                testDescription: "another amount",
                form: "currency=eur&unit_amount=52000",
                reason: "`site` costs €490 here and €520 at Stripe",
                mend: "set `price`"
            ),
            Case(
                testDescription: "another currency",
                form: "currency=usd&unit_amount=49000",
                reason: "`site` is sold in EUR here and in USD at Stripe",
                mend: "a price in EUR"
            ),
            Case(
                testDescription: "a subscription",
                form: "currency=eur&unit_amount=49000&recurring[interval]=month",
                reason: "is a subscription",
                mend: "paid once"
            ),
            Case(testDescription: "an archived price", reason: "of `site` is archived", mend: "activate it at Stripe") {
                ("prices/\($0)", "active=false")
            },
        ]
    )
    func differs(_ trouble: Case) async throws {
        try await withShop { (shop) async throws in
            let price = try await shop.price(trouble.form)
            if let change = trouble.change?(price) { _ = try await shop.post(change.path, change.form) }
            try shop.name(price)
            let check = try await shop.checked()
            let problem = try #require(check.errors.first)
            #expect(check.errors.count == 1 && check.stripe == .compared(1))
            #expect(problem.reason.contains(trouble.reason) && problem.mend.contains(trouble.mend), "\(problem)")
            let lines = try shop.folder.text("config/catalog.yaml").split(
                separator: "\n",
                omittingEmptySubsequences: false
            )
            #expect(problem.file.hasSuffix("/catalog.yaml"))
            #expect(problem.line.map { lines[$0 - 1].contains(price) } == true)
        }
    }

    @Test("an archived product, which Stripe makes no link for, is told apart from an archived price")
    func product() async throws {
        try await withShop { (shop) async throws in
            let product = try await shop.post("products", "name=Old website")
            let price = try await shop.post("prices", "currency=eur&unit_amount=49000&product=\(product)")
            _ = try await shop.post("products/\(product)", "active=false")
            try shop.name(price)
            let reasons = try await shop.checked().errors.map(\.reason)
            #expect(reasons.count == 1 && reasons[0].contains("product \(product) (“Old website”)"), "\(reasons)")
        }
    }

    @Test("a price that Stripe doesn't know is no matter of the key or the network")
    func unknown() async throws {
        try await withShop { (shop) async throws in
            try shop.name("price_nowhere")
            let check = try await shop.checked()
            #expect(check.errors.first?.reason.hasPrefix("Stripe knows no price price_nowhere of `site`") == true)
            #expect(check.errors.first?.mend.contains("test and live mode") == true && check.errors.count == 1)
            #expect(check.stripe == .compared(1))
        }
    }

    @Test(
        "a key that Stripe refuses, no key, a Stripe in trouble, one that isn't there, and another server: each its own"
    )
    func away() async throws {
        try await withShop { (shop) async throws in
            try shop.name(try await shop.price("currency=eur&unit_amount=49000"))
            let wrong = try await shop.checked(["STRIPE_SECRET_KEY": "sk_test_wrong"])
            #expect(wrong.stripe == .refused && wrong.errors.map(\.reason).first?.contains("refuses the key") == true)
            #expect(wrong.errors.first?.mend.contains("STRIPE_SECRET_KEY") == true && wrong.errors.count == 1)
            #expect(!"\(wrong.errors)".contains("sk_test_wrong"))
            let none = try await shop.checked(["STRIPE_SECRET_KEY": ""])
            #expect(none.stripe == .refused && none.errors.first?.reason.contains("is not set") == true)
            let away = try await shop.checked(["STRIPE_API_BASE": "http://127.0.0.1:1"])
            #expect(away.stripe == .unreachable && away.errors.count == 1)
            #expect(away.errors.first?.reason.contains("can't be reached at http://127.0.0.1:1") == true)
            let other = try await shop.checked(["STRIPE_API_BASE": shop.sandbox.baseURL + "/nothing"])
            #expect(other.stripe == .refused && other.errors.first?.mend == "check STRIPE_API_BASE", "\(other.errors)")
            for route in [FaultRoute.stripe, .paymentLinks] {
                shop.sandbox.inject(FaultRule(route, .failure(status: 503, code: "api_error"), times: 9))
            }
            let trouble = try await shop.checked()
            #expect(trouble.stripe == .unreachable && trouble.errors.first?.reason.contains("HTTP 503") == true)
        }
    }
}
