/// A file that staff sends. The bytes are the store's.
public struct OutFile: Codable, Sendable, Equatable {
    public enum Kind: String, Codable, Sendable, CaseIterable {
        case image, video, audio, document
    }

    public var id: String
    public var kind: Kind
    /// As the customer sees it under a document.
    public var name: String
    public var mimeType: String
    public var size: Int

    public init(id: String, kind: Kind, name: String, mimeType: String, size: Int) {
        self.id = id
        self.kind = kind
        self.name = name
        self.mimeType = mimeType
        self.size = size
    }
}

/// An approved template with its variables filled in.
public struct OutTemplate: Codable, Sendable, Equatable {
    public struct Parameter: Codable, Sendable, Equatable {
        /// Only for templates made with named parameters; the others go by order.
        public var name: String?
        public var text: String

        public init(name: String? = nil, text: String) {
            self.name = name
            self.text = text
        }
    }

    public var name: String
    /// As WhatsApp spells it, such as `pt_PT`.
    public var language: String
    public var parameters: [Parameter]
    /// What stands behind the host in the address of the first button.
    public var linkSuffix: String?
    /// The words as the customer reads them, where the configuration tells what Meta approved.
    public var words: String?

    public init(
        name: String,
        language: String,
        parameters: [Parameter] = [],
        linkSuffix: String? = nil,
        words: String? = nil
    ) {
        self.name = name
        self.language = language
        self.parameters = parameters
        self.linkSuffix = linkSuffix
        self.words = words
    }

    /// For those who read the conversation.
    public var shown: String {
        if let words { return words }
        let values = parameters.map(\.text).joined(separator: ", ")
        return "[template \(name)]" + (values.isEmpty ? "" : " " + values)
    }
}
