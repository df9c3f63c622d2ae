import Conversation
import Desk

/// What `--json` prints: stable names, ISO 8601 times in UTC, money in minor units.
enum JSON {
    static func text(_ value: some Encodable) throws -> String {
        try DeskJSON.text(value)
    }

    static func time(_ moment: Timestamp) -> String {
        Moment(moment).description
    }
}
