/// Finds phone and account numbers that aren't the business's.
struct PhoneScan {
    let text: FoldedText
    let phones: [String]

    func findings() -> [Guard.Finding] {
        var findings: [Guard.Finding] = []
        var index = 0
        while index < text.bytes.count {
            guard text.bytes[index].isDigit else {
                index += 1
                continue
            }
            let (groups, end) = run(from: index)
            if let finding = judge(groups, end: end) { findings.append(finding) }
            index = end
        }
        return findings + spoken()
    }

    /// Groups of digits with little between them.
    private func run(from start: Int) -> ([Range<Int>], Int) {
        let bytes = text.bytes
        var groups: [Range<Int>] = []
        var index = start
        while true {
            let first = index
            while index < bytes.count, bytes[index].isDigit { index += 1 }
            groups.append(first..<index)
            var next = index
            while next < bytes.count, next - index < 4, isSeparator(bytes[next]) { next += 1 }
            guard next > index, next < bytes.count, bytes[next].isDigit, isOneGap(index..<next) else {
                return (groups, index)
            }
            index = next
        }
    }

    private func isSeparator(_ byte: UInt8) -> Bool {
        switch byte {
        case Ascii.space, Ascii.dot, Ascii.dash, UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "_"),
            UInt8(ascii: "*"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// A full stop with a space behind it ends a sentence, not a group.
    private func isOneGap(_ gap: Range<Int>) -> Bool {
        let bytes = text.bytes[gap]
        return !(bytes.count > 1 && bytes.first == Ascii.dot)
    }

    private func judge(_ groups: [Range<Int>], end: Int) -> Guard.Finding? {
        let start = groups[0].lowerBound
        let digits = groups.map { text.folded($0) }
        var rest = digits
        removeOwn(&rest)
        removeDates(&rest, groups)
        removeYears(&rest)
        let count = rest.reduce(0) { $0 + $1.utf8.count }
        let hasPlus = start > 0 && text.bytes[start - 1] == UInt8(ascii: "+")
        guard count >= 9 || (count >= 7 && (hasPlus || isCued(start))) else { return nil }
        if count <= 15, isOrderNumber(start) || isMoney(groups, end) { return nil }
        return .phone((hasPlus ? "+" : "") + digits.joined(separator: " "))
    }

    /// Takes out one run of groups that makes up a phone of the business, with or without its country code.
    private func removeOwn(_ groups: inout [String]) {
        for first in groups.indices {
            var joined = ""
            for last in first..<groups.count {
                joined += groups[last]
                if joined.utf8.count > 17 { break }
                if isOwn(joined) {
                    groups.removeSubrange(first...last)
                    return
                }
            }
        }
    }

    private func isOwn(_ digits: String) -> Bool {
        let plain = digits.hasPrefix("00") ? String(digits.dropFirst(2)) : digits
        let local = plain.hasPrefix("0") ? String(plain.dropFirst()) : plain
        return phones.contains { phone in
            phone == plain
                || (local.utf8.count >= 8 && phone.hasSuffix(local) && phone.utf8.count - local.utf8.count <= 4)
        }
    }

    /// `2026-11-23`, `23-11-2026`, `23.11.2026`.
    private func removeDates(_ groups: inout [String], _ ranges: [Range<Int>]) {
        var first = 0
        while first + 2 < groups.count {
            let lengths = groups[first..<first + 3].map(\.utf8.count)
            let values = groups[first..<first + 3].compactMap { Int($0) }
            let isISO = lengths[0] == 4 && lengths[1] == 2 && lengths[2] == 2
            let isEuropean = lengths[0] <= 2 && lengths[1] <= 2 && lengths[2] == 4
            if values.count == 3, isISO || isEuropean, (1...12).contains(values[1]) {
                let year = isISO ? values[0] : values[2]
                let day = isISO ? values[2] : values[0]
                if (1_900...2_199).contains(year), (1...31).contains(day) {
                    groups.removeSubrange(first..<first + 3)
                    continue
                }
            }
            first += 1
        }
    }

    /// `2024-2025`: two or more years say nothing else.
    private func removeYears(_ groups: inout [String]) {
        if groups.allSatisfy({ $0.utf8.count == 4 && ($0.hasPrefix("19") || $0.hasPrefix("20")) }) { groups = [] }
    }

    /// `pedido n.º 2026112345`, `#123456789`.
    private func isOrderNumber(_ start: Int) -> Bool {
        if start > 0, text.bytes[start - 1] == UInt8(ascii: "#") { return true }
        for word in wordsBefore(start, 3).reversed() {
            if Self.orderWords.contains(word) { return true }
            // "Sobre o pedido ligue 912 345 678" is a phone all the same.
            guard ["n", "o", "e", "es", "is", "no", "num", "numero", "number", "id", "com"].contains(word) else {
                return false
            }
        }
        return false
    }

    private func isCued(_ start: Int) -> Bool { wordsBefore(start, 3).contains { Self.phoneWords.contains($0) } }

    private func wordsBefore(_ start: Int, _ count: Int) -> [String] {
        text.words.prefix { $0.range.upperBound <= start }.suffix(count).map(\.text)
    }

    private func isMoney(_ groups: [Range<Int>], _ end: Int) -> Bool {
        let number = SpokenNumber(hundredths: 0, range: groups[0].lowerBound..<end, unit: "", isInWords: false)
        return groups.dropFirst().allSatisfy { $0.count == 3 } && MoneyReader.amount(number, in: text) != nil
    }

    /// `nove um dois três …`, `seis uno dos, treinta y cuatro …`: eight digits in words and more.
    private func spoken() -> [Guard.Finding] {
        var findings: [Guard.Finding] = []
        var digits = ""
        func close() {
            if digits.utf8.count >= 8, !isOwn(digits) { findings.append(.phone(digits)) }
            digits = ""
        }
        for (index, word) in text.words.enumerated() {
            if let digit = NumberReader.digit(of: word.text) {
                // `treinta y cuatro` and `thirty four` are 34, not 30 and 4.
                let before = index > 0 ? text.words[index - 1].text : ""
                let tens = Self.joins.contains(before) && index > 1 ? text.words[index - 2].text : before
                if digit > 0, digits.hasSuffix("0"), isTens(tens) { digits.removeLast() }
                digits.append(String(digit))
            } else if let tens = NumberReader.value(of: word.text, language: nil), tens < 100 {
                digits.append(String(tens))
            } else if word.text.utf8.count <= 3, Int(word.text) != nil, !digits.isEmpty {
                digits.append(word.text)
            } else if !digits.isEmpty, Self.joins.contains(word.text), isTens(text.words[index - 1].text) {
                continue
            } else if !digits.isEmpty, Self.repeats.contains(word.text) {
                // `double three`
                continue
            } else {
                close()
            }
        }
        close()
        return findings
    }

    private func isTens(_ word: String) -> Bool {
        NumberReader.value(of: word, language: nil).map { (20...90).contains($0) && $0 % 10 == 0 } ?? false
    }

    private static let joins: Set<String> = ["e", "y", "and"]
    private static let repeats: Set<String> = ["double", "triple", "duplo", "doble"]

    private static let orderWords: Set<String> = [
        "pedido", "pedidos", "encomenda", "order", "fatura", "factura", "invoice", "ticket", "protocolo", "proposta",
        "orden",
    ]
    private static let phoneWords: Set<String> = [
        "tel", "telefone", "telemovel", "whatsapp", "ligue", "liga", "ligar", "call", "phone", "llame", "llama",
        "llamar", "telefono", "celular", "fone", "contacto", "contato", "movil", "mobile", "text",
        // Where money is sent to.
        "pix", "chave", "nib", "iban", "cnpj", "cpf", "conta", "cuenta", "account", "bizum", "mbway", "paypal",
        "revolut", "wise",
    ]
}
