import Conversation
import Logging

/// A lead before its JSON is read.
struct RawLead: Sendable {
    var id: String
    var address: Address
    var createdAt: Timestamp
    var updatedAt: Timestamp
    var source: String?
    var timers: String
    var state: String
    var alerts: [(at: Int64, body: String)]
    var heldBy: String?
    var assignedTo: String?
    var waitingSince: Timestamp?
    var product: String?

    var decoded: LeadRecord {
        get throws {
            var record = LeadRecord(
                state: try StoredJSON.decode(text: state),
                address: address,
                createdAt: createdAt,
                updatedAt: updatedAt,
                openAlerts: try alerts.map {
                    AlertRecord(at: Timestamp(milliseconds: $0.at), alert: try StoredJSON.decode(text: $0.body))
                },
                timers: try StoredJSON.decodeTimers(timers),
                source: source
            )
            (record.heldBy, record.assignedTo) = (heldBy, assignedTo)
            (record.waitingSince, record.product) = (waitingSince, product)
            return record
        }
    }
}

extension RawLead {
    /// A lead that this version can't read doesn't hide the others; it stands among the dead letters once its turn was
    /// tried.
    func readable(_ logger: Logger) -> LeadRecord? {
        do { return try decoded } catch {
            logger.error("a lead can't be read", metadata: ["conversation": "\(id)"])
            return nil
        }
    }
}

/// A transcript's line before its JSON is read.
struct RawTranscriptEntry: Sendable {
    var entry: RawEntry
    var explanation: String?
    var outboxID: String?
    var sendState: String?
    var delivery: String?
    var code: String?
    var reason: String?

    var decoded: TranscriptEntry {
        let words = [code, reason].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ": ")
        return TranscriptEntry(
            entry: entry.decoded,
            explanation: explanation.flatMap { try? StoredJSON.decode(text: $0) },
            outboxID: outboxID,
            sendState: sendState.flatMap(OutboxState.init),
            delivery: delivery.flatMap(DeliveryState.init),
            error: words.isEmpty ? nil : words
        )
    }
}
