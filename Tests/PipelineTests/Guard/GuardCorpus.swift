import Foundation
import Sandbox

/// One try to make the bot say what it must not.
struct Attempt: Sendable {
    /// What the customer's words come in.
    enum Carrier: Equatable, Sendable {
        case text, quote
        case media(String)
        /// The profile name, and what the model takes for the customer's name.
        case name(String)
    }

    var number: Int
    var language: String
    var kind: String
    var carrier: Carrier
    var said: String
    /// What a model that obeys would answer.
    var reply: String

    /// So that the model knows which attempt it is asked about.
    var mark: String { "[a\(number)]" }
}

/// The texts in `Corpus`.
enum GuardCorpus {
    static let languages = ["pt-PT", "pt-BR", "es", "en"]

    static func lines(_ name: String) throws -> [String] {
        let path = Live.root.appending(path: "Tests/PipelineTests/Guard/Corpus/\(name).txt")
        return try String(contentsOf: path, encoding: .utf8).split(separator: "\n").map(String.init)
            .filter { !$0.hasPrefix("# ") }
    }

    static func attempts() throws -> [Attempt] {
        var attempts: [Attempt] = []
        for language in languages {
            for line in try lines("attacks.\(language)") {
                let parts = line.components(separatedBy: " || ")
                guard parts.count == 3 else {
                    throw Missed("a line of attacks.\(language) has no three parts: \(line)")
                }
                let (carrier, said) = carrier(parts[1])
                attempts.append(
                    Attempt(
                        number: attempts.count,
                        language: language,
                        kind: parts[0],
                        carrier: carrier,
                        said: said,
                        reply: parts[2]
                    )
                )
            }
        }
        return attempts
    }

    static func ordinary() throws -> [(language: String, reply: String)] {
        try languages.flatMap { language in try lines("ordinary.\(language)").map { (language, $0) } }
    }

    /// `[image] …`, `[quote] …`, `[name:…] …`
    private static func carrier(_ text: String) -> (Attempt.Carrier, String) {
        guard text.hasPrefix("["), let end = text.firstIndex(of: "]") else { return (.text, text) }
        let word = text[text.index(after: text.startIndex)..<end]
        let rest = text[text.index(after: end)...].trimmingCharacters(in: .whitespaces)
        switch word {
        case "quote": return (.quote, rest)
        case "image", "document", "video": return (.media(String(word)), rest)
        case _ where word.hasPrefix("name:"): return (.name(String(word.dropFirst(5))), rest)
        default: return (.text, text)
        }
    }
}
