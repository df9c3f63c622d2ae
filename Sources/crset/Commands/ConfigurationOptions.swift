import ArgumentParser
import Foundation
import Prompts

/// Flags that every command takes. They win over the environment, `.env` and the files.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .long, help: "Folder with crset.yaml, qualification.yaml and catalog.yaml.")
    var config: String?

    @Option(name: .long, help: "Folder with the prompt files.")
    var prompts: String?

    @Option(name: .long, help: "sqlite:PATH or postgres://user@host/name.")
    var database: String?

    @Option(name: .customLong("log-level"), help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel: String?

    func load(_ more: [String: String?] = [:]) throws -> Settings {
        var overrides: [String: String] = [:]
        let own = [
            "crset.config": config, "crset.prompts": prompts, "database.url": database, "log.level": logLevel,
        ]
        for (key, value) in own.merging(more, uniquingKeysWith: { $1 }) {
            if let value { overrides[key] = value }
        }
        return try Settings.load(
            overrides: overrides,
            environment: ProcessInfo.processInfo.environment,
            workingDirectory: FileManager.default.currentDirectoryPath
        )
    }
}
