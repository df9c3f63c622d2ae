public import Conversation

public import struct Foundation.Data

/// Files that staff sends. Their bytes are here before the message that carries them is, part by part, so that none is
/// ever one large write; from here they are uploaded to WhatsApp as often as that takes.
public protocol FileStore: Sendable {
    /// Makes room for a file. False: too much lies here already that no message carries, or there is no such
    /// conversation. What no message has named for a day is forgotten on the way.
    func beginFile(_ file: OutFile, of id: ConversationID, now: Timestamp) async throws -> Bool
    /// At most ``StoredFile/partBytes``; the parts of a file count from 0. False: the file is gone.
    func addFilePart(_ bytes: Data, number: Int, to id: String) async throws -> Bool
    /// Now a message may carry it. False: the file is gone.
    func finishFile(_ id: String, size: Int) async throws -> Bool
    /// Takes a file back that no message carries.
    func dropFile(_ id: String) async throws

    func file(_ id: String) async throws -> StoredFile?
    func filePart(_ number: Int, of id: String) async throws -> Data?
    /// Those that messages carry, in the order of their ids.
    func files(of id: ConversationID, after: String?, limit: Int) async throws -> [StoredFile]

    /// Remembers that WhatsApp has it.
    func keep(_ upload: StoredFile.Upload, of id: String) async throws
    /// A send that takes longer than its lease. False: the row is not this owner's any more, and must not be sent.
    func prolongSend(_ row: String, owner: String, until: Timestamp) async throws -> Bool
}

public struct StoredFile: Sendable, Equatable {
    /// What WhatsApp calls it, for 30 days and for one business number.
    public struct Upload: Sendable, Equatable {
        public var mediaID: String
        public var channel: String
        public var at: Timestamp

        public init(mediaID: String, channel: String, at: Timestamp) {
            self.mediaID = mediaID
            self.channel = channel
            self.at = at
        }
    }

    /// The size is 0 until it is whole.
    public var file: OutFile
    public var conversation: ConversationID
    public var createdAt: Timestamp
    public var isWhole: Bool
    /// A message carries it.
    public var isUsed: Bool
    public var upload: Upload?

    /// 768 KiB: divisible by three, so that the base64 of the parts joins to the base64 of the file.
    public static let partBytes = 3 << 18

    public var parts: Int { (file.size + Self.partBytes - 1) / Self.partBytes }
}

extension StoreLimits {
    /// A file that no message names for so long is forgotten.
    static let unusedFileMilliseconds: Int64 = 86_400_000
    /// Parts of such files: 1 GiB.
    static let unusedPartsMax = (1 << 30) / StoredFile.partBytes
    /// Forgotten by one call.
    static let unusedFilesSweep = 20
}
