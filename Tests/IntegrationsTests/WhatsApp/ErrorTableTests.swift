import Integrations
import Testing

@Suite("WhatsApp error table")
struct ErrorTableTests {
    static let slow: OutsideError.Remedy = .slowDown(afterMilliseconds: nil)
    static let retry: OutsideError.Remedy = .retry(afterMilliseconds: nil)
    static let hour = 3_600_000

    static let temporary: [(Int, OutsideError.Remedy, Bool)] = [
        (1, retry, false), (2, retry, false), (131000, retry, false), (131016, retry, false), (131053, retry, false),
        (131057, .retry(afterMilliseconds: 15_000), false), (133004, retry, false),
        (134101, .retry(afterMilliseconds: 60_000), false), (2_494_100, .retry(afterMilliseconds: 60_000), false),
        (4, slow, false), (80007, slow, false), (130429, slow, false), (131056, slow, false), (132069, slow, false),
        (131049, .slowDown(afterMilliseconds: 24 * hour), false), (131064, .slowDown(afterMilliseconds: hour), true),
        (133016, .slowDown(afterMilliseconds: 72 * hour), true),
    ]

    static let operators = [130497, 131030, 131048, 132001, 132007, 132015, 132016]

    /// What a person has to mend before any message at all can go.
    static let halts = [
        0, 3, 10, 33, 190, 200, 210, 299, 368, 131005, 131031, 131037, 131042, 131044, 131045, 133010,
    ]

    static let final = [
        100, 130403, 130472, 131008, 131009, 131020, 131021, 131026, 131041, 131050, 131051, 131052, 131055, 131059,
        131062, 131063, 132000, 132005, 132008, 132012, 132018, 132068, 134100, 135000, 137000,
    ]

    @Test("every documented code has its remedy")
    func remedies() {
        for (code, remedy, needsOperator) in Self.temporary {
            #expect(WhatsAppErrorTable.remedy(code) == remedy, "\(code)")
            #expect(WhatsAppErrorTable.needsOperator(code) == needsOperator, "\(code)")
        }
        for code in Self.operators {
            #expect(WhatsAppErrorTable.remedy(code) == .giveUp, "\(code)")
            #expect(WhatsAppErrorTable.needsOperator(code), "\(code)")
        }
        for code in Self.halts {
            #expect(WhatsAppErrorTable.remedy(code) == .halt, "\(code)")
            #expect(WhatsAppErrorTable.needsOperator(code), "\(code)")
        }
        for code in Self.final {
            #expect(WhatsAppErrorTable.remedy(code) == .giveUp, "\(code)")
            #expect(WhatsAppErrorTable.row(code) != nil, "\(code)")
            #expect(!WhatsAppErrorTable.needsOperator(code), "\(code)")
        }
        #expect(WhatsAppErrorTable.remedy(131047) == .useTemplate)
        #expect(!WhatsAppErrorTable.needsOperator(131047))
    }

    @Test("no row is missing here, none stands twice, and each says what to do")
    func complete() {
        let listed =
            Self.temporary.map(\.0) + Self.operators + Self.final + [131047]
            + Self.halts.filter { !(200...299 ~= $0) }
        let codes = WhatsAppErrorTable.rows.filter { $0.codes.count == 1 }.map(\.codes.lowerBound)
        #expect(codes.sorted() == listed.sorted())
        #expect(Set(codes).count == codes.count)
        for row in WhatsAppErrorTable.rows { #expect(row.advice.hasSuffix(".")) }
    }

    @Test("an unknown code is not repeated and goes to a person")
    func unknown() {
        #expect(WhatsAppErrorTable.row(777) == nil)
        #expect(WhatsAppErrorTable.remedy(777) == .giveUp)
        #expect(WhatsAppErrorTable.needsOperator(777))
    }
}
