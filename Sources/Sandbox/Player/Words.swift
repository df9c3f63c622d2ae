/// A text cut into lower-case words without accents. Long texts are cut first.
struct Words {
    static let charactersMax = 2_000
    let list: [String]
    /// All words between single spaces, with a space at both ends: phrases are looked up in it.
    let line: String

    init(_ text: some StringProtocol) {
        var words: [String] = []
        var word = ""
        for character in text.prefix(Self.charactersMax).lowercased() {
            let plain = Self.plain(character)
            if plain.isLetter || plain.isNumber {
                word.append(plain)
            } else if !word.isEmpty {
                words.append(word)
                word = ""
            }
        }
        if !word.isEmpty { words.append(word) }
        list = words
        line = " " + words.joined(separator: " ") + " "
    }

    /// `phrase` in lower case and without accents; a trailing `*` stands for any ending.
    func has(_ phrase: String) -> Bool {
        phrase.hasSuffix("*") ? line.contains(" \(phrase.dropLast())") : line.contains(" \(phrase) ")
    }

    func hasAny(_ phrases: [String]) -> Bool { phrases.contains(where: has) }

    private static let accents: [Character: Character] = [
        "á": "a", "à": "a", "â": "a", "ã": "a", "ä": "a", "é": "e", "è": "e", "ê": "e", "ë": "e", "í": "i", "ì": "i",
        "î": "i", "ï": "i", "ó": "o", "ò": "o", "ô": "o", "õ": "o", "ö": "o", "ú": "u", "ù": "u", "û": "u", "ü": "u",
        "ç": "c", "ñ": "n",
    ]

    static func plain(_ character: Character) -> Character { accents[character] ?? character }

    /// True where two words mean the same by their beginning: `automation` and `automação`, `site` and `sites`.
    static func alike(_ one: String, _ other: String) -> Bool {
        if one == other { return true }
        let same = zip(one, other).prefix { $0 == $1 }.count
        return same >= 5 || (same >= 4 && max(one.count, other.count) <= same + 2)
    }

    /// Words that carry meaning: long ones, without the commonest.
    var telling: [String] { list.filter { $0.count > 3 && !Self.common.contains($0) } }

    private static let common: Set<String> = [
        "para", "como", "mais", "esta", "este", "isso", "pode", "posso", "quero", "tenho", "voces", "with", "that",
        "this", "what", "have", "your", "from", "would", "like", "about", "does", "which", "when", "quiero", "tengo",
        "puedo", "cual", "cuando", "sobre", "qual", "quando", "quanto", "custa", "preciso", "need", "necesito", "uma",
        "fazem", "podem", "algum", "alguma", "there", "they", "will", "also", "tambem", "tambien", "hola", "hello",
    ]
}
