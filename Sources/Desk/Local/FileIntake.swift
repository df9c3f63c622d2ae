import Conversation
import Storage

public import struct Foundation.Data

/// Takes a file in as it comes, part by part, so that no size exhausts the memory. What it is and whether WhatsApp takes
/// it is known from its beginning on.
public struct FileIntake: Sendable {
    private let desk: Desk
    private let conversation: ConversationID
    private let name: String
    private let createdAt: Timestamp
    private var type: FileType?
    private var id: String?
    private var rest = Data()
    private var size = 0
    private var parts = 0

    init(_ desk: Desk, _ conversation: ConversationID, name: String) {
        self.desk = desk
        self.conversation = conversation
        self.name = name
        createdAt = desk.now()
    }

    public mutating func add(_ bytes: Data) async throws {
        size += bytes.count
        rest.append(bytes)
        if type == nil, rest.count >= FileType.headBytes { try await begin() }
        try type?.check(size: size)
        while rest.count >= StoredFile.partBytes, id != nil { try await keep(rest.prefix(StoredFile.partBytes)) }
    }

    public mutating func finish() async throws -> FileDocument {
        guard size > 0 else { throw DeskError(.invalid, "the file \(name) is empty") }
        if id == nil { try await begin() }
        try type?.check(size: size)
        if !rest.isEmpty { try await keep(rest) }
        guard let id, let type, try await desk.store.finishFile(id, size: size) else { throw gone }
        let document = FileDocument(
            id: id,
            kind: type.kind.rawValue,
            name: type.name,
            mime_type: type.mimeType,
            size: size,
            expires_at: Moment(createdAt.adding(hours: 24))
        )
        return document
    }

    /// Leaves nothing behind of what will not come to its end.
    public func discard() async {
        if let id { try? await desk.store.dropFile(id) }
    }

    private mutating func begin() async throws {
        let type = try FileType(of: rest.prefix(FileType.headBytes), name: name)
        self.type = type
        try type.check(size: size)
        let id = desk.newID()
        let file = OutFile(id: id, kind: type.kind, name: type.name, mimeType: type.mimeType, size: 0)
        guard try await desk.store.beginFile(file, of: conversation, now: desk.now()) else {
            throw DeskError(
                .tooLarge,
                "more than 1 GB of files waits here for replies that never came; it is forgotten within a day"
            )
        }
        self.id = id
    }

    private mutating func keep(_ bytes: Data) async throws {
        guard let id, try await desk.store.addFilePart(Data(bytes), number: parts, to: id) else { throw gone }
        parts += 1
        // Counts from 0 again.
        rest = Data(rest.dropFirst(bytes.count))
    }

    private var gone: DeskError { DeskError(.unknownLead, "the lead \(conversation.rawValue) is gone") }
}

extension Desk {
    /// For a file that comes piece by piece.
    public func intake(_ name: String, for reference: String) async throws -> FileIntake {
        FileIntake(self, try await lead(reference).state.id, name: name)
    }

    public func add(_ file: FileContent, for reference: String, by who: String) async throws -> FileDocument {
        try file.check()
        var intake = try await intake(file.name, for: reference)
        do {
            var rest = file.bytes[...]
            while !rest.isEmpty {
                try await intake.add(Data(rest.prefix(StoredFile.partBytes)))
                rest = rest.dropFirst(StoredFile.partBytes)
            }
            return try await intake.finish()
        } catch {
            await intake.discard()
            throw error
        }
    }
}
