import Conversation

import struct Foundation.Data

/// What a file is by its content, and what WhatsApp takes of that (reference/whatsapp.md §11).
struct FileType: Sendable, Equatable {
    var kind: OutFile.Kind
    var mimeType: String
    var name: String

    /// So many bytes tell what it is.
    static let headBytes = 4_096

    var bytesMax: Int {
        switch kind {
        case .image: 5_000_000
        case .video, .audio: 16_000_000
        case .document: 100_000_000
        }
    }

    static let known = """
        WhatsApp takes JPEG and PNG images, MP4 and 3GP videos, AAC, AMR, MP3, M4A and OGG (Opus) sounds, and PDF, text, \
        Word, Excel and PowerPoint documents
        """

    /// Throws ``DeskError`` where WhatsApp takes nothing of the kind.
    init(of head: Data, name: String) throws {
        self.name = try Self.plain(name)
        let bytes = [UInt8](head.prefix(Self.headBytes))
        guard let (kind, type) = Self.media(bytes) ?? Self.document(bytes, Self.ending(self.name)) else {
            throw DeskError(.unsupportedFile, "\(self.name) can't be sent: \(Self.known)")
        }
        (self.kind, mimeType) = (kind, type)
        try checkEnding()
    }

    func check(size: Int) throws {
        guard size <= bytesMax else {
            throw DeskError(
                .tooLarge,
                "\(name) has \(Self.megabytes(size)) MB; WhatsApp takes at most \(Self.megabytes(bytesMax)) MB of "
                    + (kind == .image ? "an image" : kind == .audio ? "a sound" : "a \(kind.rawValue)")
            )
        }
    }

    private static func megabytes(_ bytes: Int) -> String {
        let tenths = (bytes + 99_999) / 100_000
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    // MARK: Names

    private static let nameCharactersMax = 200

    /// The last part of a path, without anything that would steer a terminal, a header or another system's paths.
    private static func plain(_ name: String) throws -> String {
        let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        let scalars = last.unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
            default: scalar != "\""
            }
        }
        let plain = String(String.UnicodeScalarView(scalars)).split(separator: " ").joined(separator: " ")
        guard !plain.isEmpty, plain != ".", plain != ".." else { throw DeskError(.invalid, "the file has no name") }
        guard plain.count <= nameCharactersMax else {
            throw DeskError(.invalid, "the file's name is longer than \(nameCharactersMax) characters")
        }
        return plain
    }

    private static func ending(_ name: String) -> String {
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }

    /// The customer's phone opens a document by its ending.
    private func checkEnding() throws {
        guard kind == .document else { return }
        let ending = Self.ending(name)
        let others = Self.office.map(\.ending) + Self.mediaEndings + ["pdf"]
        let isRight =
            mimeType == "text/plain" ? !others.contains(ending) : Self.endings(of: mimeType).contains(ending)
        guard isRight else {
            throw DeskError(
                .unsupportedFile,
                "\(name) holds \(mimeType), which its name doesn't say; name it "
                    + (Self.endings(of: mimeType).first.map { "….\($0)" } ?? "….txt")
            )
        }
    }

    private static func endings(of type: String) -> [String] {
        type == "application/pdf" ? ["pdf"] : office.filter { $0.type == type }.map(\.ending)
    }

    // MARK: Content

    private static let mediaEndings = [
        "jpg", "jpeg", "png", "gif", "webp", "heic", "mp4", "3gp", "mov", "avi", "mp3", "m4a", "aac", "amr", "ogg",
        "opus",
        "wav", "zip", "exe",
    ]

    private static func media(_ bytes: [UInt8]) -> (OutFile.Kind, String)? {
        func begins(_ start: [UInt8], at place: Int = 0) -> Bool { bytes.dropFirst(place).starts(with: start) }
        func begins(_ start: String, at place: Int = 0) -> Bool { begins(Array(start.utf8), at: place) }
        if begins([0xFF, 0xD8, 0xFF]) { return (.image, "image/jpeg") }
        if begins([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return (.image, "image/png") }
        if begins("ftyp", at: 4) {
            if begins("M4A", at: 8) || begins("M4B", at: 8) { return (.audio, "audio/mp4") }
            if begins("3g", at: 8) { return (.video, "video/3gpp") }
            // QuickTime and pictures of iPhones have the same container.
            let others = ["qt  ", "heic", "heix", "mif1", "msf1", "avif", "avis", "crx "]
            return others.contains { begins($0, at: 8) } ? nil : (.video, "video/mp4")
        }
        if begins("OggS") {
            let isOpus = bytes.prefix(256).indices.contains { begins("OpusHead", at: $0) }
            return isOpus ? (.audio, "audio/ogg") : nil
        }
        if begins("#!AMR") { return (.audio, "audio/amr") }
        if begins("ID3") { return (.audio, "audio/mpeg") }
        guard bytes.count > 1, bytes[0] == 0xFF, bytes[1] & 0xE0 == 0xE0 else { return nil }
        // ADTS has layer 0, MP3 layer 3.
        return switch bytes[1] & 0x06 {
        case 0x00: bytes[1] & 0xF0 == 0xF0 ? (.audio, "audio/aac") : nil
        case 0x02: (.audio, "audio/mpeg")
        default: nil
        }
    }

    private static let office: [(ending: String, type: String, isPacked: Bool)] = [
        ("doc", "application/msword", false),
        ("xls", "application/vnd.ms-excel", false),
        ("ppt", "application/vnd.ms-powerpoint", false),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", true),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", true),
        ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", true),
    ]

    private static func document(_ bytes: [UInt8], _ ending: String) -> (OutFile.Kind, String)? {
        // Readers find the mark within the first kilobyte.
        if bytes.prefix(1_024).indices.contains(where: { bytes.dropFirst($0).starts(with: Array("%PDF-".utf8)) }) {
            return (.document, "application/pdf")
        }
        // Which of its three kinds an Office file is, only the ending tells without unpacking it.
        let isOld = bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])
        let isPacked = bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
        if isOld || isPacked {
            return office.first { $0.ending == ending && $0.isPacked == isPacked }.map { (.document, $0.type) }
        }
        return isText(bytes) ? (.document, "text/plain") : nil
    }

    /// UTF-8 without control characters. The last letter may be cut.
    private static func isText(_ bytes: [UInt8]) -> Bool {
        guard !bytes.contains(where: { $0 < 0x20 && ![0x09, 0x0A, 0x0C, 0x0D].contains($0) || $0 == 0x7F }) else {
            return false
        }
        return (0...3).contains { cut in
            bytes.count > cut && (cut == 0 || bytes.count == headBytes)
                && String(validating: bytes.dropLast(cut), as: UTF8.self) != nil
        }
    }
}
