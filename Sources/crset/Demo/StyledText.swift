/// A character and how it is drawn.
struct Cell: Equatable {
    var character: Character
    var isBold = false

    var width: Int { DisplayWidth.of(character) }
}

/// Text in cells: cut into lines by columns first, turned into escape codes last.
enum StyledText {
    /// WhatsApp's `*bold*` becomes bold cells. `keepsMarks`: the asterisks stay, where nothing can be bold.
    static func cells(_ text: String, keepsMarks: Bool) -> [Cell] {
        let characters = Array(text)
        guard !keepsMarks else { return characters.map { Cell(character: $0) } }
        var cells: [Cell] = []
        var index = 0
        while index < characters.count {
            if characters[index] == "*", let end = boldEnd(characters, from: index) {
                cells += characters[(index + 1)..<end].map { Cell(character: $0, isBold: true) }
                index = end + 1
            } else {
                cells.append(Cell(character: characters[index]))
                index += 1
            }
        }
        return cells
    }

    /// Where bold ends that begins at `start`: both asterisks touch the words inside and none outside.
    private static func boldEnd(_ characters: [Character], from start: Int) -> Int? {
        if start > 0, characters[start - 1].isLetter || characters[start - 1].isNumber { return nil }
        guard start + 2 < characters.count, !characters[start + 1].isWhitespace, characters[start + 1] != "*" else {
            return nil
        }
        for end in (start + 2)..<characters.count {
            if characters[end] == "\n" { return nil }
            guard characters[end] == "*" else { continue }
            if characters[end - 1].isWhitespace { return nil }
            let isLast = end + 1 == characters.count
            return isLast || !(characters[end + 1].isLetter || characters[end + 1].isNumber) ? end : nil
        }
        return nil
    }

    /// Lines of at most `width` columns, broken at spaces where possible. A word longer than a line is cut.
    static func wrap(_ cells: [Cell], width: Int) -> [[Cell]] {
        precondition(width >= DisplayWidth.columnsMax, "the widest character has to fit")
        return cells.split(omittingEmptySubsequences: false) { $0.character == "\n" }
            .flatMap { wrapParagraph($0, width: width) }
    }

    private static func wrapParagraph(_ paragraph: ArraySlice<Cell>, width: Int) -> [[Cell]] {
        var lines: [[Cell]] = []
        var line: [Cell] = []
        var columns = 0
        // Where the line may end: the cell count before its last space.
        var lastSpace: Int?
        for cell in paragraph {
            if columns + cell.width > width, cell.character == " " {
                lines.append(line)
                (line, columns, lastSpace) = ([], 0, nil)
                continue
            }
            while columns + cell.width > width {
                let cut = lastSpace ?? line.count
                lines.append(Array(line[..<cut]))
                line = Array(line[min(line.count, lastSpace.map { $0 + 1 } ?? cut)...])
                columns = line.reduce(0) { $0 + $1.width }
                lastSpace = nil
            }
            if cell.character == " " {
                if line.isEmpty, !lines.isEmpty { continue }
                lastSpace = line.count
            }
            line.append(cell)
            columns += cell.width
        }
        lines.append(line)
        return lines.map(trimmed)
    }

    private static func trimmed(_ line: [Cell]) -> [Cell] {
        Array(line[..<((line.lastIndex { $0.character != " " } ?? -1) + 1)])
    }

    static func width(_ line: [Cell]) -> Int { line.reduce(0) { $0 + $1.width } }
}
