import Foundation
import Testing

@testable import Integrations

@Suite("Voice notes")
struct TranscriptionTests {
    private func client(_ service: ScriptedService) -> OpenAIClient {
        OpenAIClient.live(transport: service.transport, settings: OpenAISettings(apiKey: "sk-test"))
    }

    @Test("the form is exactly what the service takes")
    func form() async throws {
        let service = try ScriptedService(fixture: "openai/transcript.json")
        let transcript = try await client(service).transcribe(
            audio: Data("OggS".utf8),
            filename: "note.oga",
            mimeType: "audio/ogg; codecs=opus",
            model: "whisper-1",
            language: "pt-BR"
        )
        #expect(transcript == Transcript(text: "Olá, queria marcar.", seconds: 9))
        let call = try #require(service.calls.first)
        #expect(call.url == "https://api.openai.com/v1/audio/transcriptions")
        let type = try #require(call.headers["Content-Type"])
        #expect(type.hasPrefix("multipart/form-data; boundary=crset-"))
        let boundary = String(type.dropFirst("multipart/form-data; boundary=".count))
        let expected = [
            "--\(boundary)", #"Content-Disposition: form-data; name="file"; filename="note.ogg""#,
            "Content-Type: audio/ogg", "", "OggS",
            "--\(boundary)", #"Content-Disposition: form-data; name="model""#, "", "whisper-1",
            "--\(boundary)", #"Content-Disposition: form-data; name="language""#, "", "pt",
            "--\(boundary)", #"Content-Disposition: form-data; name="response_format""#, "", "json",
            "--\(boundary)--", "",
        ].joined(separator: "\r\n")
        #expect(String(decoding: call.body ?? Data(), as: UTF8.self) == expected)
    }

    @Test("gpt-transcribe takes a list of languages")
    func languages() throws {
        let request = TranscriptionRequest(
            audio: Data([1]),
            filename: "",
            mimeType: "audio/ogg",
            model: "gpt-transcribe",
            language: "en"
        )
        let body = String(decoding: try request.form().body, as: UTF8.self)
        #expect(body.contains("name=\"languages[]\"\r\n\r\nen\r\n"))
        #expect(!body.contains("name=\"language\""))
    }

    @Test(
        "the extension follows the type, and nothing in a name can break the form",
        arguments: [
            ("voice.opus", "audio/opus", "voice.ogg"), ("a.ogg", "audio/mpeg", "a.mp3"), ("", "AUDIO/MP4", "voice.m4a"),
            ("x\"\r\n.wav", "audio/wav", "x.wav"), ("../../é", "audio/webm", "voice.webm"),
        ]
    )
    func names(filename: String, type: String, name: String) {
        let request = TranscriptionRequest(audio: Data([1]), filename: filename, mimeType: type, model: "whisper-1")
        #expect(request.uploadName == name)
    }

    @Test(
        "audio that can't be taken costs no call",
        arguments: [
            ("audio/amr", 1, "unsupported_audio"), ("audio/aac", 1, "unsupported_audio"),
            ("audio/ogg", 0, "empty_audio"),
            ("audio/ogg", 25_000_001, "audio_too_large"),
        ]
    )
    func unusable(type: String, bytes: Int, code: String) async {
        let service = ScriptedService([])
        let error = await #expect(throws: OutsideError.self) {
            try await client(service).transcribe(
                audio: Data(count: bytes),
                filename: "voice.ogg",
                mimeType: type,
                model: "whisper-1"
            )
        }
        #expect(error?.code == code)
        #expect(error?.remedy == .giveUp)
        #expect(service.calls.isEmpty)
    }

    @Test("a price in tokens leaves the length unknown; another body is an error")
    func answers() async throws {
        let body = try Payload.data("openai/transcript-tokens.json")
        #expect(try Transcript.read(HTTPAnswer(status: 200, body: body)) == Transcript(text: "Olá"))
        #expect(throws: OutsideError.self) { try Transcript.read(HTTPAnswer(status: 200, body: Data("{}".utf8))) }
    }
}
