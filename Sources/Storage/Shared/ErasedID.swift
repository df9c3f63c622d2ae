import Crypto

/// What stays of somebody who was erased.
enum ErasedID {
    /// WhatsApp delivers for seven days (reference/whatsapp.md §2); a day more for clocks.
    static let keptMilliseconds: Int64 = 8 * 86_400_000

    static let factsReason = "figures of the statistics, without anything that leads to the person"
    static let salesReason = "payments, which tax law requires to be kept: Stripe's session, amount and day"
    static let logReason = "who did what in the desk, without words and names of the person"

    /// Outside ids of WhatsApp hold the phone number, so they are kept as hashes only.
    static func hash(_ outsideID: String) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let bytes = SHA256.hash(data: Array(outsideID.utf8)).prefix(16).flatMap {
            [digits[Int($0 >> 4)], digits[Int($0 & 15)]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
