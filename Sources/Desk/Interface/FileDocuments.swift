public import struct Foundation.Data

/// An approved template, and what fills its variables.
public struct TemplateRequest: Codable, Sendable, Equatable {
    public var name: String
    /// Such as `pt_PT`. Nil: the customer's.
    public var language: String?
    /// By the name or the number of the variable. What the service knows by itself may be left out.
    public var values: [String: String]?

    public init(name: String, language: String? = nil, values: [String: String]? = nil) {
        self.name = name
        self.language = language
        self.values = values
    }
}

/// A file as it lies on a disk.
public struct FileContent: Sendable {
    public var name: String
    public var bytes: Data

    public init(name: String, bytes: Data) {
        self.name = name
        self.bytes = bytes
    }

    /// Throws ``DeskError`` where WhatsApp would refuse it.
    public func check() throws {
        guard !bytes.isEmpty else { throw DeskError(.invalid, "the file \(name) is empty") }
        try FileType(of: bytes.prefix(FileType.headBytes), name: name).check(size: bytes.count)
    }
}

/// A file that a reply may carry.
public struct FileDocument: Codable, Sendable, Equatable {
    public var id: String
    /// `image`, `video`, `audio` or `document`
    public var kind: String
    public var name: String
    public var mime_type: String
    public var size: Int
    /// When it is forgotten, unless a reply carries it.
    public var expires_at: Moment?
}

/// A piece of a file in an export.
public struct FilePiece: Codable, Sendable, Equatable {
    /// In the first piece of a file.
    public var file: FileDocument?
    /// Base64. The pieces of a file join to the base64 of the whole.
    public var data: String
    public var is_last: Bool
}
