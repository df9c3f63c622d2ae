import Foundation

/// A copy of the shipped prompt files and configuration that a test may change.
struct PromptFolder {
    let url: URL

    var prompts: String { url.appending(path: "Prompts").path }
    var config: String { url.appending(path: "config").path }
    var overrides: [String: String] { ["crset.prompts": prompts, "crset.config": config] }

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "crset-files-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        for name in ["Prompts", "config"] {
            try FileManager.default.copyItem(at: Live.root.appending(path: name), to: url.appending(path: name))
        }
    }

    func text(_ name: String) throws -> String {
        try String(contentsOf: url.appending(path: name), encoding: .utf8)
    }

    /// In one go, as most editors save.
    func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }

    func write(_ data: Data, to name: String) throws {
        try data.write(to: url.appending(path: name), options: .atomic)
    }

    func replace(_ old: String, with new: String, in name: String) throws {
        let text = try text(name)
        guard text.contains(old) else { throw Missed("no \(old) in \(name)") }
        try write(text.replacingOccurrences(of: old, with: new), to: name)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(at: url.appending(path: name)) }

    func delete() { try? FileManager.default.removeItem(at: url) }
}
