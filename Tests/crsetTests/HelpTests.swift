import ArgumentParser
import Testing

@testable import crset

@Suite("Help")
struct HelpTests {
    struct Command: Sendable, CustomTestStringConvertible {
        var path: [String]
        var parents: [any ParsableCommand.Type] = []
        var type: any ParsableCommand.Type

        var testDescription: String { path.joined(separator: " ") }

        var subcommands: [Command] {
            let configuration = type.configuration
            let types = configuration.ungroupedSubcommands + configuration.groupedSubcommands.flatMap(\.subcommands)
            return types.map { Command(path: path + [$0._commandName], parents: parents + [type], type: $0) }
        }

        var all: [Command] { [self] + subcommands.flatMap(\.all) }

        /// Lines of examples, as somebody would type them.
        var examples: [String] { Self.examples(type) }

        /// That stand in the help of its groups.
        var inGroups: [String] {
            let name = testDescription
            return parents.flatMap(Self.examples).filter { "\($0) ".hasPrefix("\(name) ") }
        }

        private static func examples(_ type: any ParsableCommand.Type) -> [String] {
            type.configuration.discussion.split(separator: "\n").map { $0.drop { $0 == " " } }
                .filter { $0.hasPrefix("crset ") }.map(String.init)
        }
    }

    private static let all = Command(path: ["crset"], type: CRSET.self).all

    @Test("Every example in the help is right usage of its command", arguments: all.filter { !$0.examples.isEmpty })
    func examples(command: Command) throws {
        for line in command.examples {
            let words = Self.words(line)
            #expect(throws: Never.self, "\(line)") { try CRSET.parseAsRoot(Array(words.dropFirst())) }
        }
    }

    @Test("Every command that staff and operators use has an example", arguments: all.filter { $0.subcommands.isEmpty })
    func hasExample(command: Command) {
        #expect(!command.examples.isEmpty || !command.inGroups.isEmpty)
    }

    @Test("Wrong usage is told with the help of the command that was meant")
    func wrongUsage() {
        #expect(throws: (any Error).self) { try CRSET.parseAsRoot(["leads", "show"]) }
        do { _ = try CRSET.parseAsRoot(["leads", "show"]) } catch {
            #expect(CRSET.helpCommand(for: error) == "crset leads show --help")
        }
        do { _ = try CRSET.parseAsRoot(["nonsense"]) } catch {
            #expect(CRSET.helpCommand(for: error) == "crset --help")
        }
    }

    /// What a shell makes of a line, up to a redirection, a pipe or the remark behind it.
    private static func words(_ line: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var spaces = 0
        for character in line {
            if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
                continue
            }
            spaces = character == " " ? spaces + 1 : 0
            switch character {
            case "|", "<", ">": return words + [word].compactMap(\.self)
            case " " where word?.contains("$(") == true && word?.contains(")") == false: word? += " "
            case " ":
                words += [word].compactMap(\.self)
                word = nil
                if spaces > 2 { return words }
            case "'", "\"":
                quote = character
                word = word ?? ""
            default: word = (word ?? "") + String(character)
            }
        }
        return words + [word].compactMap(\.self)
    }
}
