import ArgumentParser
import Desk
import Foundation

struct ReplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reply",
        abstract: "Write to a customer as a person: words, files or a template. The bot falls silent.",
        discussion: """
            Without TEXT, or with -, the text is read from standard input; with --file, TEXT stands under the first file \
            and may be left out. Everything goes out under the same promises as the bot's messages: stored first, sent in \
            order, never twice.

            Files are told by their content: JPEG and PNG images up to 5 MB, MP4 and 3GP videos and AAC, AMR, MP3, M4A \
            and OGG (Opus) sounds up to 16 MB, PDF, text, Word, Excel and PowerPoint documents up to 100 MB.

            More than 24 hours after the customer's last message WhatsApp takes approved templates only. Those of \
            whatsapp.templates in crset.yaml can be sent at any time; what the service knows (the name, the product, the \
            price, the link) is filled in, --set gives the rest.

            EXAMPLES
              crset reply 1kq3v7 "Olá Ana, sou a Rita. Em que posso ajudar?"
              crset reply 1kq3v7 < answer.txt
              crset reply 1kq3v7 --file proposta.pdf Aqui está a proposta
              crset reply 1kq3v7 --file frente.jpg --file verso.jpg
              crset reply 1kq3v7 --template crset_follow_up
              crset reply 1kq3v7 --template crset_question --language pt_PT --set subject="a sua reserva"
            """
    )

    @OptionGroup var options: StaffOptions
    @OptionGroup var reference: LeadReference

    @Argument(help: "What to say; several words need no quotes.")
    var text: [String] = []

    @Option(
        name: .long,
        help: "An image, a video, a sound or a document; may be given up to ten times.",
        completion: .file()
    )
    var file: [String] = []

    @Option(name: .long, help: "An approved template by its name, instead of words and files.")
    var template: String?

    @Option(name: .long, help: "Of the template, such as pt_PT. Default: the customer's.")
    var language: String?

    @Option(name: .customLong("set"), help: "NAME=VALUE for a variable of the template, by its name or number.")
    var values: [String] = []

    @Flag(name: .long, help: "Also where another person has the conversation, or the customer wants no messages.")
    var force = false

    @Flag(name: .long, help: "One JSON document.")
    var json = false

    func validate() throws {
        if template != nil, !file.isEmpty || !text.isEmpty {
            throw ValidationError("a template goes by itself: leave the text and --file out, and fill it with --set")
        }
        if template == nil, language != nil || !values.isEmpty {
            throw ValidationError("--language and --set belong to --template")
        }
        if file.count > 10 { throw ValidationError("at most ten files go with one reply") }
        _ = try settings()
    }

    func run() async throws {
        try await reportingFailures {
            // Whatever is wrong with a file is said before anything is stored.
            let files = try file.map(LocalFile.read)
            let words = try words()
            try await withStaff(options) { session in
                var request = ReplyRequest(text: words, force: force)
                if let template {
                    request.template = TemplateRequest(name: template, language: language, values: try settings())
                }
                for file in files {
                    let document = try await session.desk.add(file, for: reference.lead, by: options.who)
                    request.files = (request.files ?? []) + [document.id]
                }
                let receipt = try await session.desk.reply(reference.lead, request, by: options.who)
                if json { return try Terminal.write(JSON.text(receipt)) }
                var line = "Stored; it goes out at once where the service runs. Window "
                line += WindowWords.text(receipt.window, session.clock) + "."
                if receipt.withdrawn > 0 { line += " Withdrawn: \(receipt.withdrawn) unsent of the bot." }
                Terminal.wrapped(line, Terminal.columns).forEach(Terminal.write)
            }
        }
    }

    private func words() throws -> String? {
        if template != nil { return nil }
        if text == ["-"] || (text.isEmpty && file.isEmpty) { return try StandardInput.text() }
        return text.isEmpty ? nil : text.joined(separator: " ")
    }

    private func settings() throws -> [String: String] {
        try values.reduce(into: [:]) { settings, item in
            guard let mark = item.firstIndex(of: "="), mark > item.startIndex else {
                throw ValidationError("“\(item)” sets nothing; write --set name=value")
            }
            let name = String(item[..<mark])
            guard settings[name] == nil else { throw ValidationError("“\(name)” is set twice") }
            settings[name] = String(item[item.index(after: mark)...])
        }
    }
}

/// A file that is to be sent.
enum LocalFile {
    /// WhatsApp takes nothing larger.
    private static let bytesMax = 100_000_000

    static func read(_ path: String) throws -> FileContent {
        let url = URL(fileURLWithPath: path)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Failure(description: "there is no file \(path)")
        }
        guard !isFolder.boolValue else { throw Failure(description: "\(path) is a folder; name a file") }
        let attributes = try? FileManager.default.attributesOfItem(atPath: url.resolvingSymlinksInPath().path)
        guard attributes?[.type] as? FileAttributeType == .typeRegular else {
            throw Failure(description: "\(path) is no regular file")
        }
        let size = (attributes?[.size] as? NSNumber)?.intValue ?? 0
        guard size <= bytesMax else {
            throw Failure(
                description: "\(path) is larger than \(bytesMax / 1_000_000) MB, which is all that WhatsApp takes"
            )
        }
        let content: FileContent
        do { content = FileContent(name: url.lastPathComponent, bytes: try Data(contentsOf: url)) } catch {
            throw Failure(description: "\(path) can't be read: \(error.localizedDescription)")
        }
        try content.check()
        return content
    }
}
