import Foundation
import Testing

@testable import Prompts

/// A working directory with a `config` folder, gone after the test.
func withDirectory(yaml: String? = nil, dotEnv: String? = nil, _ body: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "crset-settings-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: "\(path)/config", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try yaml?.write(toFile: "\(path)/config/crset.yaml", atomically: true, encoding: .utf8)
    try dotEnv?.write(toFile: "\(path)/.env", atomically: true, encoding: .utf8)
    try body(path)
}

func settingsProblems(
    yaml: String? = nil,
    dotEnv: String? = nil,
    overrides: [String: String] = [:],
    environment: [String: String] = [:]
) throws -> [String] {
    var problems: [String] = []
    try withDirectory(yaml: yaml, dotEnv: dotEnv) { path in
        let error = try #require(throws: SettingsError.self) {
            try Settings.load(overrides: overrides, environment: environment, workingDirectory: path)
        }
        problems = error.problems.map { $0.replacingOccurrences(of: path + "/", with: "") }
    }
    return problems
}
