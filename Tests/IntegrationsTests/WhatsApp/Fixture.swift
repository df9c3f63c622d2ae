import Foundation

@testable import Integrations

/// Payloads under `Fixtures/whatsapp`.
enum Fixture {
    static func data(_ name: String) throws -> Data {
        try Data(contentsOf: url.appending(path: name + ".json"))
    }

    static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: url.appending(path: folder).path)
            .map { String($0.dropLast(".json".count)) }.sorted()
    }

    static func items(_ name: String) throws -> [WhatsAppItem] {
        try WhatsAppEnvelope.parse(data("in/" + name))
    }

    /// JSON without regard to the order of its keys.
    static func json(_ data: Data) throws -> NSObject {
        try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed) as? NSObject ?? NSNull()
    }

    private static var url: URL {
        Bundle.module.resourceURL.map { $0.appending(path: "Fixtures/whatsapp") } ?? URL(filePath: "Fixtures/whatsapp")
    }
}
