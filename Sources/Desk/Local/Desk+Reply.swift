import Conversation
import Storage

extension Desk {
    /// What a reply is made of. Throws ``DeskError``.
    func content(of request: ReplyRequest, for record: LeadRecord) async throws -> StaffAct.What {
        let files = request.files ?? []
        if let template = request.template {
            guard files.isEmpty, request.text == nil else {
                throw DeskError(.invalid, "a template goes by itself: what it says is filled in with --set")
            }
            return .send([.template(try filled(template, for: record))])
        }
        if files.isEmpty {
            guard let text = request.text else { throw DeskError(.invalid, "give a text, files or a template") }
            return .reply(try words(text, charactersMax: Self.replyCharactersMax))
        }
        guard files.count <= Self.filesMax, Set(files).count == files.count else {
            throw DeskError(.invalid, "a reply carries at most \(Self.filesMax) files, each once")
        }
        var contents: [OutMessage.Content] = []
        var caption = try request.text.map { try words($0, charactersMax: Self.captionCharactersMax) }
        for id in files {
            guard let stored = try await store.file(id), stored.isWhole, stored.conversation == record.state.id else {
                throw noFile(id)
            }
            let takesCaption = stored.file.kind != .audio
            contents.append(.file(stored.file, caption: takesCaption ? caption : nil))
            if takesCaption { caption = nil }
        }
        guard caption == nil else {
            throw DeskError(.invalid, "nothing can stand under a sound: send the words by themselves")
        }
        return .send(contents)
    }

    private static let filesMax = 10
    private static let captionCharactersMax = 1_024

    func noFile(_ id: String) -> DeskError {
        DeskError(.notFound, "there is no file “\(id)” for a reply to this lead; add it again")
    }

    // MARK: Templates

    /// The templates that fit a lead, for the words of a refusal.
    func wayOut(for record: LeadRecord) -> String {
        let names = templates().filter { $0.speaks == record.state.language }.map(\.name)
        guard !names.isEmpty else {
            return
                "wait until they write, reach them another way, or configure approved templates (whatsapp.templates in "
                + "crset.yaml)"
        }
        let unique = names.enumerated().filter { names.firstIndex(of: $1) == $0 }.map(\.element)
        return "an approved template goes out all the same: crset reply \(record.state.id.rawValue) --template "
            + "\(unique[0])\(unique.count > 1 ? " (or \(unique.dropFirst().joined(separator: ", ")))" : "")"
    }

    private func filled(_ request: TemplateRequest, for record: LeadRecord) throws -> OutTemplate {
        try template(request, for: record).filled(request.values ?? [:], known: known(of: record))
    }

    private func template(_ request: TemplateRequest, for record: LeadRecord) throws -> ReplyTemplate {
        let named = templates().filter { $0.name == request.name }
        guard !named.isEmpty else {
            let names = Set(templates().map(\.name)).sorted().joined(separator: ", ")
            throw DeskError(
                .invalid,
                "“\(request.name)” is none of the configured templates; "
                    + (names.isEmpty ? "whatsapp.templates in crset.yaml names none" : "there are \(names)")
            )
        }
        let wanted = request.language.map { Language($0.replacing("_", with: "-")) }
        let language = wanted ?? record.state.language
        let fitting = named.filter {
            $0.speaks == language || Language($0.language.replacing("_", with: "-")) == language
        }
        if let first = fitting.first { return first }
        let languages = Set(named.map(\.language)).sorted()
        guard wanted == nil, languages.count == 1 else {
            throw DeskError(
                .invalid,
                "the template \(request.name) is there in \(languages.joined(separator: ", ")), not in "
                    + "\(request.language ?? language.rawValue); choose with --language"
            )
        }
        return named[0]
    }

    /// By the same names as in the configuration.
    private func known(of record: LeadRecord) -> [String: String] {
        var known: [String: String] = [:]
        known["name"] = LeadDocument.name(record).flatMap { $0.split(separator: " ").first.map(String.init) }
        known["business"] = playbook()?.business.name
        let language = record.state.language
        func add(_ offer: Offer) {
            (known["product"], known["price"]) = (offer.productName, MoneyFormat.text(offer.price, in: language))
        }
        switch record.state.stage.standing {
        case .offered(let offered): add(offered.offer)
        case .awaitingPayment(let offer, let link, _):
            add(offer)
            known["url"] = link.url
        case .paid(let payment): add(payment.offer)
        default: break
        }
        return known
    }
}
