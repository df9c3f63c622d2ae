/// What each error code of WhatsApp asks for, once for synchronous errors and for `failed` statuses. Reference §9.
public enum WhatsAppErrorTable {
    public struct Row: Sendable, Equatable {
        public var codes: ClosedRange<Int>
        public var remedy: OutsideError.Remedy
        public var needsOperator: Bool
        /// Tries in all before giving up, where fewer than usual make sense.
        public var attemptsMax: Int?
        /// What to do, a short sentence.
        public var advice: String
    }

    /// Nil for a code that is not documented.
    public static func row(_ code: Int) -> Row? {
        byCode[code] ?? (200...299 ~= code ? permission : nil)
    }

    /// An unknown code is not repeated: what it means is for a person to find out.
    public static func remedy(_ code: Int) -> OutsideError.Remedy { row(code)?.remedy ?? .giveUp }

    public static func needsOperator(_ code: Int) -> Bool { row(code)?.needsOperator ?? true }

    public static func advice(_ code: Int) -> String {
        row(code)?.advice ?? "Look this code up in Meta's list of errors."
    }

    /// Whether a rate limit is one of the number or the account, and not of one customer.
    public static func isOfNumber(_ code: String) -> Bool { ["4", "80007", "130429"].contains(code) }

    /// Tries in all with this code before giving up; nil: as many as fit before the horizon.
    public static func attemptsMax(_ code: String) -> Int? { Int(code).flatMap(row)?.attemptsMax }

    private static let byCode = Dictionary(
        rows.filter { $0.codes.count == 1 }.map { ($0.codes.lowerBound, $0) },
        uniquingKeysWith: { first, _ in first }
    )

    private static let permission = Row(
        codes: 200...299,
        remedy: .halt,
        needsOperator: true,
        attemptsMax: nil,
        advice: "Give the token the permission whatsapp_business_messaging."
    )

    /// Every documented code.
    public static let rows: [Row] =
        [permission] + retryRows + slowDownRows + operatorRows + giveUpRows + [
            Row(131047, .useTemplate, "More than 24 hours since the customer wrote: send a template.")
        ]

    private static let retryRows = [
        Row(1, .retry(afterMilliseconds: nil), attempts: 2, "Try once more; then look at the request."),
        Row(2, .retry(afterMilliseconds: nil), "Meta is down or overloaded: try again."),
        Row(131000, .retry(afterMilliseconds: nil), attempts: 4, "Unknown failure at Meta: try a few times."),
        Row(131016, .retry(afterMilliseconds: nil), "The service is away for the moment: try again."),
        Row(131053, .retry(afterMilliseconds: nil), attempts: 3, "Check type, size and link of the file."),
        Row(131057, .retry(afterMilliseconds: 15_000), "The number is in maintenance for about a minute."),
        Row(133004, .retry(afterMilliseconds: nil), "The server is away for the moment: try again."),
        Row(134101, .retry(afterMilliseconds: 60_000), "The template is new: ready within ten minutes."),
        Row(2_494_100, .retry(afterMilliseconds: 60_000), "The account is in maintenance: try again."),
    ]

    private static let slowDownRows = [
        Row(4, .slowDown(afterMilliseconds: nil), "Too many calls of this app: slow down."),
        Row(80007, .slowDown(afterMilliseconds: nil), "Too many calls for this account: slow down."),
        Row(130429, .slowDown(afterMilliseconds: nil), "Too many messages a second: slow down."),
        Row(131049, .slowDown(afterMilliseconds: 86_400_000), "Too much marketing for this customer: wait a day."),
        Row(131056, .slowDown(afterMilliseconds: nil), "Too many messages to this customer: wait 1, 4, 16… seconds."),
        Row(
            131064,
            .slowDown(afterMilliseconds: 3_600_000),
            operator: true,
            "Limit lowered: mend the template category."
        ),
        Row(132069, .slowDown(afterMilliseconds: nil), "The flow is throttled: slow down."),
        Row(133016, .slowDown(afterMilliseconds: 259_200_000), operator: true, "Registration is locked for 72 hours."),
    ]

    /// `.halt` where it concerns every message, so that not one is lost before somebody has acted.
    private static let operatorRows = [
        Row(0, .halt, operator: true, "Make a new system-user token."),
        Row(3, .halt, operator: true, "The app lacks the capability: check it in the Meta dashboard."),
        Row(10, .halt, operator: true, "Give the token the permission whatsapp_business_messaging."),
        Row(33, .halt, operator: true, "The number was deleted or WHATSAPP_PHONE_NUMBER_ID is wrong."),
        Row(190, .halt, operator: true, "The token is dead: make a new system-user token."),
        Row(368, .halt, operator: true, "The account is restricted for policy: see the Business Manager."),
        Row(130497, .giveUp, operator: true, "The account may not write to this country."),
        Row(131005, .halt, operator: true, "Access denied: check the token and its permissions."),
        Row(131030, .giveUp, operator: true, "Add the customer's number to the test number's list."),
        Row(131031, .halt, operator: true, "The account is locked: see the Business Manager."),
        Row(131037, .halt, operator: true, "Have the display name approved."),
        Row(131042, .halt, operator: true, "Mend the payment method of the WhatsApp account."),
        Row(131044, .halt, operator: true, "Mend the payment method of the WhatsApp account."),
        Row(131045, .halt, operator: true, "Register the number again: its certificate is not valid."),
        // Meta wants less of it, and tries of ours would add to it.
        Row(131048, .giveUp, operator: true, "Too many blocks and reports: write less, look at what you send."),
        Row(132001, .giveUp, operator: true, "The template does not exist in this language or is not approved."),
        Row(132007, .giveUp, operator: true, "The template violates a policy: change it."),
        Row(132015, .giveUp, operator: true, "The template is paused for its quality: change it."),
        Row(132016, .giveUp, operator: true, "The template is disabled for its quality: make another one."),
        Row(133010, .halt, operator: true, "Register the number on the Cloud API."),
    ]

    private static let giveUpRows = [
        Row(100, .giveUp, "A parameter is wrong, or an id that the token can't see."),
        Row(130403, .giveUp, "The business has blocked this customer."),
        Row(130472, .giveUp, "Meta withholds marketing from this customer for an experiment."),
        Row(131008, .giveUp, "A parameter is missing."),
        Row(131009, .giveUp, "A parameter has a wrong value."),
        Row(131020, .giveUp, "Not possible in this group."),
        Row(131021, .giveUp, "Sender and recipient are the same."),
        Row(131026, .giveUp, "The customer can't get it: not on WhatsApp, an old app, or blocked."),
        Row(131041, .giveUp, "Not possible in this group."),
        Row(131050, .giveUp, "The customer stopped marketing messages: never send them again."),
        Row(131051, .giveUp, "WhatsApp does not know this type of message."),
        Row(131052, .giveUp, "The customer's file could not be fetched: ask for it again."),
        Row(131055, .giveUp, "Marketing goes over another API."),
        Row(131059, .giveUp, "Not possible in this group."),
        Row(131062, .giveUp, "This kind of message needs a phone number, not a user id."),
        Row(131063, .giveUp, "Marketing goes over another API."),
        Row(132000, .giveUp, "The template has another number of parameters."),
        Row(132005, .giveUp, "The filled-in template is too long."),
        Row(132008, .giveUp, "A template parameter is not valid."),
        Row(132012, .giveUp, "A template parameter has a wrong format."),
        Row(132018, .giveUp, "A template parameter has a line break, a tab or too many spaces."),
        Row(132068, .giveUp, "The flow is blocked."),
        Row(134100, .giveUp, "Marketing goes over another API."),
        Row(135000, .giveUp, "A combination of parameters that WhatsApp does not take."),
        Row(137000, .giveUp, "The customer's identity key is another one by now."),
    ]
}

extension WhatsAppErrorTable.Row {
    fileprivate init(
        _ code: Int,
        _ remedy: OutsideError.Remedy,
        operator needsOperator: Bool = false,
        attempts: Int? = nil,
        _ advice: String
    ) {
        self.init(
            codes: code...code,
            remedy: remedy,
            needsOperator: needsOperator,
            attemptsMax: attempts,
            advice: advice
        )
    }
}
