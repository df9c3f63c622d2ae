import Foundation
import Synchronization

@testable import Integrations

/// Files under `Fixtures`, by path.
enum Payload {
    static func data(_ path: String) throws -> Data {
        let root = Bundle.module.resourceURL ?? URL(filePath: ".")
        return try Data(contentsOf: root.appending(path: "Fixtures").appending(path: path))
    }

    /// The order of members counts.
    static func json(_ path: String) throws -> JSONValue {
        try JSONValue(parsing: data(path))
    }

    static func text(_ path: String) throws -> String {
        String(decoding: try data(path), as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    static func names(in folder: String) throws -> [String] {
        let root = Bundle.module.resourceURL ?? URL(filePath: ".")
        return try FileManager.default.contentsOfDirectory(
            atPath: root.appending(path: "Fixtures").appending(path: folder).path
        ).sorted()
    }
}

/// A service that gives its answers in turn and remembers what it was asked.
final class ScriptedService: Sendable {
    private let answers: Mutex<[Result<HTTPAnswer, HTTPFailure>]>
    private let asked = Mutex<[HTTPCall]>([])

    init(_ answers: [Result<HTTPAnswer, HTTPFailure>]) {
        self.answers = Mutex(answers)
    }

    convenience init(_ status: Int = 200, headers: [String: String] = [:], fixture: String) throws {
        self.init([.success(HTTPAnswer(status: status, headers: headers, body: try Payload.data(fixture)))])
    }

    var calls: [HTTPCall] { asked.withLock { $0 } }

    var transport: HTTPTransport {
        HTTPTransport { call async throws(HTTPFailure) in
            self.asked.withLock { $0.append(call) }
            let next = self.answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            switch next {
            case .success(let answer): return answer
            case .failure(let failure): throw failure
            case nil: throw .notSent("the script has no further answer")
            }
        }
    }
}
