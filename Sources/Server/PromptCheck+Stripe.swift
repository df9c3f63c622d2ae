import AsyncHTTPClient
import Conversation
import Integrations
import Pipeline
public import Prompts

extension PromptCheck {
    /// How far Stripe could be asked about the catalog.
    public enum StripeSide: Sendable, Equatable {
        /// So many products name a price of Stripe's, and each was compared.
        case compared(Int)
        /// The configuration has to be mended first: no key, or one that Stripe refuses.
        case refused
        /// Nothing can be said now.
        case unreachable
    }

    /// Asks Stripe for the prices that the catalog names, and for the products that they are of.
    public mutating func askStripe(_ settings: Settings) async {
        guard let library else { return }
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: outsideClientConfiguration(connectionsPerHost: 2)
        )
        let services = outside(settings, transport: .live(client), observed: ObservedServices(settings))
        if let stripe = services.stripe {
            await compare(library, stripe, settings)
        } else {
            self.stripe = .refused
            errors.append(
                problem(
                    settings,
                    "Stripe can't be asked: STRIPE_SECRET_KEY is not set",
                    "set it, or leave out --online"
                )
            )
        }
        try? await client.shutdown()
    }

    private func problem(_ settings: Settings, _ reason: String, _ mend: String, line: Int? = nil) -> Problem {
        Problem(file: "\(settings.configFolder)/\(Self.catalogName)", line: line, reason: reason, mend: mend)
    }

    private static let catalogName = "catalog.yaml"

    private mutating func compare(_ library: PromptLibrary, _ stripe: StripeClient, _ settings: Settings) async {
        let files = PromptFiles(prompts: settings.promptsFolder, config: settings.configFolder)
        let named = library.playbook.catalog.products.compactMap { product in
            product.stripePrice.map { (product, $0) }
        }
        do throws(OutsideError) {
            // Also where no price is named: links are made with this key.
            _ = try await stripe.listPaymentLinks(limit: 1)
            for (product, id) in named {
                let findings = try await Self.findings(product, id, stripe)
                let line = files.line(of: id, in: Self.catalogName)
                errors += findings.errors.map { problem(settings, $0.reason, $0.mend, line: line) }
                warnings += findings.warnings.map { problem(settings, $0.reason, $0.mend, line: line) }
            }
            self.stripe = .compared(named.count)
        } catch {
            let (reason, mend, side) = Self.words(error, settings.stripe.apiBase)
            self.stripe = side
            errors.append(problem(settings, reason, mend))
        }
    }

    /// Why nothing can be compared.
    private static func words(_ error: OutsideError, _ base: String) -> (String, String, StripeSide) {
        switch error.status {
        case 401:
            ("Stripe refuses the key: \(error.message)", "set STRIPE_SECRET_KEY to a key of this account", .refused)
        case 403:
            (
                "Stripe's key may not do this: \(error.message)",
                "give the restricted key Payment Links write and Prices read", .refused
            )
        case let status? where status != 429 && status < 500:
            ("\(base) answers HTTP \(status) and is no Stripe", "check STRIPE_API_BASE", .refused)
        case let status?: ("Stripe answers HTTP \(status) now: \(error.message)", "try again later", .unreachable)
        case nil:
            (
                "Stripe can't be reached at \(base): \(error.message)", "check the network and STRIPE_API_BASE",
                .unreachable
            )
        }
    }

    private struct Findings {
        var errors: [(reason: String, mend: String)] = []
        var warnings: [(reason: String, mend: String)] = []
    }

    /// Throws what is no matter of this one price.
    private static func findings(
        _ product: Product,
        _ id: String,
        _ stripe: StripeClient
    ) async throws(OutsideError) -> Findings {
        let price: StripePrice
        do throws(OutsideError) { price = try await stripe.price(id) } catch {
            guard error.status == 404 || error.code == "resource_missing" else { throw error }
            return Findings(errors: [
                (
                    "Stripe knows no price \(id) of `\(product.id)`: \(error.message)",
                    "copy the id from Stripe; test and live mode have different ones"
                )
            ])
        }
        var findings = Findings(errors: differences(product, price))
        guard let owner = price.product else { return findings }
        do throws(OutsideError) {
            let theirs = try await stripe.product(owner)
            if !theirs.active {
                findings.errors.append(
                    (
                        "Stripe's product \(owner) (“\(theirs.name)”), which `\(product.id)` is a price of, is archived",
                        "activate it at Stripe, or name a price of another product"
                    )
                )
            }
        } catch {
            switch error.status {
            case 404:
                findings.errors.append(
                    (
                        "Stripe knows no product \(owner), which price \(id) of `\(product.id)` is of",
                        "name a price of a product that is there"
                    )
                )
            case 403:
                findings.warnings.append(
                    (
                        "whether Stripe's product \(owner) is archived can't be seen with this key",
                        "give the restricted key Products read to have it checked"
                    )
                )
            default: throw error
            }
        }
        return findings
    }

    private static func differences(_ product: Product, _ price: StripePrice) -> [(reason: String, mend: String)] {
        var found: [(reason: String, mend: String)] = []
        if !price.active {
            found.append(
                ("Stripe's price \(price.id) of `\(product.id)` is archived", "activate it at Stripe, or name another")
            )
        }
        if price.type != .oneTime {
            found.append(
                ("Stripe's price \(price.id) of `\(product.id)` is a subscription", "name a price that is paid once")
            )
        }
        let (ours, currency) = (product.price, price.currency.uppercased())
        let here = MoneyFormat.text(ours, in: .en)
        guard let amount = price.unitAmount else {
            found.append(
                (
                    "`\(product.id)` costs \(here) here, and \(price.id) has no fixed amount at Stripe",
                    "name a price with an amount"
                )
            )
            return found
        }
        let theirs = Money(minorUnits: amount, currency: currency)
        if currency != ours.currency {
            found.append(
                (
                    "`\(product.id)` is sold in \(ours.currency) here and in \(currency) at Stripe "
                        + "(\(here), \(MoneyFormat.text(theirs, in: .en)))",
                    "set `currency` to Stripe's, or name a price in \(ours.currency)"
                )
            )
        } else if theirs != ours {
            found.append(
                (
                    "`\(product.id)` costs \(here) here and \(MoneyFormat.text(theirs, in: .en)) at Stripe",
                    "set `price` to Stripe's, or name another stripe_price"
                )
            )
        }
        return found
    }
}
