import Conversation
import Desk
import Pipeline

/// Writes lists of leads page by page, so that no length exhausts the memory.
struct LeadPrinter {
    enum Form { case table, json, csv }

    var form: Form
    var clock: StaffClock
    var write: (String) -> Void = Terminal.write

    func print(
        _ request: LeadListRequest,
        all: Bool,
        page: (LeadListRequest) async throws -> LeadPage
    ) async throws {
        var request = request
        var isFirst = true
        if all { request.limit = max(request.limit, 500) }
        while true {
            let found = try await page(request)
            let isLast = !all || found.next_cursor == nil
            try write(found.leads, isFirst: isFirst, isLast: isLast)
            if isLast, form == .table, let cursor = found.next_cursor {
                write("There are more: --cursor \(Terminal.printable(cursor))")
            }
            guard !isLast else { return }
            request.cursor = found.next_cursor
            isFirst = false
        }
    }

    private func write(_ leads: [LeadDocument], isFirst: Bool, isLast: Bool) throws {
        switch form {
        case .table:
            let table = LeadTable(columns: Terminal.columns, clock: clock, paint: Terminal.paint)
            if isFirst || !leads.isEmpty { table.lines(leads).dropFirst(isFirst ? 0 : 1).forEach(write) }
        case .csv:
            if isFirst { write(CSV.line(LeadCSV.head)) }
            for lead in leads { write(CSV.line(LeadCSV.cells(lead))) }
        case .json:
            if isFirst, isLast { return write(try JSON.text(leads)) }
            if isFirst { write("[") }
            for (index, lead) in leads.enumerated() {
                write((isFirst && index == 0 ? "" : ",") + (try JSON.text(lead)))
            }
            if isLast { write("]") }
        }
    }
}

extension StaffClock {
    func parsed(_ text: String, option: String) throws -> Moment {
        guard let moment = moment(text, now: Moment(Surroundings.live.now())) else {
            throw DeskError(
                .invalid,
                "\(option) takes 24h, 7d, 2w, today, 2026-11-25 or an ISO 8601 time; not “\(text)”"
            )
        }
        return moment
    }
}
