import Testing

@testable import crset

@Suite("Texts of strangers on a terminal")
struct DisplayTests {
    @Test(
        "A character takes the columns that terminals give it",
        arguments: [
            ("a", 1), ("é", 1), ("e\u{301}", 1), ("ã", 1), ("漢", 2), ("한", 2), ("ｱ", 1), ("Ａ", 2), ("🙂", 2),
            ("👩‍👧", 2), ("👍🏽", 2), ("🇵🇹", 2), ("☀", 1), ("☀️", 2), ("1️⃣", 2), ("✓", 1), ("…", 1), ("שלום", 4),
            (String(repeating: "\u{1100}", count: 50), 4), ("\u{301}", 0), ("\u{200D}", 0), ("", 0),
        ]
    )
    func width(_ text: String, _ columns: Int) {
        #expect(DisplayWidth.of(text) == columns)
    }

    @Test(
        "What steers a terminal or hides in a text is left out, the rest stays",
        arguments: [
            ("olá 👩‍👧 *já*", "olá 👩‍👧 *já*"),
            ("a\u{1B}[31mred\u{1B}[0m", "ared"),
            ("a\u{1B}]0;title\u{7}b", "ab"),
            ("a\u{1B}]8;;http://x\u{1B}\\link\u{1B}]8;;\u{1B}\\b", "alinkb"),
            ("a\u{9B}2Jb", "ab"),
            ("a\u{1B}(Bb\u{1B}cc", "abc"),
            ("a\u{1B}]never ends", "anever ends"),
            ("a\u{1B}", "a"),
            ("nul\u{0}bell\u{7}del\u{7F}", "nulbelldel"),
            ("1\r\n2\r3\n4\u{2028}5", "1\n2\n3\n4\n5"),
            ("tab\tbed", "tab bed"),
            ("\u{202E}abc\u{202C}\u{200F}\u{2066}d\u{2069}\u{61C}", "abcd"),
            ("zero\u{200B}width\u{FEFF}\u{AD}", "zerowidth"),
            ("tag\u{E0041}", "tag"),
        ]
    )
    func safe(_ text: String, _ shown: String) {
        #expect(Array(SafeText.plain(text).unicodeScalars) == Array(shown.unicodeScalars))
    }

    @Test("A tower of combining marks is cut down")
    func marks() {
        let tower = "a" + String(repeating: "\u{301}", count: 500) + "b"
        #expect(SafeText.plain(tower).unicodeScalars.count == 2 + SafeText.marksMax)
    }

    @Test("Lines break at spaces, long words anywhere, and wide characters don't stick out")
    func wrapping() {
        func wrap(_ text: String, _ width: Int) -> [String] {
            StyledText.wrap(StyledText.cells(text, keepsMarks: true), width: width).map { String($0.map(\.character)) }
        }
        #expect(wrap("um dois três quatro", 8) == ["um dois", "três", "quatro"])
        #expect(wrap("um dois", 7) == ["um dois"])
        #expect(wrap("abcdefghij", 4) == ["abcd", "efgh", "ij"])
        #expect(wrap("漢字漢字漢", 5) == ["漢字", "漢字", "漢"])
        #expect(wrap("a\n\nb", 10) == ["a", "", "b"])
        #expect(wrap("", 10) == [""])
        #expect(wrap("abc    de", 4) == ["abc", "de"])
        #expect(wrap("oi 🙂🙂🙂", 5) == ["oi", "🙂🙂", "🙂"])
        #expect(wrap("cafe\u{301} au lait", 4) == ["cafe\u{301}", "au", "lait"])
    }

    @Test("No line is wider than asked for, and no letter is lost")
    func wrappingBounds() {
        let text = "Olá 👩‍👧‍👦! Ação rápida: 漢字 https://example.com/a/very/long/path?with=query e mais texto, ok"
        for width in 4...60 {
            let lines = StyledText.wrap(StyledText.cells(text, keepsMarks: true), width: width)
            #expect(lines.allSatisfy { StyledText.width($0) <= width })
            let kept = lines.flatMap { $0 }.map(\.character).filter { $0 != " " }
            #expect(kept == text.filter { $0 != " " }.map { $0 })
        }
    }

    @Test(
        "WhatsApp's bold is bold where there is bold",
        arguments: [
            ("um *dois* três", "um dois três", "dois"), ("*a b*", "a b", "a b"), ("2*3*4", "2*3*4", ""),
            ("* não*", "* não*", ""), ("*aberto", "*aberto", ""), ("*a\nb*", "*a\nb*", ""),
        ]
    )
    func bold(_ text: String, _ shown: String, _ bold: String) {
        let cells = StyledText.cells(text, keepsMarks: false)
        #expect(String(cells.map(\.character)) == shown)
        #expect(String(cells.filter(\.isBold).map(\.character)) == bold)
        #expect(String(StyledText.cells(text, keepsMarks: true).map(\.character)) == text)
    }
}
