import Conversation
import Integrations
import Storage

import struct Foundation.Data

// A file is brought to WhatsApp first, and then goes as a message that names it. An upload twice does no harm.

extension Outbox {
    /// WhatsApp keeps what was uploaded for 30 days.
    private static let uploadMilliseconds: Int64 = 29 * 86_400_000
    /// What WhatsApp says of a media id that it doesn't know (any more), or of a file that it couldn't use.
    private static let mediaCodes: Set<String> = ["100", "131009", "131052", "131053"]

    func carry(
        _ file: OutFile,
        _ message: OutMessage,
        _ row: OutboxRow,
        _ silences: Int
    ) async -> SendResult.Outcome {
        // Nothing is uploaded for a message that may not go.
        if case .refused(let failure, let code, let reason) = form(of: message, row, mediaID: "0") {
            return .failed(failure, code: code, reason: reason)
        }
        if let refusal = halted() { return refusal }
        let known: String?
        do { known = try await uploaded(file, row) } catch { return unstored(error) }
        let mediaID: String
        if let known {
            mediaID = known
        } else {
            switch await upload(file, row) {
            case .success(let id): mediaID = id
            case .failure(let stop): return stop.outcome
            }
        }
        switch form(of: message, row, mediaID: mediaID) {
        case .refused(let failure, let code, let reason): return .failed(failure, code: code, reason: reason)
        case .ready(let outgoing):
            let outcome = await send(outgoing, row, silences)
            guard known != nil, case .failed(.dead, let code, let reason) = outcome, Self.mediaCodes.contains(code)
            else {
                return outcome
            }
            // It was uploaded earlier, and may be gone there: the next try uploads it again.
            return .failed(.retry(at: surroundings.now()), code: code, reason: reason)
        }
    }

    private func halted() -> SendResult.Outcome? {
        let now = surroundings.now()
        guard let halt = pace.halt, halt.isProbing || now.milliseconds < halt.until else { return nil }
        return .failed(
            .retry(at: max(pace.opensAt(now), now.adding(milliseconds: 1_000))),
            code: halt.code,
            reason: "not tried: sending is halted"
        )
    }

    private func unstored(_ error: any Error) -> SendResult.Outcome {
        .failed(
            .retry(at: surroundings.now().adding(milliseconds: 1_000)),
            code: "file_unread",
            reason: "the file can't be read from the database: \(error)"
        )
    }

    /// The media id of an earlier upload that should still be there.
    private func uploaded(_ file: OutFile, _ row: OutboxRow) async throws -> String? {
        guard let upload = try await store.file(file.id)?.upload, upload.channel == row.address.channel,
            surroundings.now() < upload.at.adding(milliseconds: Self.uploadMilliseconds),
            Self.mediaCodes.isDisjoint(with: row.failures.keys)
        else { return nil }
        return upload.mediaID
    }

    // MARK: Uploading

    private struct Stop: Error {
        var outcome: SendResult.Outcome
    }

    private func upload(_ file: OutFile, _ row: OutboxRow) async -> Result<String, Stop> {
        guard await uploads.enter(surroundings) else {
            let at = surroundings.now().adding(milliseconds: 5_000)
            let busy = SendResult.Outcome.failed(.retry(at: at), code: "uploads", reason: "other uploads are under way")
            return .failure(Stop(outcome: Task.isCancelled ? stopped : busy))
        }
        defer { uploads.leave() }
        let bytes: Data
        do {
            // Longer than the lease of a send: nobody else may think meanwhile that this sender was lost.
            let longest = Int64(WhatsAppRequest.uploadMilliseconds(bytes: file.size)) + settings.sendLease
            let until = surroundings.now().adding(milliseconds: longest)
            guard try await store.prolongSend(row.id, owner: settings.owner, until: until) else {
                return .failure(Stop(outcome: lost))
            }
            guard let stored = try await read(file) else {
                let words = "the file is not in the database any more"
                return .failure(Stop(outcome: .failed(.dead, code: "no_file", reason: words)))
            }
            bytes = stored
        } catch { return .failure(Stop(outcome: unstored(error))) }
        do throws(OutsideError) {
            if Task.isCancelled { return .failure(Stop(outcome: stopped)) }
            let id = try await whatsApp.upload(bytes, file.mimeType, file.name, row.address.channel)
            return await keep(id, file, row)
        } catch {
            // Of a halt only a message can be the probe.
            if error.remedy == .halt { await learn(error) }
            let failure = SendResult.Outcome.failed(next(after: error, row), code: error.code, reason: error.message)
            return .failure(Stop(outcome: failure))
        }
    }

    /// Remembered, so that a repeat needn't upload again. And the time for the send itself begins now.
    private func keep(_ id: String, _ file: OutFile, _ row: OutboxRow) async -> Result<String, Stop> {
        do {
            let now = surroundings.now()
            try await store.keep(.init(mediaID: id, channel: row.address.channel, at: now), of: file.id)
            let until = now.adding(milliseconds: settings.sendLease)
            guard try await store.prolongSend(row.id, owner: settings.owner, until: until) else {
                return .failure(Stop(outcome: lost))
            }
            return .success(id)
        } catch { return .failure(Stop(outcome: unstored(error))) }
    }

    /// Whoever has the row now decides; what is recorded here finds it claimed by another and changes nothing.
    private var lost: SendResult.Outcome {
        .failed(.retry(at: surroundings.now()), code: "lost_lease", reason: "another process has taken it")
    }

    private func read(_ file: OutFile) async throws -> Data? {
        guard let stored = try await store.file(file.id), stored.isWhole else { return nil }
        var bytes = Data(capacity: stored.file.size)
        for number in 0..<stored.parts {
            guard let part = try await store.filePart(number, of: file.id) else { return nil }
            bytes.append(part)
        }
        return bytes.count == stored.file.size ? bytes : nil
    }
}
