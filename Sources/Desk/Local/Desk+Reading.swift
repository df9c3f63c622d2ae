import Conversation
import Storage

extension Desk {
    public func events(_ request: EventRequest) async throws -> EventPage {
        guard (1...1_000).contains(request.limit) else { throw DeskError(.invalid, "the limit has to be 1 to 1000") }
        let found = try await store.happenings(after: request.after, limit: request.limit)
        let events = found.flatMap { happening -> [DeskEvent] in
            if let id = request.lead_id, id != happening.conversation.rawValue { return [] }
            return TranscriptDocument.Entry.list(happening.line).map { entry in
                DeskEvent(
                    seq: entry.seq,
                    lead_id: happening.conversation.rawValue,
                    name: happening.name,
                    stage: happening.stage,
                    waiting_since: happening.waitingSince.map(Moment.init),
                    held_by: happening.heldBy,
                    entry: entry
                )
            }
        }
        return EventPage(events: events, last_seq: found.last?.line.entry.seq ?? request.after ?? 0)
    }

    // MARK: Search

    public func search(_ request: SearchRequest) async throws -> SearchPage {
        let query = try await searchQuery(request)
        let terms = SearchTerms(request.query)
        guard !terms.wanted.isEmpty else {
            throw DeskError(.invalid, "nothing to look for: give a word, a \"phrase\" or a beginning*")
        }
        try await catchUp()
        let found = try await store.lookFor(query)
        return SearchPage(
            hits: found.findings.map { SearchHit($0, terms) },
            next_cursor: found.next.map { String($0) },
            behind: Int(try await store.digestBehind())
        )
    }

    private func searchQuery(_ request: SearchRequest) async throws -> SearchQuery {
        guard (1...200).contains(request.limit) else { throw DeskError(.invalid, "the limit has to be 1 to 200") }
        var query = SearchQuery(request.query, limit: request.limit)
        if let reference = request.lead_id { query.conversation = try await lead(reference).state.id }
        if let author = request.author {
            guard let known = SearchQuery.Author(rawValue: author) else {
                throw DeskError(.invalid, "“\(author)” is no author; there are customer, bot, staff and note")
            }
            query.author = known
        }
        (query.since, query.until) = (request.since?.timestamp, request.until?.timestamp)
        if let cursor = request.cursor {
            guard let seq = Int64(cursor) else { throw DeskError(.invalid, "the cursor is of another list") }
            query.before = seq
        }
        return query
    }

    /// Where no service runs, or it is a moment behind. Bounded: a backlog is the service's to work off.
    func catchUp() async throws {
        for _ in 0..<Self.catchUpsMax {
            if try await store.digest(limit: Self.page) < Self.page { return }
        }
    }

    private static let catchUpsMax = 20
}

extension SearchHit {
    init(_ finding: SearchFinding, _ terms: SearchTerms) {
        let line = TranscriptEntry(entry: finding.line)
        let entries = TranscriptDocument.Entry.list(line)
        // Of several messages in one line, the one in which it stands.
        let found = entries.map { Snippet($0.text, terms) }
        let index = found.firstIndex { $0.hasMatch } ?? 0
        self.init(
            seq: finding.line.seq,
            lead_id: finding.conversation.rawValue,
            name: finding.name,
            stage: finding.stage,
            at: Moment(finding.line.at),
            author: entries.isEmpty ? "event" : entries[index].author,
            snippet: found.isEmpty ? [] : found[index].pieces
        )
    }
}

/// The part of a text in which something was found, with what was found set apart.
struct Snippet {
    private(set) var pieces: [SearchHit.Piece] = []
    private(set) var hasMatch = false

    /// Characters before the first match and in all.
    private static let before = 40
    private static let all = 160

    init(_ text: String, _ terms: SearchTerms) {
        let matches = Self.joined(terms.matches(in: SearchWords.words(in: text)))
        hasMatch = !matches.isEmpty
        let anchor = matches.first?.lowerBound ?? text.startIndex
        var start = text.index(anchor, offsetBy: -Self.before, limitedBy: text.startIndex) ?? text.startIndex
        let end = text.index(start, offsetBy: Self.all, limitedBy: text.endIndex) ?? text.endIndex
        if start > text.startIndex { add("…", false) }
        for match in matches where match.upperBound <= end {
            add(text[start..<match.lowerBound], false)
            add(text[match], true)
            start = match.upperBound
        }
        add(text[start..<end], false)
        if end < text.endIndex { add("…", false) }
    }

    private mutating func add(_ text: some StringProtocol, _ isMatch: Bool) {
        if text.isEmpty { return }
        if let last = pieces.last, last.is_match == isMatch {
            pieces[pieces.count - 1].text += text
        } else {
            pieces.append(SearchHit.Piece(text: String(text), is_match: isMatch))
        }
    }

    /// Of matches that overlap, one.
    private static func joined(_ ranges: [Range<String.Index>]) -> [Range<String.Index>] {
        ranges.reduce(into: []) { joined, range in
            if let last = joined.last, range.lowerBound < last.upperBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
    }
}
