import Testing

@testable import crset

@Suite("What a command writes on a terminal")
struct TerminalTests {
    @Test("Control characters, escapes and direction marks of a customer never reach the terminal")
    func printable() {
        #expect(
            Terminal.printable("a\u{1B}[31mb\u{0}c\u{9B}d\u{202E}e\r") == "a\u{FFFD}[31mb\u{FFFD}c\u{FFFD}de\u{FFFD}"
        )
        let odd = "e" + String(repeating: "\u{301}", count: 300) + "\u{200B}\u{FEFF}\u{AD}\u{E0041}x"
        let plain = Terminal.printable(odd).unicodeScalars
        #expect(plain.count == 2 + SafeText.marksMax && plain.first == "e" && plain.last == "x")
        #expect(Terminal.printable("linha\noutra\tcoluna 👩‍👧") == "linha\noutra coluna 👩‍👧")
    }

    @Test("A cell is as wide as its column, cut with an ellipsis")
    func fitted() {
        #expect(Terminal.fitted("abc", 5) == "abc  ")
        #expect(Terminal.fitted("abcdef", 5) == "abcd…")
        #expect(Terminal.fitted("a\nb", 3) == "a b")
    }
}
