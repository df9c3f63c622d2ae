import Integrations
import Logging
public import Storage

/// Everything that comes in is committed here before anybody is told that it arrived.
public struct Inbox: Sendable {
    private let store: any Store
    private let turns: Doorbell
    private let alerts: ServiceAlerts
    private let log: Logger

    init(store: any Store, turns: Doorbell, alerts: ServiceAlerts, log: Logger) {
        self.store = store
        self.turns = turns
        self.alerts = alerts
        self.log = log
    }

    /// Returns once all of it is on disk.
    @discardableResult
    public func accept(_ arrivals: [Arrival]) async throws -> [Acceptance] {
        guard !arrivals.isEmpty else { return [] }
        let acceptances = try await store.accept(arrivals)
        var hasWork = false
        for (arrival, acceptance) in zip(arrivals, acceptances) {
            switch acceptance {
            case .new: hasWork = true
            case .recorded, .duplicate: break
            }
            if case .unmatched(let reason) = arrival.content {
                log.warning(
                    "kept an item that has no use",
                    metadata: ["id": "\(arrival.outsideID)", "why": "\(reason)"]
                )
            }
            if case .status(let report) = arrival.content { await learn(report) }
        }
        if hasWork { turns.ring() }
        return acceptances
    }

    /// Trouble of the account shows only here where WhatsApp takes every message and then delivers none.
    private func learn(_ report: StatusReport) async {
        switch report.state {
        case .delivered: await alerts.settle(.whatsAppAccount)
        case .failed:
            guard let code = report.errorCode.flatMap({ Int($0) }), WhatsAppErrorTable.remedy(code) == .halt else {
                return
            }
            await alerts.raise(
                .whatsAppAccount,
                problem: "WhatsApp takes messages and does not deliver them: \(code)",
                mend: WhatsAppErrorTable.advice(code)
            )
        case .accepted, .sent, .read, .played: break
        }
    }
}
