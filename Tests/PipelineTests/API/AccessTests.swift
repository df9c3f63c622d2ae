import Crypto
import Desk
import Foundation
import Integrations
import Prompts
import Server
import Testing

@Suite("Who may use the API", .serialized)
struct AccessTests {
    private static func part(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func part(_ object: [String: Any]) throws -> String {
        part(try JSONSerialization.data(withJSONObject: object))
    }

    /// A token as somebody else would make it: other header, other claims, other secret.
    private static func forged(
        from token: String,
        header: [String: Any] = [:],
        claims: [String: Any] = [:],
        without: String? = nil,
        secret: String? = Staffed.secret
    ) throws -> String {
        let parts = token.split(separator: ".").map(String.init)
        func object(_ text: String) throws -> [String: Any] {
            var text = text.replacing("-", with: "+").replacing("_", with: "/")
            while text.count % 4 != 0 { text += "=" }
            let data = try #require(Data(base64Encoded: text))
            return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        }
        var body = try object(parts[1]).merging(claims) { $1 }
        if let without { body[without] = nil }
        let signed = try part(try object(parts[0]).merging(header) { $1 }) + "." + part(body)
        guard let secret else { return signed + "." }
        let mac = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: Data(secret.utf8)))
        return signed + "." + part(Data(mac))
    }

    @Test("No token, and every kind of bad one, get the same answer")
    func allAlike() async throws {
        try await Staffed.with { (staffed) async throws in
            let good = try await staffed.token(.reader)
            #expect(try await staffed.ask("GET", "/v1/leads", token: good).status == 200)
            #expect(try await staffed.ask("GET", "/v1/leads", token: Self.forged(from: good)).status == 200)
            let now = Int(Date().timeIntervalSince1970)
            let bad: [String: String?] = [
                "none": nil,
                "garbage": "a.b.c",
                "other secret": try Self.forged(from: good, secret: "another-secret-of-thirty-two-bytes!"),
                "alg none": try Self.forged(from: good, header: ["alg": "none"], secret: nil),
                "alg none, signed": try Self.forged(from: good, header: ["alg": "none"]),
                "other alg": try Self.forged(from: good, header: ["alg": "HS512"]),
                "unknown key": try Self.forged(from: good, header: ["kid": "hs-000000000000"]),
                "critical header": try Self.forged(from: good, header: ["crit": ["x"], "x": 1]),
                "expired": try Self.forged(from: good, claims: ["exp": now - 31]),
                "not yet": try Self.forged(from: good, claims: ["nbf": now + 60]),
                "no expiry": try Self.forged(from: good, without: "exp"),
                "no audience": try Self.forged(from: good, without: "aud"),
                "other audience": try Self.forged(from: good, claims: ["aud": "elsewhere"]),
                "empty audience": try Self.forged(from: good, claims: ["aud": [String]()]),
                "more rights": try Self.forged(from: good, claims: ["role": "admin"]),
                "unknown id": try Self.forged(from: good, claims: ["jti": "1kq3w0"]),
                "huge": good + String(repeating: "A", count: 5_000),
            ]
            let first = try await staffed.ask("GET", "/v1/leads")
            #expect(first.status == 401)
            #expect(first.headers["content-type"] == "application/problem+json")
            #expect(first.headers["www-authenticate"] == "Bearer realm=\"crset\"")
            for (name, token) in bad {
                let answer = try await staffed.ask("GET", "/v1/leads", token: token)
                #expect(answer.status == 401 && answer.body == first.body, "\(name)")
            }
            // Clocks may differ a little.
            let late = try Self.forged(from: good, claims: ["exp": now - 5])
            #expect(try await staffed.ask("GET", "/v1/leads", token: late).status == 200)
        }
    }

    @Test("A revoked token opens nothing from then on")
    func revoked() async throws {
        try await Staffed.with { (staffed) async throws in
            let admin = try await staffed.token(.admin, name: "Root")
            let issue = try await staffed.ask(
                "POST",
                "/v1/tokens",
                token: admin,
                body: #"{"name": "Rita", "role": "agent", "valid_seconds": 3600}"#
            )
            #expect(issue.status == 201 && issue.headers["cache-control"] == "no-store")
            let issued = try DeskJSON.decode(IssuedTokenDocument.self, issue.body)
            #expect(issued.record.issued_by == "Root" && issued.record.state == .valid)
            #expect(try await staffed.ask("GET", "/v1/leads", token: issued.token).status == 200)
            let gone = try await staffed.ask("DELETE", "/v1/tokens/\(issued.record.id)", token: admin)
            #expect(gone.status == 200)
            #expect(try await staffed.ask("GET", "/v1/leads", token: issued.token).status == 401)
            let list = try await staffed.ask("GET", "/v1/tokens", token: admin)
            let page = try DeskJSON.decode(TokenPage.self, list.body)
            #expect(page.tokens.first { $0.id == issued.record.id }?.revoked_by == "Root")
            #expect(!list.text.contains(issued.token))
        }
    }

    @Test("Keys are changed without a token that stops working: several secrets, and P-256 key files")
    func rotation() async throws {
        let key = P256.Signing.PrivateKey()
        let folder = FileManager.default.temporaryDirectory.appending(path: "crset-key-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "key.pem")
        try Data(key.pemRepresentation.utf8).write(to: file)
        let environment = [
            "CRSET_JWT_SECRET": "a-new-secret-of-thirty-two-bytes-and-more,\(Staffed.secret)",
            "CRSET_JWT_KEY_FILES": file.path,
        ]
        try await Staffed.with(environment: environment) { (staffed) async throws in
            // Who still signs with the old secret alone.
            var settings = staffed.live.settings
            settings.jwtSecrets = [Secret(Staffed.secret)]
            settings.jwtKeyFiles = []
            let before = try #require(try await Tokens.open(settings, store: staffed.store))
            let old = try await before.issue(TokenIssueRequest(name: "Ana", role: .reader), by: "test").token
            let new = try await staffed.token(.reader)
            #expect(try await staffed.tokens.tokens(TokenListRequest()).tokens.first?.key_id.hasPrefix("es-") == true)
            #expect(try await staffed.ask("GET", "/v1/leads", token: old).status == 200)
            #expect(try await staffed.ask("GET", "/v1/leads", token: new).status == 200)
            // The public key as a secret: the key says which algorithm it is for, not the token.
            let confused = try Self.forged(
                from: new,
                header: ["alg": "HS256"],
                secret: key.publicKey.pemRepresentation
            )
            #expect(try await staffed.ask("GET", "/v1/leads", token: confused).status == 401)
        }
    }

    @Test("Without a key the API answers 503, the description is there, and the rest works")
    func noKey() async throws {
        try await Live.with(guided: true) { (live) async throws in
            for path in ["/v1/leads", "/v1/tokens", "/v1/events"] {
                let answer = try await live.get(path)
                #expect(answer.status == 503 && answer.code == "not_configured")
            }
            #expect(try await live.get("/openapi.json").status == 200)
            #expect(try await live.get("/health").status == 200)
        }
    }

    @Test("Each role may do what its part is, and no more")
    func roles() async throws {
        try await Staffed.with { (staffed) async throws in
            let (_, id) = try await staffed.lead()
            let needs: [(String, String, String?, StaffRole, Int)] = [
                ("GET", "/v1/leads/\(id)", nil, .reader, 200),
                ("POST", "/v1/leads/\(id)/notes", #"{"text": "n"}"#, .agent, 201),
                ("POST", "/v1/leads/\(id)/takeover", nil, .agent, 200),
                ("GET", "/v1/audit", nil, .operator, 200),
                ("GET", "/v1/leads/\(id)/export", nil, .operator, 200),
                ("GET", "/v1/tokens", nil, .admin, 200),
                ("POST", "/v1/tokens", #"{"name": "x", "role": "reader"}"#, .admin, 201),
                ("DELETE", "/v1/leads/\(id)", nil, .operator, 200),
            ]
            for role in StaffRole.allCases {
                let token = try await staffed.token(role)
                for (method, path, body, least, status) in needs
                where method != "DELETE" || role >= .admin || role < least {
                    let answer = try await staffed.ask(method, path, token: token, body: body)
                    let isForced = answer.status == 409 && path.hasSuffix("takeover")
                    #expect(isForced || answer.status == (role >= least ? status : 403), "\(role) \(method) \(path)")
                }
            }
        }
    }

    @Test("Readers get no phone numbers")
    func masked() async throws {
        try await Staffed.with { (staffed) async throws in
            let (_, id) = try await staffed.lead("351912345678")
            let reader = try await staffed.token(.reader)
            let agent = try await staffed.token(.agent)
            for path in ["/v1/leads", "/v1/leads/\(id)", "/v1/leads/\(id)/transcript"] {
                let masked = try await staffed.ask("GET", path, token: reader).text
                #expect(!masked.contains("351912345678") && masked.contains("•678"), "\(path)")
                #expect(try await staffed.ask("GET", path, token: agent).text.contains("+351912345678"), "\(path)")
            }
        }
    }

    @Test("A token that asks too often waits; others don't")
    func rate() async throws {
        try await Staffed.with(overrides: ["api.requests_per_minute": "10"]) { (staffed) async throws in
            let hasty = try await staffed.token(.reader)
            #expect(try await staffed.ask("GET", "/v1/leads", token: hasty).status == 200)
            #expect(try await staffed.ask("GET", "/v1/leads", token: hasty).status == 200)
            var refused = try await staffed.ask("GET", "/v1/leads", token: hasty)
            // The bucket fills meanwhile.
            if refused.status == 200 { refused = try await staffed.ask("GET", "/v1/leads", token: hasty) }
            #expect(refused.status == 429)
            let seconds = try #require(refused.headers["retry-after"].flatMap { Int($0) })
            #expect((1...6).contains(seconds))
            #expect(try await staffed.ask("GET", "/v1/leads", token: try await staffed.token(.reader)).status == 200)
        }
    }
}
