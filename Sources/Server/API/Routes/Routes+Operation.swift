import Desk
import HTTPTypes

extension Routes {
    static func deadLetters() throws -> [Route] {
        [
            try .get(
                "/v1/deadletters",
                "listDeadLetters",
                "What was accepted and came to no end, newest first.",
                tag: "Dead letters",
                query: DeadLetterListRequest(),
                asking: ["kinds": ["message"]],
                example: Examples.letters
            ) { try await $0.services.deadLetters.deadLetters($1) },
            try .get(
                "/v1/deadletters/{id}",
                "showDeadLetter",
                "One dead letter: its history and what to do.",
                tag: "Dead letters",
                query: Route.Nothing(),
                example: Examples.letter
            ) { asked, _ in try await asked.services.deadLetters.deadLetter(document: asked.id) },
            .write(
                .post,
                "/v1/deadletters/{id}/retry",
                "retryDeadLetter",
                "Try again.",
                tag: "Dead letters",
                role: .operator,
                body: DeadLetterRetryRequest.self,
                sending: #"{"even_twice": false}"#,
                isBodyOptional: true,
                status: .accepted,
                example: #"{"id": "1kq3v7f2a8c1d4-3-0", "outcome": "retrying"}"#
            ) { try await $0.services.deadLetters.retry($0.id, $1, by: $0.who) },
            .write(
                .post,
                "/v1/deadletters/{id}/drop",
                "dropDeadLetter",
                "Give up on it. The record stays.",
                tag: "Dead letters",
                role: .operator,
                body: Route.Nothing.self,
                sending: nil,
                example: #"{"id": "1kq3v7f2a8c1d4-3-0", "outcome": "dropped"}"#
            ) { asked, _ in try await asked.services.deadLetters.drop(asked.id, by: asked.who) },
        ]
    }

    static func tokens() throws -> [Route] {
        [
            try .get(
                "/v1/tokens",
                "listTokens",
                "Tokens that were issued, newest first.",
                tag: "Tokens",
                role: .admin,
                query: TokenListRequest(),
                example: Examples.tokens
            ) { try await $0.tokens.tokens($1) },
            .write(
                .post,
                "/v1/tokens",
                "issueToken",
                "Issue a token. It is shown this once.",
                tag: "Tokens",
                role: .admin,
                body: TokenIssueRequest.self,
                sending: #"{"name": "Rita", "role": "agent", "valid_seconds": 7776000}"#,
                status: .created,
                example: Examples.issued
            ) { try await $0.tokens.issue($1, by: $0.who) },
            .write(
                .delete,
                "/v1/tokens/{id}",
                "revokeToken",
                "Revoke a token at once.",
                tag: "Tokens",
                role: .admin,
                body: Route.Nothing.self,
                sending: nil,
                example: Examples.token
            ) { asked, _ in try await asked.tokens.revoke(token: asked.id, by: asked.who) },
        ]
    }
}

extension Asked {
    var tokens: any TokenDesk {
        get throws {
            guard let tokens = services.tokens else { throw APIProblem.failed }
            return tokens
        }
    }
}
