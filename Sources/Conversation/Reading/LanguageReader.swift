/// Which language a customer writes, by frequent words. It would rather not say than be wrong.
public enum LanguageReader {
    /// The language of a text, of those that are spoken here.
    ///
    /// - Returns: nil when the text doesn't tell (names, numbers, "ok"). To leave `current` takes more than one word
    ///   of evidence. Of several tags of one language the current one stays, else the first wins; between `pt-PT` and
    ///   `pt-BR` the words decide. Tags of other languages never win.
    public static func detect(_ text: String, among languages: [Language], current: Language?) -> Language? {
        detect(FoldedText(text), original: text, among: languages, current: current)
    }

    static func detect(
        _ folded: FoldedText,
        original: String,
        among languages: [Language],
        current: Language?
    ) -> Language? {
        let spoken = languages.filter { ["pt", "es", "en"].contains($0.base) }
        guard !spoken.isEmpty else { return nil }
        let scores = scores(folded, original: original)
        let ranked = scores.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
        guard let best = ranked.first, best.value >= 2 else { return nil }
        let second = ranked.dropFirst().first?.value ?? 0
        let isCurrent = current.map { $0.base == best.key } ?? false
        // To stay takes little; to begin takes a clear word; to change takes a clear lead.
        let lead = best.value - second
        guard isCurrent ? lead >= 0 : current == nil ? lead >= 1 : best.value >= 3 && lead >= 2 else { return nil }
        let tags = spoken.filter { $0.base == best.key }
        guard tags.count > 1 else { return tags.first }
        if best.key == "pt" { return portuguese(folded, among: tags, current: current) }
        return current.flatMap { tags.contains($0) ? $0 : nil } ?? tags.first
    }

    private static func scores(_ folded: FoldedText, original: String) -> [String: Int] {
        var scores: [String: Int] = [:]
        for word in folded.words.prefix(200) where !isInAddress(word, folded.bytes) {
            for (base, points) in LanguageCues.words[word.text] ?? [:] { scores[base, default: 0] += points }
        }
        for scalar in original.unicodeScalars.prefix(FoldedText.charactersMax) where !scalar.isASCII {
            switch scalar.value {
            case 0xBF, 0xA1, 0xF1, 0xD1: scores["es", default: 0] += 2
            case 0xE3, 0xF5, 0xC3, 0xD5, 0xE7, 0xC7, 0xEA, 0xE0: scores["pt", default: 0] += 2
            default: break
            }
        }
        return scores
    }

    /// The `com` of `exemplo.com` is no word.
    private static func isInAddress(_ word: FoldedText.Word, _ bytes: [UInt8]) -> Bool {
        let before = word.range.lowerBound > 0 ? bytes[word.range.lowerBound - 1] : Ascii.space
        return before == Ascii.dot || before == Ascii.at || before == Ascii.slash
    }

    private static func portuguese(_ folded: FoldedText, among tags: [Language], current: Language?) -> Language? {
        var european = 0
        var brazilian = 0
        for word in folded.words {
            european += LanguageCues.european[word.text] ?? 0
            brazilian += LanguageCues.brazilian[word.text] ?? 0
        }
        if folded.has("estou a") { european += 2 }
        if folded.hasAny(["chamo me", "da me", "envia me", "manda me", "diz me", "diga me"]) { european += 2 }
        if folded.hasAny(["me chamo", "a gente", "tudo bom", "e ai", "me manda", "me passa", "me envia"]) {
            brazilian += 2
        }
        let kept = current.flatMap { tags.contains($0) ? $0 : nil }
        if brazilian >= 2, brazilian > european, tags.contains(.ptBR) { return .ptBR }
        if european >= 2, european > brazilian, tags.contains(.ptPT) { return .ptPT }
        if let kept { return kept }
        if brazilian > european, tags.contains(.ptBR) { return .ptBR }
        if european > brazilian, tags.contains(.ptPT) { return .ptPT }
        return tags.first
    }

    /// The language that a phone number's country speaks, of four; nil for all others.
    ///
    /// - Parameter digits: with country code, with or without `+` (https://www.itu.int/pub/T-SP-E.164D).
    public static func expected(fromPhone digits: String) -> Language? {
        let number = String(digits.filter { $0.isASCII && $0.isNumber }.prefix(15))
        guard number.count >= 8 else { return nil }
        // Spanish-speaking islands inside the North American plan.
        if ["1809", "1829", "1849", "1787", "1939"].contains(where: number.hasPrefix) { return .es }
        for length in [3, 2, 1] {
            if let language = countryCodes[String(number.prefix(length))] { return language }
        }
        return nil
    }

    private static let countryCodes: [String: Language] = {
        let rows: [(Language, String)] = [
            (.ptPT, "351 244 258 238 245 239 670"), (.ptBR, "55"),
            (
                .es,
                """
                34 51 52 53 54 56 57 58 502 503 504 505 506 507 591 593 595 598 240
                """
            ),
            (.en, "1 44 353 61 64 356 27 91 65 234 233 254"),
        ]
        var codes: [String: Language] = [:]
        for (language, list) in rows {
            for code in list.split(separator: " ") { codes[String(code)] = language }
        }
        return codes
    }()
}
