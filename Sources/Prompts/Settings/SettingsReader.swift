import Configuration
import Yams

/// Looks settings up in their layers, the strongest first, and collects what is wrong.
///
/// It remembers which keys were asked for: what else stands in `crset.yaml` is a mistake.
final class SettingsReader {
    private struct Layer {
        enum Origin { case flags, environment, dotEnv(path: String), file }
        var origin: Origin
        var provider: any ConfigProvider
    }

    let findings: Findings
    private let layers: [Layer]
    private let file: SettingsFile
    private var asked: Set<String> = []

    init(
        flags: [String: String],
        environment: [String: String],
        dotEnv: [String: String],
        dotEnvPath: String,
        file: SettingsFile,
        findings: Findings
    ) {
        self.findings = findings
        self.file = file
        layers = [
            Layer(origin: .flags, provider: Self.memory(flags.filter { !$0.value.isEmpty }.mapValues { .string($0) })),
            Layer(origin: .environment, provider: Self.variables(environment)),
            Layer(origin: .dotEnv(path: dotEnvPath), provider: Self.variables(dotEnv)),
            Layer(origin: .file, provider: Self.memory(file.values.mapValues(\.content))),
        ]
    }

    private static func memory(_ values: [String: ConfigContent]) -> InMemoryProvider {
        let pairs = values.map { (Self.key($0.key), ConfigValue($0.value, isSecret: false)) }
        return InMemoryProvider(values: Dictionary(pairs) { first, _ in first })
    }

    /// An empty variable counts as absent.
    private static func variables(_ values: [String: String]) -> EnvironmentVariablesProvider {
        EnvironmentVariablesProvider(
            environmentVariables: values.filter { !$0.value.allSatisfy(\.isWhitespace) },
            secretsSpecifier: .all
        )
    }

    private static func key(_ path: String) -> AbsoluteConfigKey {
        AbsoluteConfigKey(path.split(separator: ".").map(String.init))
    }

    // MARK: - Texts

    func text(_ path: String) -> String? { found(path)?.text }

    func text(_ path: String, default fallback: String) -> String { text(path) ?? fallback }

    /// A value with the place where it stands, for findings about it.
    func found(_ path: String) -> (text: String, place: Place)? {
        asked.insert(path)
        for layer in layers {
            do {
                let result = try layer.provider.value(forKey: Self.key(path), type: .string)
                guard case .string(let text)? = result.value?.content else { continue }
                let clean = text.trimmed
                if clean.isEmpty { continue }
                return (String(clean), place(of: path, in: layer, encoded: result.encodedKey))
            } catch {
                let place = place(of: path, in: layer, encoded: path)
                report(place, "`\(path)` is a list", mend: "write one value")
                return nil
            }
        }
        return nil
    }

    /// Comma-separated outside files, a list or comma-separated inside.
    func list(_ path: String) -> [String] {
        asked.insert(path)
        for layer in layers {
            let result = try? layer.provider.value(forKey: Self.key(path), type: .stringArray)
            if case .stringArray(let items)? = result?.value?.content { return items.filter { !$0.isEmpty } }
            if let text = try? layer.provider.value(forKey: Self.key(path), type: .string).value,
                case .string(let joined) = text.content
            {
                return Self.split(joined)
            }
        }
        return []
    }

    static func split(_ text: String) -> [String] {
        text.split(separator: ",").map { String($0.trimmed) }.filter { !$0.isEmpty }
    }

    /// Only from the environment or `.env`.
    func secret(_ path: String) -> Secret? {
        asked.insert(path)
        let name = Self.variable(path)
        for layer in layers {
            guard let value = try? layer.provider.value(forKey: Self.key(path), type: .string).value,
                case .string(let text) = value.content, !text.isEmpty
            else { continue }
            switch layer.origin {
            case .environment, .dotEnv: return Secret(text)
            case .flags:
                report(Place(file: "command line"), "`\(path)` is a secret", mend: "set \(name) in the environment")
            case .file:
                report(
                    Place(file: file.path, line: file.values[path]?.line),
                    "`\(path)` is a secret and stands in a file",
                    mend: "remove it, change the secret, and set \(name) in the environment or in .env"
                )
            }
        }
        return nil
    }

    // MARK: - Numbers and words

    func int(_ path: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
        guard let (text, place) = found(path) else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            report(
                place,
                "\(place.name ?? path) is \"\(text.prefix(40))\"",
                mend: "give a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
            return fallback
        }
        return number
    }

    func number(_ path: String, default fallback: Double, in range: ClosedRange<Double>) -> Double {
        guard let (text, place) = found(path) else { return fallback }
        guard let number = Double(text), range.contains(number) else {
            report(
                place,
                "\(place.name ?? path) is \"\(text.prefix(40))\"",
                mend: "give a number from \(range.lowerBound) to \(range.upperBound)"
            )
            return fallback
        }
        return number
    }

    func bool(_ path: String, default fallback: Bool) -> Bool {
        guard let (text, place) = found(path) else { return fallback }
        switch text.lowercased() {
        case "true", "yes", "1": return true
        case "false", "no", "0": return false
        default:
            report(place, "\(place.name ?? path) is \"\(text.prefix(40))\"", mend: "give true or false")
            return fallback
        }
    }

    func word<Word: RawRepresentable & CaseIterable>(_ path: String, default fallback: Word) -> Word
    where Word.RawValue == String {
        guard let (text, place) = found(path) else { return fallback }
        guard let word = Word(rawValue: text.lowercased()) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
            report(place, "\(place.name ?? path) is \"\(text.prefix(40))\"", mend: "give one of \(known)")
            return fallback
        }
        return word
    }

    /// A part of the file that only the file can hold.
    func tree(_ path: String) -> Section? {
        asked.insert(path)
        return file.trees[path]
    }

    // MARK: - Findings

    struct Place {
        var file: String
        var line: Int?
        /// What the operator calls the setting there.
        var name: String?
    }

    func report(_ place: Place, _ reason: String, mend: String) {
        findings.add(place.file, place.line, reason, mend: mend)
    }

    /// Where a list stands, for findings about its entries.
    func placeOfList(_ path: String) -> Place {
        for layer in layers where has(path, in: layer) {
            return place(of: path, in: layer, encoded: Self.variable(path))
        }
        return Place(file: file.path)
    }

    /// Whether a list is given at all, even an empty one.
    func isSetAsList(_ path: String) -> Bool { layers.contains { has(path, in: $0) } }

    private func has(_ path: String, in layer: Layer) -> Bool {
        [.stringArray, .string].contains { type in
            (try? layer.provider.value(forKey: Self.key(path), type: type).value) != nil
        }
    }

    func reportUnknownKeys() {
        for (path, value) in file.values.sorted(by: { ($0.value.line ?? 0, $0.key) < ($1.value.line ?? 0, $1.key) })
        where !asked.contains(path) && !isEmptySection(path, value) {
            let hint = nearestWord(to: path, in: asked).map { "did you mean `\($0)`?" }
            findings.add(
                file.path,
                value.line,
                "`\(path)` is no setting",
                mend: hint ?? "remove it; the sample crset.yaml shows every key"
            )
        }
    }

    /// `whatsapp:` with nothing under it.
    private func isEmptySection(_ path: String, _ value: SettingsFile.Value) -> Bool {
        value.content == .string("") && asked.contains { $0.hasPrefix(path + ".") }
    }

    private func place(of path: String, in layer: Layer, encoded: String) -> Place {
        switch layer.origin {
        case .flags: Place(file: "command line", name: path)
        case .environment: Place(file: "environment", name: encoded)
        case .dotEnv(let path): Place(file: path, name: encoded)
        case .file: Place(file: file.path, line: file.values[path]?.line, name: "`\(path)`")
        }
    }

    /// The environment variable of a setting.
    static func variable(_ path: String) -> String {
        path.uppercased().map { $0 == "." ? "_" : String($0) }.joined()
    }
}
