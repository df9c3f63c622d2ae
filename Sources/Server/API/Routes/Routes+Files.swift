import Desk
import HTTPTypes
import Hummingbird
import NIOFoundationCompat

import struct Foundation.Data

extension Routes {
    struct FileQuery: Codable, Sendable {
        /// With its ending, as the customer is to see it.
        var name: String
    }

    /// The body is the file itself, which is stored as it comes: it is never in memory as a whole, and needs no other
    /// form than it has on the disk.
    static func addFile() throws -> Route {
        var route = Route(
            method: .post,
            path: "/v1/leads/{lead}/files",
            id: "addFile",
            summary: "Keep a file for a reply, which names it by its id within a day. The body is the file.",
            tag: "Conversations",
            role: .agent,
            status: .created,
            answer: Route.Shape(type: FileDocument.self, example: Examples.file)
        ) { asked in
            let query = try QueryReader.value(FileQuery.self, asked.query)
            let document = try await take(asked, named: query.name)
            return .json(try DeskJSON.data(document, isPretty: false))
        }
        route.isUpload = true
        try route.takes(FileQuery(name: ""), asking: ["name": "proposta.pdf"])
        return route
    }

    private static func take(_ asked: Asked, named name: String) async throws -> FileDocument {
        guard let body = asked.upload else { throw APIProblem.failed }
        let deadline = ContinuousClock.now + .seconds(Exchange.uploadSecondsMax)
        var intake = try await asked.services.files.intake(name, for: asked.lead)
        do {
            for try await chunk in body {
                guard ContinuousClock.now < deadline else {
                    let words = "the file took longer than \(Exchange.uploadSecondsMax) s"
                    throw APIProblem(.requestTimeout, "timeout", words)
                }
                try await intake.add(Data(buffer: chunk))
            }
            return try await intake.finish()
        } catch {
            await intake.discard()
            throw error
        }
    }
}
