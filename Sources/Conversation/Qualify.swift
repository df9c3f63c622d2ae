/// What the known answers are worth.
public struct Assessment: Sendable, Equatable {
    public enum Verdict: Sendable, Equatable {
        case open
        case qualified
        case disqualified(reason: String)
    }

    public var score: Int
    public var verdict: Verdict
    /// Points with their reasons, for staff.
    public var reasons: [String]
}

extension Qualification {
    /// Plain arithmetic over configuration: the model has no say in it.
    public func assess(_ fields: [FieldID: FieldValue]) -> Assessment {
        var score = 0
        var reasons: [String] = []
        for field in self.fields where fields[field.id] != nil && field.weight != 0 {
            score += field.weight
            reasons.append("\(signed(field.weight)) \(field.id) is known")
        }
        var refusal: String?
        for rule in rules where rule.condition.holds(for: fields) {
            switch rule.verdict {
            case .points(let points):
                score += points
                reasons.append("\(signed(points)) \(rule.reason)")
            case .disqualify:
                refusal = refusal ?? rule.reason
            }
        }
        let isComplete = self.fields.allSatisfy { !$0.isRequired || fields[$0.id] != nil }
        return Assessment(score: score, verdict: verdict(score, isComplete, refusal), reasons: reasons)
    }

    private func verdict(_ score: Int, _ isComplete: Bool, _ refusal: String?) -> Assessment.Verdict {
        if let refusal { return .disqualified(reason: refusal) }
        guard isComplete else { return .open }
        if score >= qualifiesAt { return .qualified }
        if score < disqualifiesBelow { return .disqualified(reason: "score \(score) is below \(disqualifiesBelow)") }
        return .open
    }

    private func signed(_ points: Int) -> String { points < 0 ? "\(points)" : "+\(points)" }
}

extension Condition {
    func holds(for fields: [FieldID: FieldValue]) -> Bool {
        switch self {
        case .known(let id): fields[id] != nil
        case .equals(let id, let value): fields[id] == value
        case .oneOf(let id, let options): fields[id].map { options.contains($0.plainText) } ?? false
        case .atLeast(let id, let bound): fields[id]?.amount.map { $0 >= bound } ?? false
        case .below(let id, let bound): fields[id]?.amount.map { $0 < bound } ?? false
        }
    }
}

extension FieldValue {
    /// Without units, as it stands in configuration and in the model's answer.
    public var plainText: String {
        switch self {
        case .text(let text), .date(let text), .choice(let text): text
        case .number(let number): String(number)
        case .money(let money): String(money.minorUnits / 100)
        case .yes(let yes): yes ? "yes" : "no"
        }
    }

    /// The number to compare by: money in whole units.
    var amount: Int? {
        switch self {
        case .number(let number): number
        case .money(let money): money.minorUnits / 100
        default: nil
        }
    }
}

extension Catalog {
    /// The first product that suits what is known; a product without conditions suits everybody.
    public func recommended(for fields: [FieldID: FieldValue]) -> Product? {
        products.first { product in product.suits.allSatisfy { $0.holds(for: fields) } }
    }
}
