import Conversation
import Foundation

@testable import Prompts

/// A copy of the shipped files in a folder of its own, to break them one by one.
struct SampleFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "crset-prompts-" + UUID().uuidString
        let files = FileManager.default
        try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        for folder in ["Prompts", "config"] {
            try files.copyItem(atPath: "\(Self.root)/\(folder)", toPath: "\(path)/\(folder)")
        }
    }

    /// The package's folder, from the place of this file.
    static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

    func replace(_ old: String, with new: String, in file: String) throws {
        let text = try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)
        guard text.contains(old) else { throw Missing(what: "\(old) in \(file)") }
        guard let range = text.range(of: old) else { return }
        try write(text.replacingCharacters(in: range, with: new), to: file)
    }

    func write(_ text: String, to file: String) throws {
        try text.write(toFile: "\(path)/\(file)", atomically: true, encoding: .utf8)
    }

    func write(_ bytes: [UInt8], to file: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(file)"))
    }

    func remove(_ file: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(file)") }

    func delete() { try? FileManager.default.removeItem(atPath: path) }

    func load() throws -> PromptLibrary {
        try PromptLibrary.load(prompts: "\(path)/Prompts", config: "\(path)/config")
    }

    /// The line, counted from 1, of the first line that holds a text.
    func line(of text: String, in file: String) throws -> Int {
        let lines = try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
        guard let index = lines.firstIndex(where: { $0.contains(text) }) else { throw Missing(what: text) }
        return index + 1
    }

    struct Missing: Error { var what: String }
}
