import AsyncHTTPClient
import Conversation
import Integrations
public import Pipeline
public import Prompts

/// Everything that `crset prompts check` says about a set of prompt files.
public struct PromptCheck: Sendable {
    /// What keeps the files from being used.
    public var errors: [Problem]
    /// What works but is probably not meant.
    public var warnings: [Problem]
    /// Nil where the files can't be loaded.
    public var library: PromptLibrary?
    public var size: PromptSize?
    public var model: String
    /// What the model takes at once.
    public var contextTokens: Int

    public init(_ settings: Settings) {
        let model = modelNamed(settings.openai.model, settings)
        self.model = model.name
        contextTokens = model.contextTokens
        errors = []
        warnings = []
        do throws(PromptProblems) {
            let files = PromptFiles(prompts: settings.promptsFolder, config: settings.configFolder)
            let library = try PromptLibrary.load(files, settings)
            self.library = library
            warnings = library.warnings
            let size = PromptSize(
                library,
                historyTokens: settings.conversation.historyTokens,
                outputTokens: settings.openai.maxOutputTokens
            )
            self.size = size
            judge(size, settings)
            _ = try library.scenarios(files)
        } catch {
            errors += error.items
        }
    }

    private mutating func judge(_ size: PromptSize, _ settings: Settings) {
        let file = "\(settings.promptsFolder)/system.md"
        if size.total > contextTokens {
            errors.append(
                Problem(
                    file: file,
                    line: nil,
                    reason: "a turn may take about \(size.total) tokens, and \(model) takes \(contextTokens)",
                    mend: "shorten it, lower conversation.history_tokens, or choose a model with a longer context"
                )
            )
        }
        if size.cacheable < PromptSize.cacheableMin {
            warnings.append(
                Problem(
                    file: file,
                    line: nil,
                    reason: "what never changes has about \(size.cacheable) tokens, too few for the provider's cache",
                    mend: "from \(PromptSize.cacheableMin) tokens on it costs less; add facts or examples"
                )
            )
        }
    }

    /// Asks Stripe for the prices that the catalog names.
    public mutating func askStripe(_ settings: Settings) async {
        let place = "\(settings.configFolder)/catalog.yaml"
        guard let library else { return }
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: outsideClientConfiguration(connectionsPerHost: 2)
        )
        let services = outside(settings, transport: .live(client), observed: ObservedServices(settings))
        if let stripe = services.stripe {
            let files = PromptFiles(prompts: settings.promptsFolder, config: settings.configFolder)
            for product in library.playbook.catalog.products {
                guard let id = product.stripePrice else { continue }
                let line = files.line(of: id, in: "catalog.yaml")
                let blank = Problem(file: place, line: line, reason: "", mend: "")
                if let problem = await Self.problem(product, id, stripe, blank) { errors.append(problem) }
            }
        } else {
            warnings.append(
                Problem(
                    file: place,
                    line: nil,
                    reason: "Stripe was not asked",
                    mend: "set STRIPE_SECRET_KEY to have the prices compared"
                )
            )
        }
        try? await client.shutdown()
    }

    private static func problem(
        _ product: Product,
        _ id: String,
        _ stripe: StripeClient,
        _ place: Problem
    ) async -> Problem? {
        var problem = place
        do throws(OutsideError) {
            let price = try await stripe.price(id)
            let amount = price.unitAmount.map { Money(minorUnits: $0, currency: price.currency.uppercased()) }
            if !price.active {
                problem.reason = "Stripe's price \(id) of `\(product.id)` is archived"
                problem.mend = "activate it at Stripe, or name another one"
            } else if amount != product.price {
                let theirs = amount.map { MoneyFormat.text($0, in: .en) } ?? "no fixed amount"
                problem.reason =
                    "`\(product.id)` costs \(MoneyFormat.text(product.price, in: .en)) here and \(theirs) at Stripe"
                problem.mend = "set `price` and `currency` to Stripe's, or name another stripe_price"
            } else if price.type != .oneTime {
                problem.reason = "Stripe's price \(id) of `\(product.id)` is a subscription"
                problem.mend = "name a price that is paid once"
            } else {
                return nil
            }
        } catch {
            problem.reason = "Stripe gives no price \(id) for `\(product.id)`: \(error.message)"
            problem.mend =
                error.needsOperator || error.remedy != .giveUp
                ? "check STRIPE_SECRET_KEY and try again" : "copy the id from Stripe, of the same mode as the key"
        }
        return problem
    }
}
