/// A person's name in a customer's words.
enum NameReader {
    static func read(_ text: FoldedText, wasAsked: Bool) -> String? {
        introduced(text) ?? (wasAsked ? bare(text) : nil)
    }

    // MARK: "Chamo-me Ana"

    private static func introduced(_ text: FoldedText) -> String? {
        for opener in openers {
            guard let range = text.wordRange(of: opener.phrase), range.upperBound < text.words.count else { continue }
            if let before = text.words[..<range.lowerBound].last?.text, ["nao", "not", "no", "se"].contains(before) {
                continue
            }
            if let name = name(text, from: range.upperBound, mustBeCapitalised: opener.needsCapital) { return name }
        }
        return nil
    }

    private static let openers: [(phrase: String, needsCapital: Bool)] = [
        ("o meu nome e", false), ("meu nome e", false), ("chamo me", false), ("me chamo", false),
        ("pode me chamar de", false), ("podes chamar me", false), ("my name is", false), ("my names", false),
        ("name is", true), ("me llamo", false), ("mi nombre es", false), ("nome", true), ("nombre", true),
        ("fala o", true), ("fala a", true), ("aqui e o", true), ("aqui e a", true), ("daqui e o", true),
        ("daqui e a", true), ("daqui", true), ("daqui fala o", true), ("daqui fala a", true), ("eu sou o", true),
        ("sou o", true), ("sou a", true), ("sou", true), ("soy el", true), ("soy la", true), ("soy", true),
        ("i am", true), ("im", true), ("this is", true), ("its", true), ("call me", true),
    ]

    /// Up to four words of a name from a place on, with its particles.
    private static func name(_ text: FoldedText, from start: Int, mustBeCapitalised: Bool) -> String? {
        var isCapitalised = false
        var index = start
        while index < text.words.count, index - start < 6 {
            let word = text.words[index]
            if index > start, !isOneSpace(text, index) { break }
            let original = text.original(word.range)
            guard isNameWord(original) else { break }
            let hasCapital = original.first?.isUppercase ?? false
            if index == start {
                isCapitalised = hasCapital
                if mustBeCapitalised, !hasCapital { return nil }
                if notNames.contains(word.text) { return nil }
            } else if !(particles.contains(word.text) && !hasCapital) {
                // A particle is kept only if a name follows.
                if notNames.contains(word.text) || (isCapitalised ? !hasCapital : stopsName(word.text)) { break }
            }
            index += 1
        }
        while index > start, particles.contains(text.words[index - 1].text) { index -= 1 }
        guard index > start else { return nil }
        return finish(text.original(text.words[start].range.lowerBound..<text.words[index - 1].range.upperBound))
    }

    private static func isOneSpace(_ text: FoldedText, _ index: Int) -> Bool {
        let gap = text.words[index - 1].range.upperBound..<text.words[index].range.lowerBound
        return gap.count == 1 && (text.bytes[gap.lowerBound] == Ascii.space || text.bytes[gap.lowerBound] == Ascii.dash)
    }

    private static func stopsName(_ word: String) -> Bool {
        LanguageCues.words[word] != nil || notNames.contains(word)
    }

    // MARK: "Ana Silva"

    private static func bare(_ text: FoldedText) -> String? {
        if IntentReader.isQuestion(text) || SmallTalk.isBare(text) { return nil }
        if text.bytes.contains(where: { $0 == Ascii.at || $0.isDigit || $0 == Ascii.slash }) { return nil }
        var words = text.words[...]
        let core = SmallTalk.withoutPoliteness(words.map(\.text))
        guard let first = core.first, let start = words.firstIndex(where: { $0.text == first }) else { return nil }
        words = words[start...].prefix(core.count)
        if let head = words.first?.text, head == "e" || head == "o" || head == "a", words.count > 1 {
            words = words.dropFirst()
        }
        let names = words.filter { !particles.contains($0.text) }
        guard (1...4).contains(names.count), words.count <= 6 else { return nil }
        for word in names where !isNameWord(text.original(word.range)) || isCommon(word.text) { return nil }
        guard let first = words.first, let last = words.last else { return nil }
        return finish(text.original(first.range.lowerBound..<last.range.upperBound))
    }

    private static func isCommon(_ word: String) -> Bool {
        if notNames.contains(word) { return true }
        return (LanguageCues.words[word]?.values.max() ?? 0) >= 1
    }

    /// Letters, with a hyphen, an apostrophe or an initial's dot.
    private static func isNameWord(_ word: String) -> Bool {
        word.count <= 24 && word.allSatisfy { $0.isLetter || $0 == "'" || $0 == "’" || $0 == "-" }
            && word.contains { $0.isLetter }
    }

    /// Lower-case and shouted names get capitals; a name's own capitals stay. nil for more than one clause.
    private static func finish(_ original: String) -> String? {
        guard original.allSatisfy({ $0.isLetter || $0 == " " || $0 == "-" || $0 == "'" || $0 == "’" || $0 == "." })
        else { return nil }
        let isPlain = !original.contains { $0.isUppercase }
        let isShouted = original.count > 3 && original == original.uppercased()
        let words = original.split(separator: " ").map { word -> String in
            let lower = word.lowercased()
            if particles.contains(lower) { return lower }
            return isPlain || isShouted ? capitalised(lower) : String(word)
        }
        let name = words.joined(separator: " ")
        return !name.isEmpty && name.count <= FieldReader.nameCharactersMax ? name : nil
    }

    private static func capitalised(_ word: String) -> String {
        word.split(separator: "-", omittingEmptySubsequences: false)
            .map { $0.prefix(1).uppercased() + $0.dropFirst() }
            .joined(separator: "-")
    }

    private static let particles: Set<String> = [
        "de", "da", "do", "dos", "das", "e", "y", "van", "von", "der", "den", "del", "la", "los", "di", "le",
    ]

    private static let notNames: Set<String> = {
        let list = """
            site sites website web loja lojas restaurante negocio empresa dono dona gerente responsavel proprietario
            proprietaria cliente clientes bot robo robot humano pessoa pessoas ninguem alguem interessado interessada
            brasileiro brasileira portugues portuguesa novo nova urgente rapido caro barato preco precos orcamento
            ajuda help info informacao informacoes informacion information owner manager looking interested here not
            sorry fine good from just calling writing sure happy new busy para stop sair cancelar parar remover baja
            segredo secreto anonimo prefiro dizer digo nada nenhum nenhuma teste test talvez depois amanha hoje
            restaurant shop store business company dueno duena tienda negocios encargado marketing online internet
            whatsapp instagram facebook google desconto discount descuento link pagar comprar buy pay preciso quero
            quiero necesito want need uma una one eu yo i apenas so somente only duvida pergunta pregunta question
            saber vendedor comercial engenheiro engenheira medico medica advogado advogada professor professora
            freelancer designer fotografo fotografa cabeleireiro cabeleireira espanhol espanhola ingles inglesa
            english spanish portuguese correto errado certo claro sim nao yes no lisboa porto brasil portugal espana
            spain prefer rather tell skip pass passo paso next proximo proxima saltar pular
            """
        return Set(list.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init))
    }()
}
