import Conversation
import Testing

@testable import Prompts

@Suite("Message templates in crset.yaml")
struct MessageTemplateTests {
    @Test("a name alone, in the language it stands under")
    func nameAlone() throws {
        let template = try MessageTemplate("crset_paid", language: .ptPT)
        #expect(template.name == "crset_paid")
        #expect(template.language == "pt_PT")
        #expect(template.parameters.isEmpty)
        #expect(!template.hasLinkButton)
    }

    @Test("variables by order, with a word for what isn't known, and the link's button")
    func byOrder() throws {
        let template = try MessageTemplate("reminder@en_US name|there product button=url price", language: .en)
        #expect(template.language == "en_US")
        #expect(template.parameters.map(\.value) == [.name, .product, .price])
        #expect(template.parameters.map(\.otherwise) == ["there", nil, nil])
        #expect(template.parameters.allSatisfy { $0.name == nil })
        #expect(template.hasLinkButton)
    }

    @Test("variables by name")
    func byName() throws {
        let template = try MessageTemplate("reminder cliente=name|cliente valor=price", language: .ptBR)
        #expect(template.parameters.map(\.name) == ["cliente", "valor"])
        #expect(template.parameters.map(\.value) == [.name, .price])
    }

    @Test(
        "what is no template says how to mend it",
        arguments: ["Crset Paid", "paid@", "paid colour", "paid a=name price"]
    )
    func wrong(line: String) {
        let problem = #expect(throws: MessageTemplate.Problem.self) { try MessageTemplate(line, language: .en) }
        #expect(problem?.mend.isEmpty == false)
    }

    @Test("a template for staff may have variables of its own, and the words that Meta approved")
    func staff() throws {
        let line = "question@pt_BR name|cliente subject = Olá {{1}}, sobre {{2}}:"
        let template = try MessageTemplate(line, language: .ptPT, isForStaff: true)
        #expect(template.parameters.map(\.key) == ["name", "subject"] && template.language == "pt_BR")
        #expect(template.words == "Olá {{1}}, sobre {{2}}:")
        let named = try MessageTemplate("q who=name = Olá {{who}}", language: .en, isForStaff: true)
        #expect(named.words == "Olá {{who}}")
        for wrong in ["q name = {{2}}", "q name = {{name}}", "q who=name = {{1}}", "q = {{1", "q Subject!"] {
            #expect(throws: MessageTemplate.Problem.self) {
                try MessageTemplate(wrong, language: .en, isForStaff: true)
            }
        }
    }

    @Test("templates for staff stand in crset.yaml as a list")
    func staffInFile() throws {
        let folder = try SampleFolder()
        defer { folder.delete() }
        try folder.write(
            "whatsapp: {templates: {pt-PT: {paid: crset_paid, staff: [question name subject, hello]}}}\n",
            to: "config/crset.yaml"
        )
        let settings = try Settings.load(environment: [:], workingDirectory: folder.path)
        #expect(settings.whatsapp.staffTemplates[.ptPT]?.map(\.name) == ["question", "hello"])
        #expect(settings.whatsapp.templates[.ptPT]?.keys.map(\.rawValue) == ["paid"])
        try folder.write("whatsapp: {templates: {pt-PT: {staff: ['Wrong Name!']}}}\n", to: "config/crset.yaml")
        #expect(throws: SettingsError.self) { try Settings.load(environment: [:], workingDirectory: folder.path) }
    }

    @Test("a wrong template in crset.yaml is told with its line, and a text for which none can stand as well")
    func inFile() throws {
        let folder = try SampleFolder()
        defer { folder.delete() }
        try folder.write(
            """
            whatsapp:
              templates:
                pt-PT:
                  paid: crset_paid product
                  follow_up: crset_follow colour
                  greeting: crset_hello
            """,
            to: "config/crset.yaml"
        )
        let error = #expect(throws: SettingsError.self) {
            try Settings.load(environment: [:], workingDirectory: folder.path)
        }
        let problems = error?.problems ?? []
        #expect(problems.contains { $0.contains("5") && $0.contains("colour") }, "\(problems)")
        #expect(problems.contains { $0.contains("greeting") }, "\(problems)")
    }
}
