/// Colours for a terminal that has them; nothing where it has none.
struct Paint: Equatable {
    enum Colour: String {
        case green = "32"
        case blue = "94"
        case cyan = "36"
        case dim = "2"
        case bold = "1"
        case red = "31"
    }

    var isOn: Bool

    func callAsFunction(_ text: String, _ colour: Colour) -> String {
        isOn && !text.isEmpty ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// A line of cells, bold where they are.
    func cells(_ line: [Cell]) -> String {
        guard isOn else { return String(line.map(\.character)) }
        var text = ""
        var isBold = false
        for cell in line {
            if cell.isBold != isBold {
                text += cell.isBold ? "\u{1B}[1m" : "\u{1B}[22m"
                isBold = cell.isBold
            }
            text.append(cell.character)
        }
        return isBold ? text + "\u{1B}[22m" : text
    }
}
