public import Integrations
import Storage

// Which answers of the outside services ask an operator to act, and what there is to do.

extension ServiceAlert.Cause {
    /// One model of several.
    static func missing(model: String) -> Self { Self("\(modelMissing.rawValue):\(model)") }
}

extension ServiceAlerts {
    /// A service refused. Nothing is raised where waiting helps.
    public func heard(_ error: OutsideError, model: String? = nil) async {
        guard error.needsOperator, let (cause, mend) = Self.trouble(error, model) else { return }
        await raise(cause, problem: "\(error.code): \(error.message)", mend: mend)
    }

    /// A service did what it was asked for.
    public func works(_ service: OutsideError.Service, model: String? = nil) async {
        switch service {
        // The outbox raises and settles its own, since a refusal there halts it.
        case .whatsapp: break
        case .stripe: await settle(.stripeKey, .stripeRights)
        case .openai: await settle(.modelMoney, .modelKey, .missing(model: model ?? ""))
        }
    }

    private static func trouble(_ error: OutsideError, _ model: String?) -> (ServiceAlert.Cause, mend: String)? {
        switch (error.service, error.status) {
        case (.openai, 429):
            (.modelMoney, "add credit or raise the limit at the model's provider; guided mode answers meanwhile")
        case (.openai, 401): (.modelKey, "set OPENAI_API_KEY to a valid key; guided mode answers meanwhile")
        case (.openai, 403), (.openai, 404), (.openai, 400):
            model.map {
                (.missing(model: $0), "set OPENAI_MODEL or openai.fallback_models to models of this key, not \($0)")
            }
        default: nil
        }
    }
}
