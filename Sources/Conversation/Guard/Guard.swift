/// Checks a proposed reply: no link, e-mail address, phone number, price or discount but the business's own.
///
/// What it holds back never goes out, so it rather holds one reply too many than lets one through; ordinary dates,
/// times, file names and numbers pass.
public struct Guard: Sendable {
    public enum Finding: Sendable, Hashable {
        case link(String)
        case email(String)
        case phone(String)
        /// A price, a discount or a claim that something is free.
        case price(String)
        /// A deed that the bot can't do or know of, such as a payment, a refund, a booking; or a concession that names no
        /// amount, such as a special price or instalments.
        case claim(String)
        case tooLong
        case empty
        case promptLeak
    }

    /// A body above buttons has at most 1,024 characters
    /// (https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-reply-buttons-messages), and
    /// nobody reads more in a chat.
    public static let charactersMax = 1_024
    /// So many words in the order of a secret line are a leak.
    static let leakWords = 8

    let hosts: Set<String>
    let emails: Set<String>
    let phones: [String]
    let amounts: Set<Money>
    /// What buys anything in the catalog, where it is all in one currency.
    let dearest: Money?
    let internalNames: Set<String>
    private let files: Files

    /// What takes long to make and stays the same as long as the prompt files do.
    struct Files: Sendable {
        let facts: DiscountFacts
        let factsText: FoldedText
        let allowsInstalments: Bool
        /// `@name`, as the facts name them.
        let handles: Set<String>
        let secretRuns: Set<UInt64>

        init(secrets: [String], facts: String) {
            self.facts = DiscountFacts(facts)
            factsText = FoldedText(facts, charactersMax: 200_000)
            allowsInstalments = ConcessionScan.takesInstalments(factsText)
            handles = LinkScan.handles(in: factsText)
            var runs: Set<UInt64> = []
            for line in secrets { runs.formUnion(Guard.runs(FoldedText(line, charactersMax: 20_000))) }
            runs.subtract(Guard.runs(FoldedText(facts, charactersMax: 200_000)))
            secretRuns = runs
        }
    }

    /// - Parameters:
    ///   - secrets: lines that no customer may read, such as those of the system prompt.
    ///   - facts: what the bot may claim. Discounts and free things that stand there may be said.
    public init(playbook: Playbook, secrets: [String] = [], facts: String = "") {
        self.init(playbook: playbook, files: Files(secrets: secrets, facts: facts))
    }

    init(playbook: Playbook, files: Files) {
        let business = playbook.business
        hosts = Set(business.linkHosts.map { $0.lowercased() })
        emails = Set(business.emails.map { $0.lowercased() })
        phones = business.phones.map { $0.filter { $0.isASCII && $0.isNumber } }.filter { $0.count >= 3 }
        amounts = Set(playbook.catalog.products.map(\.price) + business.amounts)
        let prices = playbook.catalog.products.map(\.price)
        let dearest = prices.max { $0.minorUnits < $1.minorUnits }
        self.dearest = prices.allSatisfy { $0.currency == dearest?.currency } ? dearest : nil
        internalNames = Set(
            playbook.qualification.fields.map(\.id) + playbook.catalog.products.map(\.id)
                + playbook.qualification.fields.flatMap(\.optionIDs)
                + Understanding.Intent.allCases.map(\.rawValue) + Stage.Name.allCases.map(\.rawValue)
        ).filter { $0.contains("_") }
        self.files = files
    }

    /// What is wrong with a reply; empty when it may go out.
    ///
    /// - Parameters:
    ///   - links: whole links that may stand in it, such as the offer's payment link.
    ///   - customerAmounts: amounts that the customer named, which the bot may repeat.
    ///   - hasPaid: a payment of this customer's was confirmed.
    public func check(
        _ reply: String,
        allowing links: [String] = [],
        customerAmounts: [Money] = [],
        hasPaid: Bool = false
    ) -> [Finding] {
        var findings: [Finding] = []
        if !reply.unicodeScalars.contains(where: Self.saysSomething) { return [.empty] }
        if reply.utf8.count > Self.charactersMax, reply.unicodeScalars.count > Self.charactersMax {
            findings.append(.tooLong)
        }
        let text = FoldedText(Self.without(links, reply), charactersMax: 4_096)
        findings += LinkScan(text: text, hosts: hosts, emails: emails, handles: files.handles).findings()
        findings += PhoneScan(text: text, phones: phones).findings()
        findings += PriceScan(text: text, allowed: amounts.union(customerAmounts), budgetsFrom: dearest).findings()
        findings += ConcessionScan(
            text: text,
            facts: files.factsText,
            allowsInstalments: files.allowsInstalments
        ).findings()
        findings += files.facts.findings(in: text, hasFreeProduct: amounts.contains { $0.minorUnits == 0 })
        findings += ClaimScan(
            text: text,
            facts: files.factsText,
            internalNames: internalNames,
            hasPaid: hasPaid
        ).findings()
        if !files.secretRuns.isEmpty, !files.secretRuns.isDisjoint(with: Self.runs(text)) {
            findings.append(.promptLeak)
        }
        var seen: Set<Finding> = []
        return findings.filter { seen.insert($0).inserted }
    }

    /// A letter, a digit or an emoji.
    private static func saysSomething(_ scalar: Unicode.Scalar) -> Bool {
        let byte = Folding.fold(scalar).0
        return byte.isWordByte || byte >= 0x80
    }

    /// The reply with every allowed link blanked, where it stands alone: not inside another link.
    private static func without(_ links: [String], _ reply: String) -> String {
        var bytes = Array(reply.utf8)
        for link in links.map({ Array($0.utf8) }) where link.count >= 8 {
            var start = 0
            while start + link.count <= bytes.count {
                let end = start + link.count
                if bytes[start] == link[0], bytes[start..<end].elementsEqual(link), opens(bytes, start),
                    closes(bytes, end)
                {
                    for index in start..<end { bytes[index] = Ascii.space }
                    start = end
                } else {
                    start += 1
                }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func opens(_ bytes: [UInt8], _ start: Int) -> Bool {
        guard start > 0 else { return true }
        return " \n\t\r(<*_\"'>[:".utf8.contains(bytes[start - 1])
    }

    private static func closes(_ bytes: [UInt8], _ end: Int) -> Bool {
        var end = end
        while end < bytes.count, ".,;:!?)>*_\"']".utf8.contains(bytes[end]) { end += 1 }
        return end == bytes.count || " \n\t\r".utf8.contains(bytes[end])
    }

    /// FNV-1a of every run of ``leakWords`` words.
    private static func runs(_ text: FoldedText) -> Set<UInt64> {
        guard text.words.count >= leakWords else { return [] }
        let hashes = text.words.map { word in
            word.text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        }
        var runs: Set<UInt64> = []
        for start in 0...(hashes.count - leakWords) {
            runs.insert(hashes[start..<start + leakWords].reduce(7) { ($0 ^ $1) &* 0x100_0000_01b3 })
        }
        return runs
    }
}
