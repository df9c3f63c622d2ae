import Desk
import Foundation
import Testing

@testable import crset

@Suite("What `crset search` asks for")
struct SearchPagesTests {
    /// Hits of each page; of all but the last, another follows.
    private static func search(_ pages: [[Int]], limit: Int) async throws -> (page: SearchPage, requests: [String]) {
        var requests: [String] = []
        let page = try await SearchCommand.found(SearchRequest(query: "site", limit: limit)) { request in
            requests.append("\(request.cursor ?? "-") \(request.limit)")
            let index = requests.count - 1
            let hits = pages[index].map {
                #"{"seq":\#($0),"lead_id":"l","stage":"new","at":"2026-07-01T10:00:00.000Z","author":"bot","snippet":[]}"#
            }
            let next = index < pages.count - 1 ? #","next_cursor":"c\#(index)""# : ""
            let text = #"{"hits":[\#(hits.joined(separator: ","))],"behind":\#(index)\#(next)}"#
            return try DeskJSON.decode(SearchPage.self, Data(text.utf8))
        }
        return (page, requests)
    }

    @Test("pages that end before they are full are followed until there is as much as was asked for")
    func follows() async throws {
        let (page, requests) = try await Self.search([[], [9], [], [7, 5], [3]], limit: 3)
        #expect(page.hits.map(\.seq) == [9, 7, 5] && page.next_cursor == "c3" && page.behind == 3)
        #expect(requests == ["- 3", "c0 3", "c1 2", "c2 2"])
    }

    @Test("the last page ends it, and so do many pages")
    func ends() async throws {
        let few = try await Self.search([[], [1]], limit: 5)
        #expect(few.page.hits.count == 1 && few.page.next_cursor == nil && few.requests.count == 2)
        let many = try await Self.search(Array(repeating: [], count: 100), limit: 5)
        #expect(many.page.next_cursor == "c29" && many.requests.count == SearchCommand.pagesMax)
    }
}
