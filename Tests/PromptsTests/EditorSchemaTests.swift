import Foundation
import Prompts
import Testing

@Suite("JSON Schemas for editors")
struct EditorSchemaTests {
    @Test("are JSON, know the fields and products, and carry WhatsApp's limits")
    func schemas() throws {
        let library = try PromptLibrary.load(
            prompts: "\(SampleFolder.root)/Prompts",
            config: "\(SampleFolder.root)/config"
        )
        let schemas = EditorSchema.all(for: library)
        #expect(schemas.keys.sorted() == ["catalog.json", "messages.json", "qualification.json", "scenario.json"])
        func object(_ name: String, _ path: String...) throws -> [String: Any] {
            let data = Data(try #require(schemas[name]).utf8)
            var node = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            for key in path { node = try #require(node[key] as? [String: Any], "\(key)") }
            return node
        }
        let button = try object("messages.json", "properties", "texts", "properties", "pay_button")
        #expect(button["maxLength"] as? Int == 20)
        let questions = try object("messages.json", "properties", "questions")
        #expect((questions["required"] as? [String])?.contains("budget") == true)
        let language = try object("scenario.json", "properties", "language")
        #expect(language["enum"] as? [String] == ["en", "es", "pt-BR", "pt-PT"])
        let field = try object("catalog.json", "properties", "products", "items", "properties", "suits", "items")
        #expect(field["additionalProperties"] as? Bool == false)
    }
}
