/// Reads an answer out of a customer's words.
///
/// What the bot has asked for is read generously; what it has not, only when unmistakable, so that "Olá, sou a Ana,
/// tenho um restaurante, orçamento 1500€" answers three questions at once.
public enum FieldReader {
    /// A name has at most this many characters.
    public static let nameCharactersMax = 80

    /// The valid answer to a field in a text, if there is one. Of a range ("20-30", "entre 500 e 1000") it is the
    /// lower end: the careful side for a score.
    ///
    /// - Parameter today: the day on which "amanhã" was said.
    public static func read(
        _ text: String,
        as field: Field,
        wasAsked: Bool,
        language: Language,
        today: (year: Int, month: Int, day: Int)
    ) -> FieldValue? {
        guard let day = CivilDate(year: today.year, month: today.month, day: today.day) else { return nil }
        return read(FoldedText(text), as: field, wasAsked: wasAsked, language: language, today: day)
    }

    static func read(
        _ text: FoldedText,
        as field: Field,
        wasAsked: Bool,
        language: Language,
        today: CivilDate
    ) -> FieldValue? {
        guard !text.words.isEmpty else { return nil }
        let value: FieldValue?
        switch field.kind {
        case .name: value = NameReader.read(text, wasAsked: wasAsked).map(FieldValue.text)
        case .text(let charactersMax):
            value = wasAsked ? freeText(text, charactersMax: charactersMax).map(FieldValue.text) : nil
        case .email: value = ContactReader.email(text, wasAsked: wasAsked).map(FieldValue.text)
        case .phone: value = ContactReader.phone(text, wasAsked: wasAsked).map(FieldValue.text)
        case .integer: value = wasAsked ? integer(text, language: language).map(FieldValue.number) : nil
        case .money(let currency, _):
            value = money(text, currency: currency, wasAsked: wasAsked, language: language).map(FieldValue.money)
        case .yesNo: value = wasAsked ? yesNo(text, language: language).map(FieldValue.yes) : nil
        case .date: value = wasAsked ? DateReader.read(text, today: today).map { .date($0.iso) } : nil
        case .choice(let options):
            value = ChoiceReader.read(text, options: options, wasAsked: wasAsked, language: language)
                .map(FieldValue.choice)
        }
        return value.flatMap { isValid($0, for: field) ? $0 : nil }
    }

    /// Whether a value may be kept for a field: type, range, length, shape, and that an option exists.
    public static func isValid(_ value: FieldValue, for field: Field) -> Bool {
        switch (field.kind, value) {
        case (.name, .text(let name)):
            let isLong = name.utf8.count > nameCharactersMax * 4 || name.count > nameCharactersMax
            return !isLong && name.contains { $0.isLetter } && !name.contains { $0.isNewline || "@<>{}/".contains($0) }
        case (.text(let charactersMax), .text(let text)):
            return text.utf8.count <= charactersMax * 16 && text.count <= charactersMax
                && text.contains { $0.isLetter || $0.isNumber }
        case (.email, .text(let email)): return ContactReader.isEmail(email)
        case (.phone, .text(let phone)): return ContactReader.isPhone(phone)
        case (.integer(let range), .number(let number)): return range.contains(number)
        case (.money(let currency, let range), .money(let money)):
            let unit = Currencies.unit(of: currency.uppercased())
            return money.currency == currency.uppercased() && money.minorUnits >= 0
                && range.contains(money.minorUnits / unit)
        case (.yesNo, .yes): return true
        case (.date, .date(let date)): return CivilDate(iso: date) != nil
        case (.choice(let options), .choice(let id)): return options.contains { $0.id == id }
        default: return false
        }
    }

    // MARK: Text

    private static func freeText(_ text: FoldedText, charactersMax: Int) -> String? {
        if SmallTalk.isBare(text) || IntentReader.isQuestion(text) { return nil }
        let original = text.original(0..<text.bytes.count)
        var words: [Substring] = []
        for word in original.split(whereSeparator: { $0.isWhitespace || $0.isNewline }) { words.append(word) }
        var answer = String(words.joined(separator: " ").prefix(charactersMax))
        answer.removeAll { $0.unicodeScalars.allSatisfy { $0.value < 0x20 || $0.value == 0x7F } }
        return answer.contains { $0.isLetter || $0.isNumber } ? answer : nil
    }

    // MARK: Numbers

    private static func integer(_ text: FoldedText, language: Language) -> Int? {
        let numbers = NumberReader.numbers(in: text, language: language).filter {
            $0.isWhole && ($0.unit.isEmpty || ["st", "nd", "rd", "th", "o", "a"].contains($0.unit))
                && !isPercent(text, $0)
        }
        guard let first = numbers.first(where: { !$0.isArticle }) ?? (text.words.count <= 3 ? numbers.first : nil)
        else {
            return noneAtAll(text) ? 0 : nil
        }
        return first.isNegative ? -first.whole : first.whole
    }

    private static func isPercent(_ text: FoldedText, _ number: SpokenNumber) -> Bool {
        text.bytes[number.range.upperBound...].prefix(2).contains(UInt8(ascii: "%"))
    }

    private static func noneAtAll(_ text: FoldedText) -> Bool {
        ["nenhum", "nenhuma", "ninguno", "ninguna", "none"].contains(text.sentence)
    }

    private static func money(
        _ text: FoldedText,
        currency: String,
        wasAsked: Bool,
        language: Language
    ) -> Money? {
        let code = currency.uppercased()
        let numbers = NumberReader.numbers(in: text, language: language)
        let amounts = MoneyReader.amounts(in: text, numbers: numbers)
        if !amounts.isEmpty {
            let first = amounts[0]
            // Two amounts that are no range are two things, of which the unasked one can't choose.
            if !wasAsked, amounts.count > 1,
                amounts.count > 2
                    || !MoneyReader.isJoined(text, first.range.upperBound, amounts[1].range.lowerBound)
            {
                return nil
            }
            guard first.codes.contains(code), !first.number.isNegative else { return nil }
            return Currencies.money(hundredths: first.number.hundredths, code: code)
        }
        guard wasAsked else { return nil }
        let plain = numbers.first { number in
            !number.isArticle && number.unit.isEmpty && !number.isNegative && !isPercent(text, number)
                && !countsSomething(text, number)
        }
        return plain.flatMap { Currencies.money(hundredths: $0.hundredths, code: code) }
    }

    private static func countsSomething(_ text: FoldedText, _ number: SpokenNumber) -> Bool {
        guard let next = text.words.first(where: { $0.range.lowerBound >= number.range.upperBound }) else {
            return false
        }
        return countedThings.contains(next.text)
    }

    private static let countedThings: Set<String> = [
        "mes", "meses", "dia", "dias", "semana", "semanas", "ano", "anos", "hora", "horas", "pessoas", "lojas",
        "month", "months", "day", "days", "week", "weeks", "year", "years", "hour", "hours", "people", "employees",
        "personas", "tiendas", "empleados", "funcionarios", "colaboradores", "paginas", "pages", "produtos", "products",
        "productos", "por", "percent",
    ]

    // MARK: Yes and no

    private static func yesNo(_ text: FoldedText, language: Language) -> Bool? {
        let words = text.words.map(\.text)
        if SmallTalk.unsure.contains(where: { text.has($0) }) { return nil }
        // Politeness in front says nothing, unless it is all there is ("ok").
        var rest = words[...]
        while let greeting = SmallTalk.greetings.first(where: { starts(rest, with: $0) }) {
            rest = rest.dropFirst(greeting.split(separator: " ").count)
        }
        // In Portuguese `no` is "in the".
        let isPortuguese = language.base == "pt"
        func fits(_ phrase: String) -> Bool {
            starts(rest, with: phrase) && !(phrase == "no" && isPortuguese && rest.count > 1)
        }
        let no = SmallTalk.no.first(where: fits)
        let yes = SmallTalk.yes.first(where: fits)
        switch (no, yes) {
        case (let no?, let yes?): return yes.utf8.count > no.utf8.count
        case (_?, nil): return false
        case (nil, _?): return IntentReader.isQuestion(text) && rest.count > 2 ? nil : true
        case (nil, nil): return lateYesNo(rest)
        }
    }

    /// "Eu acho que sim", "We don't have one", "Por acaso não".
    private static func lateYesNo(_ words: ArraySlice<String>) -> Bool? {
        guard words.count <= 8 else { return nil }
        if words.contains(where: { ["nao", "dont", "not", "havent", "nenhum", "nunca"].contains($0) }) { return false }
        if words.contains(where: { ["sim", "yes", "tenho", "temos", "tengo", "tenemos", "claro"].contains($0) }) {
            return true
        }
        if words.last == "si" { return true }
        return words.last == "no" ? false : nil
    }

    private static func starts(_ words: ArraySlice<String>, with phrase: String) -> Bool {
        let parts = phrase.split(separator: " ")
        return words.count >= parts.count && zip(words, parts).allSatisfy { $0 == $1 }
    }
}
