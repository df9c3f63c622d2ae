import Conversation
import Storage

import struct Foundation.Data

/// Spend, statistics and what the desk asks for, passed on.
extension WatchedStore {
    // MARK: Spend

    func spend(of id: ConversationID, on day: String) async throws -> (customer: Spend, service: Spend) {
        try await pass("spend") { try await base.spend(of: id, on: day) }
    }

    func addSpend(_ entry: DailySpend, of id: ConversationID, owner: String) async throws {
        try await pass("addSpend") { try await base.addSpend(entry, of: id, owner: owner) }
    }

    func forgetSpend(before day: String) async throws -> Int {
        try await pass("forgetSpend") { try await base.forgetSpend(before: day) }
    }

    // MARK: Desk

    func happenings(after: Int64?, limit: Int) async throws -> [JournalHappening] {
        try await pass("happenings") { try await base.happenings(after: after, limit: limit) }
    }

    func digest(limit: Int) async throws -> Int { try await pass("digest") { try await base.digest(limit: limit) } }

    func digestBehind() async throws -> Int64 { try await pass("digestBehind") { try await base.digestBehind() } }

    func lookFor(_ query: SearchQuery) async throws -> SearchFindings {
        try await pass("lookFor") { try await base.lookFor(query) }
    }

    func notes(of id: ConversationID, limit: Int) async throws -> [JournalEntry] {
        try await pass("notes") { try await base.notes(of: id, limit: limit) }
    }

    func cost(of id: ConversationID) async throws -> LeadCost? {
        try await pass("cost") { try await base.cost(of: id) }
    }

    func facts(_ query: FactQuery) async throws -> [FactSums] {
        try await pass("facts") { try await base.facts(query) }
    }

    func refreshFacts(hours limit: Int) async throws -> Int {
        try await pass("refreshFacts") { try await base.refreshFacts(hours: limit) }
    }

    func reviews(_ query: ReviewQuery) async throws -> [ReviewRecord] {
        try await pass("reviews") { try await base.reviews(query) }
    }

    func review(of id: ConversationID) async throws -> ReviewRecord? {
        try await pass("review") { try await base.review(of: id) }
    }

    func judge(_ id: ConversationID, _ verdict: Verdict, by who: String, at now: Timestamp) async throws -> Bool {
        try await pass("judge") { try await base.judge(id, verdict, by: who, at: now) }
    }

    func erase(
        _ id: ConversationID,
        by who: String,
        at now: Timestamp,
        expecting expected: LeadVersion?
    ) async throws -> Erasure {
        try await pass("erase", wakes: true) { try await base.erase(id, by: who, at: now, expecting: expected) }
    }

    func version(of id: ConversationID) async throws -> LeadVersion? {
        try await pass("version") { try await base.version(of: id) }
    }

    // MARK: Files

    func beginFile(_ file: OutFile, of id: ConversationID, now: Timestamp) async throws -> Bool {
        try await pass("beginFile") { try await base.beginFile(file, of: id, now: now) }
    }

    func addFilePart(_ bytes: Data, number: Int, to id: String) async throws -> Bool {
        try await pass("addFilePart") { try await base.addFilePart(bytes, number: number, to: id) }
    }

    func finishFile(_ id: String, size: Int) async throws -> Bool {
        try await pass("finishFile") { try await base.finishFile(id, size: size) }
    }

    func dropFile(_ id: String) async throws { try await pass("dropFile") { try await base.dropFile(id) } }

    func file(_ id: String) async throws -> StoredFile? { try await pass("file") { try await base.file(id) } }

    func filePart(_ number: Int, of id: String) async throws -> Data? {
        try await pass("filePart") { try await base.filePart(number, of: id) }
    }

    func files(of id: ConversationID, after: String?, limit: Int) async throws -> [StoredFile] {
        try await pass("files") { try await base.files(of: id, after: after, limit: limit) }
    }

    func keep(_ upload: StoredFile.Upload, of id: String) async throws {
        try await pass("keep") { try await base.keep(upload, of: id) }
    }

    func prolongSend(_ row: String, owner: String, until: Timestamp) async throws -> Bool {
        try await pass("prolongSend") { try await base.prolongSend(row, owner: owner, until: until) }
    }
}
