import Conversation
import Desk
import Foundation
import Integrations
import Prompts
import Sandbox
import Storage
import Testing

@testable import Server

/// A picture in its shortest form: what it is, its first bytes tell.
enum SampleFiles {
    static let jpeg = Data([0xFF, 0xD8, 0xFF, 0xE0]) + Data("JFIF".utf8)
    static let pdf = Data("%PDF-1.7\n".utf8)
}

@Suite("Files and templates of staff, on the same machine and over the API", .serialized)
struct StaffFileTests {
    private static func refusal(_ work: () async throws -> Void) async -> DeskError? {
        do { try await work() } catch { return error as? DeskError }
        return nil
    }

    /// A folder of configuration with templates.
    private static func configuration() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "crset-config-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: Live.root.appending(path: "config"), to: folder)
        let file = folder.appending(path: "crset.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        let templates = """
            whatsapp:
              templates:
                pt-PT:
                  follow_up: crset_follow_up name|cliente
                  staff: ['crset_question name subject = Olá {{1}}, sobre {{2}}: podemos ajudar?']
            """
        try text.replacing("\nwhatsapp:\n", with: "\n\(templates)\n").write(to: file, atomically: true, encoding: .utf8)
        return folder
    }

    @Test(
        "Pictures and documents go out in order, stand in the transcript, in the export, and are erased",
        arguments: Way.allCases
    )
    func files(way: Way) async throws {
        try await Staffed.with { (staffed) async throws in
            let (ana, id) = try await staffed.lead()
            let before = ana.heard.count
            try await way.desk(staffed, as: "Rita") { (desk) async throws in
                let photo = try await desk.add(
                    FileContent(name: "a/frente.jpg", bytes: SampleFiles.jpeg),
                    for: id,
                    by: "Rita"
                )
                #expect(photo.kind == "image" && photo.name == "frente.jpg" && photo.size == SampleFiles.jpeg.count)
                // Larger than a part.
                let large = SampleFiles.pdf + Data(repeating: 0x20, count: StoredFile.partBytes * 2)
                let paper = try await desk.add(FileContent(name: "proposta.pdf", bytes: large), for: id, by: "Rita")
                let request = ReplyRequest(text: "Aqui está", files: [photo.id, paper.id], request_id: "r1")
                #expect(try await desk.reply(id, request, by: "Rita").is_new)
                // A repeat sends nothing, and over the API hears the first answer.
                _ = try await desk.reply(id, request, by: "Rita")
                #expect(try await ana.hear(before + 1).text == "[image] Aqui está")
                let second = try await ana.hear(before + 2)
                #expect(second.text == "[document proposta.pdf]" && second.type == "document")
                #expect(ana.heard.count == before + 2)
                let lines = try await desk.transcript(id, after: 0, limit: 100).entries.filter { $0.author == "staff" }
                #expect(lines.map(\.text) == ["[image: frente.jpg] Aqui está", "[document: proposta.pdf]"])
                #expect(try await desk.audit(AuditRequest(lead_id: id)).entries.first?.detail == "image, document")

                var found: [Data] = []
                var base64 = ""
                var cursor: String?
                repeat {
                    let part = try await desk.export(id, after: cursor)
                    if let piece = part.file {
                        base64 += piece.data
                        if piece.is_last {
                            found.append(try #require(Data(base64Encoded: base64)))
                            base64 = ""
                        }
                    }
                    cursor = part.next_cursor
                } while cursor != nil
                #expect(found == [SampleFiles.jpeg, large])
                let receipt = try await desk.forget(id, by: "Rita")
                #expect(receipt.erased.first { $0.store == "files" }?.count == 2)
            }
        }
    }

    @Test("What can't be sent is refused with its reason, and nothing goes out", arguments: Way.allCases)
    func refused(way: Way) async throws {
        try await Staffed.with { (staffed) async throws in
            let (ana, id) = try await staffed.lead()
            let before = ana.heard.count
            try await way.desk(staffed) { (desk) async throws in
                func add(_ name: String, _ bytes: Data) async -> DeskError? {
                    await Self.refusal {
                        _ = try await desk.add(FileContent(name: name, bytes: bytes), for: id, by: "Rita")
                    }
                }
                #expect(await add("a.jpg", Data())?.code == .invalid)
                #expect(await add("a.gif", Data("GIF89a".utf8) + Data([0]))?.code == .unsupportedFile)
                // By its content, whatever its name.
                #expect(await add("a.jpg", Data("MZ".utf8) + Data([0, 1]))?.code == .unsupportedFile)
                #expect(await add("a.jpg", SampleFiles.pdf)?.detail.contains("….pdf") == true)
                let heavy = await add("a.jpg", SampleFiles.jpeg + Data(count: 5_000_000))
                #expect(heavy?.code == .tooLarge && heavy?.detail.contains("5 MB of an image") == true)
                #expect(await add("..", SampleFiles.pdf)?.code == .invalid)
                #expect(
                    await Self.refusal { _ = try await desk.reply(id, ReplyRequest(text: nil), by: "R") }?.code
                        == .invalid
                )
                let missing = await Self.refusal {
                    _ = try await desk.reply(id, ReplyRequest(text: nil, files: ["nothing"]), by: "Rita")
                }
                #expect(missing?.code == .notFound)
                let sound = try await desk.add(
                    FileContent(name: "a.mp3", bytes: Data("ID3a".utf8)),
                    for: id,
                    by: "Rita"
                )
                let words = await Self.refusal {
                    _ = try await desk.reply(id, ReplyRequest(text: "x", files: [sound.id]), by: "Rita")
                }
                #expect(words?.detail.contains("sound") == true)
                #expect(try await desk.card(id).lead.held_by == nil)
            }
            #expect(ana.heard.count == before)
        }
    }

    @Test(
        "A template is filled in, shown with its words, and told of where the window is shut",
        arguments: Way.allCases
    )
    func templates(way: Way) async throws {
        let folder = try Self.configuration()
        defer { try? FileManager.default.removeItem(at: folder) }
        let environment = ["CRSET_JWT_SECRET": Staffed.secret, "CRSET_CONFIG": folder.path]
        try await Staffed.with(
            environment: environment,
            prepare: { $0.whatsApp.templates = ["crset_question/pt_PT"] }
        ) { (staffed) async throws in
            let (ana, id) = try await staffed.lead()
            let before = ana.heard.count
            try await way.desk(staffed) { (desk) async throws in
                func refused(_ template: TemplateRequest) async -> String {
                    await Self.refusal {
                        _ = try await desk.reply(id, ReplyRequest(text: nil, template: template), by: "R")
                    }?
                    .detail ?? ""
                }
                #expect(await refused(TemplateRequest(name: "other")).contains("crset_follow_up, crset_question"))
                #expect(await refused(TemplateRequest(name: "crset_question")).contains("--set subject=…"))
                let odd = TemplateRequest(name: "crset_question", values: ["colour": "red"])
                #expect(await refused(odd).contains("it has name, subject"))
                #expect(await refused(TemplateRequest(name: "crset_question", language: "en")).contains("pt_PT"))
                let good = TemplateRequest(name: "crset_question", values: ["2": "a {{1}}\nreserva"])
                _ = try await desk.reply(id, ReplyRequest(text: nil, template: good), by: "Rita")
                let sent = try await ana.hear(before + 1)
                #expect(sent.type == "template" && sent.text == "crset_question Ana a {{1}} reserva")
                let line = try await desk.transcript(id, after: 0, limit: 100).entries.last { $0.author == "staff" }
                #expect(line?.kind == "template")
                #expect(line?.text == "[template crset_question] Olá Ana, sobre a {{1}} reserva: podemos ajudar?")
            }
        }
    }

    @Test("A file of another form, without a token or for nobody is refused")
    func door() async throws {
        try await Staffed.with { (staffed) async throws in
            let (_, id) = try await staffed.lead()
            let agent = try await staffed.token(.agent)
            let reader = try await staffed.token(.reader)
            let path = "/v1/leads/\(id)/files?name=a.txt"
            let raw = ["Content-Type": "application/octet-stream"]
            func status(_ path: String, _ token: String?, _ headers: [String: String]) async throws -> Int {
                try await staffed.ask("POST", path, token: token, body: "Olá", headers: headers).status
            }
            #expect(try await status(path, nil, raw) == 401)
            #expect(try await status(path, reader, raw) == 403)
            #expect(try await status(path, agent, ["Content-Type": "multipart/form-data; boundary=x"]) == 415)
            #expect(try await status("/v1/leads/\(id)/files", agent, raw) == 422)
            #expect(try await status("/v1/leads/nobody/files?name=a.txt", agent, raw) == 404)
            #expect(try await status(path, agent, raw) == 201)
            let once = raw.merging(["Idempotency-Key": "k"]) { $1 }
            let first = try await staffed.ask("POST", path, token: agent, body: "Olá", headers: once).text
            #expect(try await staffed.ask("POST", path, token: agent, body: "Olá", headers: once).text == first)
        }
    }

    @Test("A sound that was stored and not sent when the process died goes out once")
    func restart() async throws {
        let live = try await Live.start(guided: true)
        let ana = Chat(live, Customer(waID: "351911111117", name: "Ana"))
        try await ana.ask("Olá")
        let id = try await ana.lead().state.id.rawValue
        let before = ana.heard.count
        let file = try await live.desk.add(FileContent(name: "a.mp3", bytes: Data("ID3a".utf8)), for: id, by: "Rita")
        _ = try await live.desk.reply(id, ReplyRequest(text: nil, files: [file.id]), by: "Rita")
        let again = try await live.restarted()
        #expect(try await ana.hear(before + 1).type == "audio")
        #expect(ana.heard.count == before + 1)
        await again.stop()
    }
}
