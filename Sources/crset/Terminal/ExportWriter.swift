import Desk

/// `crset leads export`: one JSON document, written part by part, so that no length exhausts the memory.
struct ExportWriter {
    private let write: (_ text: String) -> Void

    private enum List: String {
        case entries, audit, files
    }

    /// The list that is open, and whether it has something already.
    private var list: List?
    private var hasItems = false

    init(write: @escaping (_ text: String) -> Void = { Terminal.write($0, terminator: "") }) { self.write = write }

    mutating func write(_ part: ExportPart) throws {
        if let card = part.card {
            write("{\"lead\": \(try JSON.text(ShownLead(card)))")
            if let review = part.review { write(",\n\"review\": \(try JSON.text(review))") }
            open(.entries)
        }
        for entry in part.entries { add(try DeskJSON.text(entry, isPretty: false)) }
        if let audit = part.audit {
            open(.audit)
            for entry in audit { add(try DeskJSON.text(entry, isPretty: false)) }
        }
        if let piece = part.file { try add(piece) }
    }

    func end() { write("\n]}\n") }

    private mutating func add(_ piece: FilePiece) throws {
        open(.files)
        if let file = piece.file { add(try DeskJSON.text(file, isPretty: false).dropLast() + ",\"data\":\"") }
        write(piece.data + (piece.is_last ? "\"}" : ""))
    }

    private mutating func open(_ next: List) {
        if list == next { return }
        write((list == nil ? "" : "\n]") + ",\n\"\(next.rawValue)\": [")
        (list, hasItems) = (next, false)
    }

    private mutating func add(_ item: String) {
        write((hasItems ? "," : "") + "\n" + item)
        hasItems = true
    }
}
