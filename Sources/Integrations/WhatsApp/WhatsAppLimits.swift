/// What WhatsApp accepts, reference §8. Lengths are in characters, counted as Unicode scalars.
public enum WhatsAppLimits {
    public static let textBody = 4096
    /// Of buttons, lists and URL buttons. The list page of Meta's docs says 4096, its API description 1024.
    public static let interactiveBody = 1024
    public static let header = 60
    public static let footer = 60
    public static let buttons = 3
    public static let buttonID = 256
    public static let buttonTitle = 20
    /// The button that opens a list, and the one that opens a URL.
    public static let actionButton = 20
    public static let listSections = 10
    /// Over all sections.
    public static let listRows = 10
    public static let listSectionTitle = 24
    public static let listRowID = 200
    public static let listRowTitle = 24
    public static let listRowDescription = 72
    public static let caption = 1024
    public static let callbackData = 512

    /// The length that WhatsApp counts.
    public static func length(_ text: String) -> Int { text.unicodeScalars.count }
}

extension WhatsAppOutgoing {
    /// Why WhatsApp would refuse it, a sentence each; empty if it may go out. Looks at form only, not at the window.
    public func problems() -> [String] {
        var check = Check()
        switch recipient {
        case .phone(let phone):
            let digits = phone.utf8.drop { $0 == UInt8(ascii: "+") }
            let isNumber = (5...20).contains(digits.count) && digits.allSatisfy { (0x30...0x39).contains($0) }
            check.require(isNumber, "the phone number is not digits with a country code")
        case .userID(let id):
            check.require(WhatsAppIdentity.isUserID(id), "the user id has not the form XX.abc123")
        }
        if let callbackData { check.length("callback data", callbackData, 0...WhatsAppLimits.callbackData) }
        check.content(content)
        return check.problems
    }
}

private struct Check {
    var problems: [String] = []

    mutating func require(_ isGood: Bool, _ problem: String) {
        if !isGood { problems.append(problem) }
    }

    mutating func length(_ what: String, _ text: String, _ range: ClosedRange<Int>) {
        let length = WhatsAppLimits.length(text)
        require(length >= range.lowerBound, "\(what) is empty")
        require(length <= range.upperBound, "\(what) has \(length) characters, at most \(range.upperBound) fit")
    }

    mutating func content(_ content: WhatsAppOutgoingContent) {
        switch content {
        case .text(let body, _):
            length("text", body, 1...WhatsAppLimits.textBody)
        case .buttons(let body, let buttons, let header, let footer):
            frame(body, header, footer)
            self.buttons(buttons)
        case .list(let body, let button, let sections):
            frame(body, nil, nil)
            length("list button", button, 1...WhatsAppLimits.actionButton)
            self.sections(sections)
        case .ctaURL(let body, let displayText, let url, let header, let footer):
            frame(body, header, footer)
            length("URL button", displayText, 1...WhatsAppLimits.actionButton)
            require(url.hasPrefix("https://") || url.hasPrefix("http://"), "the button's URL is no web address")
        case .template(let name, let language, let parameters, let buttons):
            template(name, language, parameters, buttons)
        case .reaction(let messageID, _):
            require(!messageID.isEmpty, "the reaction names no message")
        case .media(let kind, let source, let caption, let filename):
            self.source(source)
            if let caption { length("caption", caption, 0...WhatsAppLimits.caption) }
            let takesCaption = kind != .audio && kind != .sticker
            require(caption == nil || takesCaption, "\(kind.rawValue) has no caption")
            require(filename == nil || kind == .document, "only a document has a filename")
        }
    }

    private mutating func frame(_ body: String, _ header: WhatsAppHeader?, _ footer: String?) {
        length("body", body, 1...WhatsAppLimits.interactiveBody)
        if let footer { length("footer", footer, 1...WhatsAppLimits.footer) }
        switch header {
        case nil: break
        case .text(let text): length("header", text, 1...WhatsAppLimits.header)
        case .media(let kind, let source):
            require([.image, .video, .document].contains(kind), "a header can't be \(kind.rawValue)")
            self.source(source)
        }
    }

    private mutating func source(_ source: WhatsAppMediaSource) {
        switch source {
        case .id(let id): require(!id.isEmpty, "the media id is empty")
        case .link(let link): require(link.hasPrefix("https://"), "the media link is not https")
        }
    }

    private mutating func buttons(_ buttons: [WhatsAppReplyButton]) {
        let count = buttons.count
        require((1...WhatsAppLimits.buttons).contains(count), "\(count) buttons, 1 to \(WhatsAppLimits.buttons) fit")
        for button in buttons {
            length("button id", button.id, 1...WhatsAppLimits.buttonID)
            length("button title", button.title, 1...WhatsAppLimits.buttonTitle)
        }
        require(Set(buttons.map(\.id)).count == count, "two buttons have the same id")
        require(Set(buttons.map(\.title)).count == count, "two buttons have the same title")
    }

    private mutating func sections(_ sections: [WhatsAppListSection]) {
        let rows = sections.flatMap(\.rows)
        require(
            (1...WhatsAppLimits.listSections).contains(sections.count),
            "\(sections.count) sections, 1 to \(WhatsAppLimits.listSections) fit"
        )
        require(
            (1...WhatsAppLimits.listRows).contains(rows.count),
            "\(rows.count) rows, 1 to \(WhatsAppLimits.listRows) fit"
        )
        for section in sections {
            if let title = section.title { length("section title", title, 1...WhatsAppLimits.listSectionTitle) }
            require(section.title != nil || sections.count == 1, "a section has no title")
            require(!section.rows.isEmpty, "a section has no rows")
        }
        for row in rows {
            length("row id", row.id, 1...WhatsAppLimits.listRowID)
            length("row title", row.title, 1...WhatsAppLimits.listRowTitle)
            if let text = row.description { length("row description", text, 1...WhatsAppLimits.listRowDescription) }
        }
        require(Set(rows.map(\.id)).count == rows.count, "two rows have the same id")
    }

    private mutating func template(
        _ name: String,
        _ language: String,
        _ parameters: [WhatsAppTemplateParameter],
        _ buttons: [WhatsAppTemplateButton]
    ) {
        require(!name.isEmpty, "the template has no name")
        require(!language.isEmpty, "the template has no language")
        let named = parameters.filter { $0.name != nil }.count
        require(named == 0 || named == parameters.count, "some parameters have a name and some have none")
        for parameter in parameters {
            require(!parameter.text.isEmpty, "a parameter is empty")
            let hasBreak = parameter.text.unicodeScalars.contains { "\n\r\t".unicodeScalars.contains($0) }
            require(!hasBreak, "a parameter has a line break or a tab")
            require(!hasFiveSpaces(parameter.text), "a parameter has five spaces in a row")
        }
        let indices = buttons.map { button in
            switch button {
            case .quickReply(let index, _), .url(let index, _): index
            }
        }
        require(Set(indices).count == indices.count, "two template buttons have the same index")
    }

    private func hasFiveSpaces(_ text: String) -> Bool {
        var run = 0
        for byte in text.utf8 {
            run = byte == 0x20 ? run + 1 : 0
            if run == 5 { return true }
        }
        return false
    }
}
