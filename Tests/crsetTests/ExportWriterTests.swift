import Desk
import Foundation
import Testing

@testable import crset

@Suite("What `crset leads export` writes")
struct ExportWriterTests {
    private static func card() throws -> String {
        let lead = try JSON.text(try StaffViewTests.lead())
        return """
            {"lead": \(lead), "window": {"is_open": false}, "stage_history": [], "notes": [],
            "cost": {"micro_usd": 1, "prompt_tokens": 2, "completion_tokens": 3, "answers": 4}}
            """
    }

    private static func entry(_ seq: Int) -> String {
        #"{"seq":\#(seq),"at":"2026-07-01T10:00:00Z","author":"customer","kind":"text","text":"\"olá\""}"#
    }

    private static func log(_ id: Int) -> String {
        #"{"id":\#(id),"at":"2026-07-01T10:00:00Z","who":"Rita","action":"note","detail":""}"#
    }

    private static func file(_ id: String) -> String {
        #"{"id":"\#(id)","kind":"image","name":"a.jpg","mime_type":"image/jpeg","size":4,"expires_at":"2026-07-01T10:00:00Z"}"#
    }

    private static func written(_ parts: [String]) throws -> [String: Any] {
        var text = ""
        var writer = ExportWriter { text += $0 }
        for part in parts { try writer.write(try DeskJSON.decode(ExportPart.self, Data(part.utf8))) }
        writer.end()
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    @Test("parts of any kind and number make one document")
    func many() throws {
        let found = try Self.written([
            """
            {"card": \(try Self.card()), "review": {"reasons": ["new"], "judgement": {"rating": "bad", "tags": []}},
            "entries": [\(Self.entry(1)), \(Self.entry(2))]}
            """,
            #"{"entries": [\#(Self.entry(3))]}"#,
            #"{"entries": [], "audit": [\#(Self.log(9)), \#(Self.log(8))]}"#,
            #"{"entries": [], "audit": [\#(Self.log(7))]}"#,
            #"{"entries": [], "file": {"file": \#(Self.file("a")), "data": "AAAA", "is_last": false}}"#,
            #"{"entries": [], "file": {"data": "BBBB", "is_last": true}}"#,
            #"{"entries": [], "file": {"file": \#(Self.file("b")), "data": "CCCC", "is_last": true}}"#,
        ])
        #expect((found["lead"] as? [String: Any])?["phone"] as? String == "+351910000001")
        #expect((found["review"] as? [String: Any])?["reasons"] as? [String] == ["new"])
        #expect((found["entries"] as? [[String: Any]])?.map { $0["seq"] as? Int } == [1, 2, 3])
        #expect((found["audit"] as? [[String: Any]])?.map { $0["id"] as? Int } == [9, 8, 7])
        #expect((found["files"] as? [[String: Any]])?.map { $0["data"] as? String } == ["AAAABBBB", "CCCC"])
    }

    @Test("a person of whom there is next to nothing makes a document, too")
    func bare() throws {
        let found = try Self.written([#"{"card": \#(try Self.card()), "entries": [], "audit": []}"#])
        #expect((found["entries"] as? [Any])?.isEmpty == true && (found["audit"] as? [Any])?.isEmpty == true)
        #expect(found["files"] == nil && found["review"] == nil)
    }
}
