import Foundation

/// One measured number.
struct Figure: Sendable, Encodable {
    enum Aim: Sendable {
        case atLeast(Double), atMost(Double)

        func isMet(_ value: Double) -> Bool {
            switch self {
            case .atLeast(let least): value >= least
            case .atMost(let most): value <= most
            }
        }

        var words: String {
            switch self {
            case .atLeast(let least): "≥ \(Figure.short(least))"
            case .atMost(let most): "≤ \(Figure.short(most))"
            }
        }
    }

    var name: String
    var meaning: String
    var value: Double
    var unit: String
    var aim: Aim?
    /// What makes it doubtful.
    var trouble: String?

    init(_ name: String, _ meaning: String, _ value: Double, _ unit: String, aim: Aim? = nil, trouble: String? = nil) {
        self.name = name
        self.meaning = meaning
        self.value = value.isFinite ? value : 0
        self.unit = unit
        self.aim = aim
        self.trouble = trouble?.isEmpty == true ? nil : trouble
    }

    private enum CodingKeys: String, CodingKey {
        case name, meaning, value, unit, aim, trouble
        case isMet = "is_met"
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(name, forKey: .name)
        try fields.encode(meaning, forKey: .meaning)
        try fields.encode((value * 1_000).rounded() / 1_000, forKey: .value)
        try fields.encode(unit, forKey: .unit)
        try fields.encodeIfPresent(aim?.words, forKey: .aim)
        try fields.encodeIfPresent(aim?.isMet(value), forKey: .isMet)
        try fields.encodeIfPresent(trouble, forKey: .trouble)
    }

    /// Three figures are all that a measurement is worth.
    static func short(_ value: Double) -> String {
        let decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3
        let scale = pow(10, Double(decimals))
        let rounded = (value * scale).rounded() / scale
        return decimals == 0 || rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
    }
}

extension [Figure] {
    var table: String {
        let width = (map(\.meaning.count).max() ?? 0) + 2
        return map { figure in
            let value = Figure.short(figure.value)
            let number = String(repeating: " ", count: Swift.max(0, 9 - value.count)) + value
            let aim = figure.aim.map { "   aim \($0.words)" + ($0.isMet(figure.value) ? "" : "  MISSED") } ?? ""
            let trouble = figure.trouble.map { "   ! \($0)" } ?? ""
            let unit = figure.unit.padding(toLength: 2, withPad: " ", startingAt: 0)
            return figure.meaning.padding(toLength: width, withPad: " ", startingAt: 0) + number + " " + unit + aim
                + trouble
        }.joined(separator: "\n")
    }
}
