/// Who a customer is to WhatsApp. Any part may be missing; at least one is there in everything that is parsed.
public struct WhatsAppIdentity: Sendable, Equatable, Hashable, Codable {
    /// Business-scoped user id (BSUID), e.g. `PT.13491208655302741918`. Changes when the customer changes phone number.
    public var userID: String?
    /// The BSUID linked across business portfolios, e.g. `PT.ENT.1181…`.
    public var parentUserID: String?
    /// Phone number as digits without `+`. Absent where the customer goes by a username.
    public var waID: String?

    public init(userID: String? = nil, parentUserID: String? = nil, waID: String? = nil) {
        self.userID = userID
        self.parentUserID = parentUserID
        self.waID = waID
    }

    enum CodingKeys: String, CodingKey {
        case userID = "user_id"
        case parentUserID = "parent_user_id"
        case waID = "wa_id"
    }

    /// What to know the customer by: the user id, else the phone number.
    public var key: String? { userID ?? waID ?? parentUserID }

    /// Where to send to: the phone number if known, else the user id.
    public var recipient: WhatsAppRecipient? {
        waID.map(WhatsAppRecipient.phone) ?? (userID ?? parentUserID).map(WhatsAppRecipient.userID)
    }

    /// True for `^[A-Z]{2}(\.ENT)?\.[A-Za-z0-9]{1,128}$`.
    public static func isUserID(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 2 || (parts.count == 3 && parts[1].elementsEqual("ENT".utf8)) else { return false }
        let country = parts[0]
        let id = parts[parts.count - 1]
        return country.count == 2 && country.allSatisfy(isUpper) && (1...128).contains(id.count)
            && id.allSatisfy { isUpper($0) || isUpper($0 & 0xdf) && $0 > 0x60 || (0x30...0x39).contains($0) }
    }

    private static func isUpper(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte) }

    /// Sorts what the fields hold: user ids have been seen where phone numbers belong.
    init(phone: String?, user: String?, parent: String?) {
        self.init(userID: user.nonEmpty, parentUserID: parent.nonEmpty)
        guard let phone = phone.nonEmpty else { return }
        if !WhatsAppIdentity.isUserID(phone) {
            waID = phone
        } else if phone.utf8.dropFirst(2).starts(with: ".ENT.".utf8) {
            parentUserID = parentUserID ?? phone
        } else {
            userID = userID ?? phone
        }
    }

    var isEmpty: Bool { self == WhatsAppIdentity() }

    /// True if both name a phone, or both a user, and not the same one.
    func contradicts(_ other: WhatsAppIdentity) -> Bool {
        differ(userID, other.userID) || differ(waID, other.waID)
    }

    /// True if both name the same phone or the same user.
    func matches(_ other: WhatsAppIdentity) -> Bool {
        (userID != nil && userID == other.userID) || (waID != nil && waID == other.waID)
    }

    /// Filled up with what the other knows.
    func completed(by other: WhatsAppIdentity) -> WhatsAppIdentity {
        WhatsAppIdentity(
            userID: userID ?? other.userID,
            parentUserID: parentUserID ?? other.parentUserID,
            waID: waID ?? other.waID
        )
    }

    private func differ(_ one: String?, _ other: String?) -> Bool {
        one != nil && other != nil && one != other
    }
}

extension Optional<String> {
    /// Nil for an empty string.
    var nonEmpty: String? { self?.isEmpty == true ? nil : self }
}
