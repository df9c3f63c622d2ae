import Conversation
import Foundation
import Integrations

/// The words of the customers, in the language of the sample business.
enum Words {
    static let optOut = "STOP"
    static let human = "Quero falar com uma pessoa"
}

/// A customer: who they are, what they wrote and what reached them.
final class Customer: @unchecked Sendable {
    let number: Int
    let userID: String
    /// Nil for those who go by a user name.
    let waID: String?
    /// Indexes in the ledger of what was delivered.
    var received: [Int] = []
    var lastWroteAt: Timestamp
    /// Links that were paid or tried.
    var triedLinks: Set<String> = []
    var isDone = false
    /// Learnt from the ids of our messages.
    var conversation: String?
    private let world: World

    var name: String { "customer \(number)" }

    init(number: Int, _ world: World) {
        self.number = number
        self.world = world
        userID = "PT.10\(number)"
        waID = world.chance.happens(0.85) ? "35191000\(1_000 + number)" : nil
        lastWroteAt = world.start
    }

    // MARK: Writing

    func say(_ text: String, _ meaning: Meaning, kind: Ledger.Said.Kind = .words) {
        let token = kind == .optOut ? "" : world.newToken()
        if !token.isEmpty { world.meanings[token] = meaning }
        let body = token.isEmpty ? text : "\(text) \(token)"
        write(["type": "text", "text": ["body": .string(body)]], token, kind)
    }

    func tap(_ choice: Ledger.Choice, on heard: Ledger.Heard) {
        let kind = choice.isRow ? "list_reply" : "button_reply"
        var interactive: JSONValue = ["type": .string(kind)]
        interactive[kind] = ["id": .string(choice.id), "title": .string(choice.title)]
        let context: JSONValue = ["from": "351210000000", "id": .string(heard.id)]
        write(
            ["type": "interactive", "interactive": interactive, "context": context],
            "",
            choice.id == "human" ? .human : .tap
        )
    }

    func react(to heard: Ledger.Heard) {
        write(["type": "reaction", "reaction": ["message_id": .string(heard.id), "emoji": "👍"]], "", .reaction)
    }

    func sendVoice() {
        let audio: JSONValue = ["id": "9002", "mime_type": "audio/ogg; codecs=opus", "voice": true]
        write(["type": "audio", "audio": audio], "", .voice)
    }

    func sendPicture() {
        write(["type": "image", "image": ["id": "9001", "mime_type": "image/jpeg"]], "", .picture)
    }

    private func write(_ content: JSONValue, _ token: String, _ kind: Ledger.Said.Kind) {
        let id = "wamid.in\(world.ledger.said.count)"
        var message = content
        message["id"] = .string(id)
        message["timestamp"] = .string("\(world.now.milliseconds / 1_000)")
        message["from_user_id"] = .string(userID)
        if let waID { message["from"] = .string(waID) }
        let contact: JSONValue = [
            "profile": ["name": "Ana"], "user_id": .string(userID), "wa_id": .optional(waID),
        ]
        lastWroteAt = world.now
        world.note("\(name) sends \(kind) \(token) \(id)")
        world.ledger.said.append(
            Ledger.Said(customer: number, id: id, token: token, kind: kind, at: world.now)
        )
        world.post.whatsApp(
            ["contacts": [contact], "messages": [message]],
            about: .said(world.ledger.said.count - 1),
            world
        )
        if kind == .optOut || kind == .human {
            world.ledger.mutes.append(
                .init(customer: number, kind: kind == .human ? .human : .optOut, from: world.now)
            )
        }
    }

    /// The owner answers from the phone.
    func ownerAnswers() {
        let message: JSONValue = [
            "from": "351210000000", "to": .optional(waID), "id": .string("wamid.echo\(world.chance.next())"),
            "timestamp": .string("\(world.now.milliseconds / 1_000)"), "type": "text", "text": ["body": "Olá, sou eu."],
        ]
        world.ledger.mutes.append(.init(customer: number, kind: .takeover, from: world.now))
        world.note("the owner answers \(name) from the phone")
        world.post.whatsApp(
            ["message_echoes": [message]],
            field: "smb_message_echoes",
            about: .mute(world.ledger.mutes.count - 1),
            world
        )
    }

    /// What was delivered and isn't of staff, newest last.
    var heard: [Ledger.Heard] { received.map { world.ledger.heard[$0] } }
}
