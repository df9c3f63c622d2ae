import Conversation
import Desk
import Pipeline
import Prompts
import Server
import Storage

/// What `crset prompts check` prints when it is not asked for JSON.
struct PromptCheckView {
    let check: PromptCheck

    init(_ check: PromptCheck) { self.check = check }

    var lines: [String] {
        var lines = check.warnings.map { "warning: \(Terminal.printable($0.description))" }
        if let library = check.library {
            let languages = library.playbook.phrasebook.languages.keys.sorted().map(\.rawValue)
            lines.append(
                "version \(library.playbook.version): \(languages.joined(separator: ", ")), "
                    + "\(library.playbook.qualification.fields.count) fields, "
                    + "\(library.playbook.catalog.products.count) products"
            )
        }
        if let size = check.size {
            lines.append(
                "prompt \(size.constant) tokens and schema \(size.schema), estimated to within about a tenth: the cacheable "
                    + "prefix ends after these \(size.cacheable), at the end of system.md"
            )
            lines.append(
                "a turn at most \(size.total) of the \(check.contextTokens) tokens of \(check.model): "
                    + "\(size.history) of conversation, \(size.volatile) of stage and turn.md, \(size.output) of answer"
            )
        }
        switch check.stripe {
        case .compared(0): lines.append("Stripe takes the key; no product names a price of Stripe's")
        case .compared(let count): lines.append("Stripe was asked for \(count == 1 ? "1 price" : "\(count) prices")")
        case .refused, .unreachable, nil: break
        }
        if check.errors.isEmpty { lines.append("ok") }
        return lines
    }
}

struct ProblemDocument: Encodable {
    var severity: String
    var file: String
    var line: Int?
    var reason: String
    var mend: String

    init(_ problem: Problem, severity: String) {
        self.severity = severity
        file = problem.file
        line = problem.line
        reason = problem.reason
        mend = problem.mend
    }
}

struct PromptCheckDocument: Encodable {
    struct Size: Encodable {
        var constant: Int
        var schema: Int
        var cacheable_prefix: Int
        var volatile: Int
        var history: Int
        var output: Int
        var total: Int
        var context: Int
    }

    var is_valid: Bool
    var version: String?
    var model: String
    var problems: [ProblemDocument]
    /// How many prices Stripe was asked for; null where it wasn't, or couldn't be.
    var stripe_prices: Int?
    /// Estimates, in tokens.
    var tokens: Size?

    init(_ check: PromptCheck) {
        is_valid = check.errors.isEmpty
        version = check.library?.playbook.version
        model = check.model
        problems =
            check.errors.map { ProblemDocument($0, severity: "error") }
            + check.warnings.map { ProblemDocument($0, severity: "warning") }
        if case .compared(let count) = check.stripe { stripe_prices = count }
        tokens = check.size.map {
            Size(
                constant: $0.constant,
                schema: $0.schema,
                cacheable_prefix: $0.cacheable,
                volatile: $0.volatile,
                history: $0.history,
                output: $0.output,
                total: $0.total,
                context: check.contextTokens
            )
        }
    }
}

struct VersionDocument: Encodable {
    var id: String
    var first_seen_at: String
    var used_at: String?
    /// Absent in lists.
    var files: [String: String]?

    init(_ version: PromptVersion) {
        id = version.id
        first_seen_at = JSON.time(version.firstSeenAt)
        used_at = version.usedAt.map(JSON.time)
        files = version.files.isEmpty ? nil : version.files
    }
}

struct CurrentDocument: Encodable {
    /// Null where the files can't be loaded.
    var files: String?
    var in_use: VersionDocument?
    var trial: TrialDocument?

    init(files: String?, inUse: PromptVersion?, trial: PromptTrial?) {
        self.files = files
        in_use = inUse.map(VersionDocument.init)
        self.trial = trial.map(TrialDocument.init)
    }
}

struct DiffDocument: Encodable {
    struct File: Encodable {
        var name: String
        var added: Int
        var removed: Int
        /// Unified, without headers.
        var lines: [String]
    }

    var before: String
    var after: String
    var files: [File]

    init(_ before: String, _ after: String, _ changes: [FileChange]) {
        self.before = before
        self.after = after
        files = changes.map { change in
            File(
                name: change.name,
                added: change.added,
                removed: change.removed,
                lines: Array(change.lines(Paint(isOn: false)).dropFirst())
            )
        }
    }
}
