import Conversation
import Integrations
import Logging
import Storage

import struct Foundation.Data

extension Effects {
    /// A voice note that the conversation wants to read.
    struct VoiceNote: Sendable {
        var message: MessageID
        var mediaID: String
        var mimeType: String
    }

    /// All at once, each heard or given up by the turn's time. In their order.
    func transcribe(_ notes: [VoiceNote], _ state: ConversationState, _ memory: inout TurnMemory) async -> [Event] {
        let unheard = notes.filter { memory.transcripts[$0.message] == nil }
        if !unheard.isEmpty {
            let until = memory.time.listenUntil
            let refusal = try? await spending.refusal(state.id, &memory)
            let language = String(state.language.base)
            let heard = await withTaskGroup(of: (MessageID, Hearing).self) { group in
                for note in unheard where refusal == nil {
                    group.addTask { (note.message, await listen(to: note, language, until)) }
                }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            for (message, hearing) in heard {
                memory.spent.calls += hearing.calls
                if let text = hearing.text { memory.transcripts[message] = text }
            }
        }
        return notes.map { .transcribed($0.message, text: memory.transcripts[$0.message]) }
    }

    private struct Hearing: Sendable {
        var text: String?
        var calls = 0
    }

    private func listen(to note: VoiceNote, _ language: String, _ until: Timestamp) async -> Hearing {
        var hearing = Hearing()
        let model = settings.transcriptionModel
        guard let openAI else { return hearing }
        guard advice.breakers.admit(model) else {
            log.warning("a voice note stays unread", metadata: ["why": "\(model) is left alone for a while"])
            return hearing
        }
        do throws(OutsideError) {
            let audio = try await download(note.mediaID, until)
            hearing.calls = 1
            let transcript = try await openAI.transcribe(
                TranscriptionRequest(
                    audio: audio,
                    filename: "voice.ogg",
                    mimeType: note.mimeType,
                    model: model,
                    language: language,
                    timeoutMilliseconds: try left(until: until, for: .openai)
                )
            )
            advice.breakers.succeeded(model)
            await alerts.works(.openai, model: model)
            hearing.text = transcript.text
        } catch {
            log.warning("a voice note stays unread", metadata: ["code": "\(error.code)", "why": "\(error.message)"])
            settle(model, after: error)
            if !Task.isCancelled { await alerts.heard(error, model: model) }
        }
        return hearing
    }

    private func download(_ mediaID: String, _ until: Timestamp) async throws(OutsideError) -> Data {
        let info = try await whatsApp.mediaInfo(mediaID, try left(until: until, for: .openai))
        return try await whatsApp.download(info.url, try left(until: until, for: .openai))
    }

    /// What WhatsApp keeps back says nothing about the model, nor does audio that it can't take.
    private func settle(_ model: String, after error: OutsideError) {
        let isUnasked = error.code == Self.noTime || error.status == nil && error.remedy == .giveUp
        if error.service != .openai || Task.isCancelled || isUnasked {
            advice.breakers.abandoned(model)
        } else if error.remedy == .giveUp, !error.needsOperator {
            advice.breakers.succeeded(model)
        } else {
            advice.breakers.failed(model, isCertain: error.needsOperator)
        }
    }
}
