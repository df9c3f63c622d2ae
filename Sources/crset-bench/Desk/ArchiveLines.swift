import Conversation
import Foundation
import Storage

/// Bodies of the journal as SQL expressions: what the service would write, cut where the values go in.
struct ArchiveLines {
    let customer: String
    let message: String
    let task: String
    let explanation: String
    let stageNote: String
    let otherNote: String

    private static let text = "@TEXT@"
    private static let id = "@ID@"
    private static let moment: Int64 = 7_000_000_000_003

    /// The arguments are SQL expressions.
    init(text: String, id: String, at: String, stage: String, version: String) throws {
        let event = Event.messages([
            CustomerMessage(id: Self.id, at: Timestamp(milliseconds: Self.moment), content: .text(Self.text))
        ])
        let bot = OutMessage(.text(Self.text))
        let why = Explanation(
            promptVersion: "@VERSION@",
            model: "gpt-4.1-2025-04-14",
            promptTokens: 4_553,
            cachedTokens: 4_224,
            completionTokens: 61,
            costMicroUSD: 3_258,
            latencyMilliseconds: 1_231,
            stageBefore: .qualifying,
            stageAfter: .qualifying,
            scoreBefore: 0,
            scoreAfter: 5,
            understood: Understanding(
                language: .ptPT,
                intent: .answer,
                product: "site",
                fields: ["name": .text("Ana Silva"), "business": .text("Um café com esplanada em Braga")]
            )
        )
        let values = [
            Self.text: text, Self.id: id, "\(Self.moment)": at, "@STAGE@": stage, "@VERSION@": version,
        ]
        customer = try Self.sql(event, values)
        message = try Self.sql(bot, values)
        task = try Self.sql(OutboxTask.message(bot), values)
        explanation = try Self.sql(why, values)
        stageNote = try Self.sql(Note(.stage, "qualifying → @STAGE@"), values)
        otherNote = try Self.sql(Note(.understood, "business = Um café com esplanada em Braga"), values)
    }

    /// `'{"text":"' || … || '"}'`
    private static func sql(_ value: some Encodable, _ values: [String: String]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        let json = String(decoding: try encoder.encode(value), as: UTF8.self)
        var sql = quoted(json)
        for (mark, expression) in values { sql = sql.replacing(mark, with: "' || \(expression) || '") }
        return sql
    }

    static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
}
