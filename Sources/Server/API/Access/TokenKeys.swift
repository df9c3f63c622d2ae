import Crypto
import JWTKit
import Prompts

import struct Foundation.Data
import class Foundation.FileManager
import class Foundation.JSONDecoder

/// What a token says.
struct TokenClaims: JWTPayload, Equatable {
    var iss: String
    var aud: String
    /// The name of whoever holds it.
    var sub: String
    var jti: String
    var role: String
    /// Unix seconds.
    var iat: Int64
    var nbf: Int64
    var exp: Int64

    static let audience = "crset"

    /// Times and audience are checked by ``TokenKeys``, which knows the time.
    func verify(using algorithm: some JWTAlgorithm) async throws {}
}

/// The keys that sign and check tokens. A token names its key; the key, not the token, says which algorithm it is for.
struct TokenKeys: Sendable {
    /// Clocks may differ by so much.
    static let skewSeconds: Int64 = 30
    /// Ours have about 400.
    static let tokenBytesMax = 4_096

    private struct Key: Sendable {
        var id: String
        var algorithm: String
        var maySign: Bool
        var keys: JWTKeyCollection
    }

    /// The first that may sign does.
    private let keys: [Key]

    /// Nil: there is no key, and so no API. Throws ``StartProblem`` for a key file that can't be used.
    init?(_ settings: Settings) async throws {
        var keys: [Key] = []
        for path in settings.jwtKeyFiles { keys.append(try await Self.elliptic(path)) }
        for secret in settings.jwtSecrets { keys.append(await Self.shared(secret.value)) }
        if keys.isEmpty { return nil }
        self.keys = keys
    }

    private static func shared(_ secret: String) async -> Key {
        // A shorter one works as well: HMAC fills it up with zeros, and so do we, as JWTKit wants 32 bytes.
        var bytes = Array(secret.utf8)
        while bytes.count < 32 { bytes.append(0) }
        let key = SymmetricKey(data: bytes)
        let mark = HMAC<SHA256>.authenticationCode(for: Data("crset key id".utf8), using: key)
        let collection = await JWTKeyCollection().add(hmac: HMACKey(from: Data(bytes)), digestAlgorithm: .sha256)
        return Key(id: "hs-" + hex(mark.prefix(6)), algorithm: "HS256", maySign: true, keys: collection)
    }

    private static func elliptic(_ path: String) async throws -> Key {
        guard let data = FileManager.default.contents(atPath: path), data.count < 65_536 else {
            throw StartProblem("the key file \(path) of CRSET_JWT_KEY_FILES can't be read", exitCode: 78)
        }
        let pem = String(decoding: data, as: UTF8.self)
        if let key = try? ES256PrivateKey(pem: pem) {
            let collection = await JWTKeyCollection().add(ecdsa: key)
            return Key(id: mark(key.publicKey), algorithm: "ES256", maySign: true, keys: collection)
        }
        if let key = try? ES256PublicKey(pem: pem) {
            let collection = await JWTKeyCollection().add(ecdsa: key)
            return Key(id: mark(key), algorithm: "ES256", maySign: false, keys: collection)
        }
        throw StartProblem(
            "\(path) holds no P-256 key in PEM; make one with `openssl ecparam -name prime256v1 -genkey -noout`",
            exitCode: 78
        )
    }

    private static func mark(_ key: ES256PublicKey) -> String {
        "es-" + hex(SHA256.hash(data: Data(key.pemRepresentation.utf8)).prefix(6))
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// Whether new tokens can be made here.
    var signingKeyID: String? { keys.first { $0.maySign }?.id }

    func sign(_ claims: TokenClaims) async throws -> String {
        guard let key = keys.first(where: \.maySign) else {
            throw StartProblem("none of the keys can sign; CRSET_JWT_KEY_FILES names public keys only", exitCode: 78)
        }
        var header = JWTHeader()
        header.kid = key.id
        header.typ = "JWT"
        return try await key.keys.sign(claims, header: header)
    }

    /// What a token says, if one of our keys signed it and its time is now. Nil for every other reason alike.
    func claims(of token: String, nowSeconds: Int64) async -> TokenClaims? {
        guard token.utf8.count <= Self.tokenBytesMax, let header = Self.header(of: token) else { return nil }
        let key = keys.first { $0.id == header.kid }
        // The work is the same for a key that isn't ours.
        guard let verifier = key ?? keys.first,
            let claims = try? await verifier.keys.verify(token, as: TokenClaims.self)
        else { return nil }
        guard let key, header.alg == key.algorithm, header.crit == nil, claims.aud == TokenClaims.audience,
            claims.nbf <= nowSeconds + Self.skewSeconds, claims.exp > nowSeconds - Self.skewSeconds
        else { return nil }
        return claims
    }

    private struct Header: Decodable {
        var alg: String
        var kid: String
        var crit: [String]?
    }

    private static func header(of token: String) -> Header? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var text = parts[0].replacing("-", with: "+").replacing("_", with: "/")
        while text.utf8.count % 4 != 0 { text += "=" }
        guard let data = Data(base64Encoded: String(text)) else { return nil }
        return try? JSONDecoder().decode(Header.self, from: data)
    }
}
