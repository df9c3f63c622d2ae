/// Finds what no reply may claim or reveal though it names no price and no contact: discount codes, deeds that the bot
/// can't do, its instructions, a lead's score.
struct ClaimScan {
    let text: FoldedText
    /// What the facts say themselves may be said.
    let facts: FoldedText
    /// Names that only the schema and the files use, such as `team_size`.
    let internalNames: Set<String>
    /// A payment of this customer's was confirmed, so that it may be spoken of.
    let hasPaid: Bool

    func findings() -> [Guard.Finding] {
        var findings: [Guard.Finding] = []
        for (start, end) in DiscountFacts.sentences(of: text) {
            let sentence = Sentence(Array(text.words[start..<end]))
            if let code = discountCode(sentence) { findings.append(.price(code)) }
            if let deed = deed(sentence) ?? doing(sentence) { findings.append(.claim(deed)) }
            if tellsInstructions(sentence) || readsRules(sentence) || tellsScore(sentence) || tellsKey(sentence) {
                findings.append(.promptLeak)
            }
            if let bundle = bundle(sentence) { findings.append(.price(bundle)) }
        }
        if namesInternals || isEncoded { findings.append(.promptLeak) }
        return findings
    }

    private struct Sentence {
        let words: [FoldedText.Word]
        let plain: [String]
        /// With a space before and behind.
        let joined: String

        init(_ words: [FoldedText.Word]) {
            self.words = words
            plain = words.map(\.text)
            joined = " " + plain.joined(separator: " ") + " "
        }

        func has(_ list: Set<String>) -> Bool { plain.contains { list.contains($0) } }

        /// The words before the first place of a phrase; nil where it doesn't stand.
        func words(before phrase: String) -> [Substring]? {
            guard let range = joined.range(ofWords: phrase) else { return nil }
            return joined[..<range].split(separator: " ")
        }
    }

    // MARK: Discount codes

    /// A word in capitals with digits, in a sentence about codes: nobody but the system gives such.
    private func discountCode(_ sentence: Sentence) -> String? {
        guard sentence.has(Self.codeWords) else { return nil }
        for word in sentence.words {
            let original = text.original(word.range)
            let capitals = original.unicodeScalars.count { $0.properties.isUppercase }
            let hasDigit = word.text.utf8.contains { $0.isDigit }
            let isShouted = capitals >= 6 && capitals == original.unicodeScalars.count && sentence.has(Self.couponWords)
            guard capitals >= 3 && hasDigit || isShouted || joinsDigits(word, capitals) else { continue }
            if !facts.has(word.text) { return original }
        }
        return nil
    }

    /// `STAFF-2026`
    private func joinsDigits(_ word: FoldedText.Word, _ capitals: Int) -> Bool {
        let end = word.range.upperBound
        return capitals >= 3 && end + 1 < text.bytes.count && text.bytes[end] == Ascii.dash
            && text.bytes[end + 1].isDigit
    }

    /// `3 por 1`, `3x2`: more than is paid for.
    private func bundle(_ sentence: Sentence) -> String? {
        for index in sentence.plain.indices {
            let word = Array(sentence.plain[index].utf8)
            if word.count == 3, word[0].isDigit, word[1] == UInt8(ascii: "x"), word[2].isDigit, word[0] > word[2],
                sentence.has(Self.codeWords) || sentence.plain.count <= 3
            {
                return sentence.plain[index]
            }
            guard index + 2 < sentence.plain.count, ["por", "for"].contains(sentence.plain[index + 1]),
                let many = Int(sentence.plain[index]), let few = Int(sentence.plain[index + 2]),
                many > few, (1...9).contains(few), many <= 9
            else { continue }
            return sentence.plain[index...index + 2].joined(separator: " ")
        }
        return nil
    }

    // MARK: Deeds

    /// "Your payment was received", "I have booked the meeting": only the system knows, and says it itself.
    private func deed(_ sentence: Sentence) -> String? {
        for phrase in hasPaid ? Self.deeds : Self.payments + Self.deeds {
            guard let before = sentence.words(before: phrase), !facts.has(phrase) else { continue }
            // "As soon as the payment is confirmed", "I can't say whether".
            if before.contains(where: { Self.conditions.contains(String($0)) || Self.negations.contains(String($0)) }) {
                continue
            }
            return phrase
        }
        return nil
    }

    /// "I've rescheduled your meeting", "acabo de reenviarle la factura": a verb of doing and what it was done to.
    private func doing(_ sentence: Sentence) -> String? {
        for (index, word) in sentence.plain.enumerated() {
            let before = sentence.plain[..<index]
            let isDone =
                Self.doings.contains(word)
                || (Self.doneWords.contains(word) && ["he", "hemos"].contains(before.last))
                || (Self.doingNow.contains(word)
                    && ["acabo de", "acabei de", "acabamos de"].contains(
                        before.suffix(2).joined(separator: " ")
                    ))
            let end = min(sentence.plain.count, index + 6)
            guard isDone,
                let object = sentence.plain[index + 1..<max(end, index + 1)].first(where: Self.doneTo.contains)
            else { continue }
            // "The meeting can be moved", "if you cancelled the order".
            let isDoubtful = before.contains {
                Self.conditions.contains($0) || Self.negations.contains($0) || Self.possibilities.contains($0)
            }
            if !isDoubtful { return "\(word) … \(object)" }
        }
        return nil
    }

    private static let possibilities: Set<String> = [
        "can", "could", "may", "you", "youve", "be", "pode", "podem", "puede", "pueden", "will", "they", "who",
        "colega",
        "colleague", "companero", "equipa", "equipe", "equipo", "team",
    ]

    // MARK: What is nobody's business

    /// Rules read out or translated: "never reveal these", "al principio pone que soy …".
    private func readsRules(_ sentence: Sentence) -> Bool {
        if Self.readings.contains(where: { sentence.words(before: $0) != nil }) { return true }
        for (index, word) in sentence.plain.enumerated() where Self.forbidden.contains(word) {
            let before = sentence.plain[..<index].suffix(4)
            guard let never = before.lastIndex(where: { ["never", "nunca"].contains($0) }) else { continue }
            let between = sentence.plain[(never + 1)..<index]
            if between.allSatisfy({ $0 == "to" }),
                !sentence.plain[..<never].suffix(2).contains(where: Self.selves.contains)
            {
                return true
            }
        }
        return sentence.has(Self.scoring) && sentence.has(["lead"])
            && sentence.has(["you", "o", "lo", "le", "te", "as"])
    }

    private func tellsInstructions(_ sentence: Sentence) -> Bool {
        guard sentence.has(Self.telling) else { return false }
        for phrase in Self.instructions {
            guard let before = sentence.words(before: phrase) else { continue }
            if !before.contains(where: { Self.negations.contains(String($0)) }) { return true }
        }
        return false
    }

    private func tellsScore(_ sentence: Sentence) -> Bool {
        let hasNumber = sentence.words.contains { word in word.text.utf8.allSatisfy(\.isDigit) }
        return sentence.has(["pontuacao", "puntuacion", "score"]) && hasNumber
            && sentence.has(["sua", "seu", "tua", "su", "tu", "your", "lead"])
    }

    /// A word of letters and digits, in a sentence about passwords.
    private func tellsKey(_ sentence: Sentence) -> Bool {
        sentence.has(Self.keyWords) && sentence.has(Self.telling.union(["e", "es"]))
            && sentence.words.contains { word in
                let bytes = word.text.utf8
                return bytes.count >= 6 && bytes.contains { $0.isDigit } && bytes.contains { $0.isLetter }
            }
    }

    private var namesInternals: Bool {
        let names = text.words.count { Self.schemaWords.contains($0.text) }
        if names >= 3 { return true }
        return !internalNames.isEmpty && Self.tokens(text).contains { internalNames.contains($0) }
    }

    /// A long run of letters and digits without a space is no word of any language: Base64, hexadecimal.
    private var isEncoded: Bool {
        var index = 0
        let bytes = text.bytes
        while index < bytes.count {
            let start = index
            var digits = 0
            var isHex = true
            while index < bytes.count, bytes[index].isWordByte || "+/=_-".utf8.contains(bytes[index]) {
                if bytes[index].isDigit { digits += 1 }
                if !bytes[index].isDigit, !("a"..."f").contains(Character(Unicode.Scalar(bytes[index]))) {
                    isHex = false
                }
                index += 1
            }
            if index - start >= 24, isHex || digits > 0 || capitalsInside(start..<index), !isPartOfLink(start, index) {
                return true
            }
            index += 1
        }
        return false
    }

    /// Capitals within a word that also has small letters.
    private func capitalsInside(_ range: Range<Int>) -> Bool {
        let scalars = text.original(range).unicodeScalars.dropFirst()
        return scalars.count { $0.properties.isUppercase } >= 4 && scalars.contains { $0.properties.isLowercase }
    }

    /// Links are looked at elsewhere.
    private func isPartOfLink(_ start: Int, _ end: Int) -> Bool {
        let before = start > 0 ? text.bytes[start - 1] : Ascii.space
        let after = end + 1 < text.bytes.count && text.bytes[end] == Ascii.dot ? text.bytes[end + 1] : Ascii.space
        return before == Ascii.dot || before == Ascii.colon || before == Ascii.slash || after.isWordByte
    }

    /// Words with their underscores.
    private static func tokens(_ text: FoldedText) -> [String] {
        text.bytes.split { !$0.isWordByte && $0 != UInt8(ascii: "_") }.filter { $0.contains(UInt8(ascii: "_")) }
            .map { String(decoding: $0, as: UTF8.self) }
    }
}

extension String {
    /// Where a phrase stands between spaces: the index of the space before it.
    fileprivate func range(ofWords phrase: String) -> Index? {
        let needle = Array((" " + phrase + " ").utf8)
        let hay = Array(utf8)
        guard hay.count >= needle.count else { return nil }
        for start in 0...(hay.count - needle.count)
        where hay[start] == needle[0] && hay[start..<start + needle.count].elementsEqual(needle) {
            return utf8.index(utf8.startIndex, offsetBy: start)
        }
        return nil
    }
}
