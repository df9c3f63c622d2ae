import Desk

/// A conversation page by page, so that no length exhausts the memory.
enum TranscriptReading {
    /// Entries of a page.
    static let page = 500

    /// Shows all that is there by now behind `seq`, which moves on.
    static func all(
        after seq: inout Int64,
        page: (Int64) async throws -> TranscriptPage,
        show: (TranscriptPage) throws -> Void
    ) async throws {
        while true {
            let found = try await page(seq)
            try show(found)
            let before = seq
            seq = found.last_seq
            guard found.more, seq > before else { return }
        }
    }
}

/// `crset transcript --json`: one document, whatever its length.
enum TranscriptJSON {
    static func write(_ write: (String) -> Void, page: (Int64) async throws -> TranscriptPage) async throws {
        var seq: Int64 = 0
        var hasBegun = false
        var separator = ""
        try await TranscriptReading.all(after: &seq, page: page) { found in
            if !hasBegun { write("{\n\"lead\" : \(try JSON.text(found.lead)),\n\"entries\" : [") }
            hasBegun = true
            for entry in found.entries {
                write(separator + (try JSON.text(entry)))
                separator = ","
            }
        }
        write("]\n}")
    }
}
