import Integrations
import Testing

@Suite("WhatsApp statuses and notices")
struct StatusTests {
    private func status(_ fixture: String) throws -> WhatsAppStatus? {
        if case .status(let status) = try Fixture.items(fixture).first { status } else { nil }
    }

    @Test(
        "every state is known, and one that is not keeps its name",
        arguments: [
            ("status-sent", .sent), ("status-delivered", .delivered), ("status-read", .read),
            ("status-played", .played), ("status-failed", .failed), ("status-deleted", .other("deleted")),
        ] as [(String, WhatsAppStatus.State)]
    )
    func states(fixture: String, state: WhatsAppStatus.State) throws {
        let status = try status(fixture)
        #expect(status?.state == state)
        #expect(status?.messageID == "wamid.OURS")
        #expect(status?.phoneNumberID == "106400000000001")
        #expect(status?.recipient.waID == "351911111111")
        #expect(status?.timestampMilliseconds == 1_790_000_000_000)
    }

    @Test("a state replaces only one of lower rank")
    func ranks() {
        let order: [WhatsAppStatus.State] = [.other("deleted"), .sent, .failed, .delivered, .read, .played]
        #expect(order.map(\.rank) == order.map(\.rank).sorted())
        #expect(Set(order.map(\.rank)).count == order.count)
        for state in order { #expect(WhatsAppStatus.State(state.name) == state) }
    }

    @Test("callback data, price, errors and recipients without a phone number are kept")
    func details() throws {
        let sent = try status("status-sent")
        #expect(sent?.callbackData == "outbox-42")
        #expect(sent?.pricing == .init(billable: true, category: "utility", type: "regular"))
        #expect(
            try status("status-failed")?.errors
                == [WhatsAppIssue(code: 131047, title: "Re-engagement message", details: "more than 24 hours")]
        )
        #expect(
            try status("status-user-id")?.recipient == WhatsAppIdentity(userID: "PT.1349", parentUserID: "PT.ENT.1")
        )
        #expect(try status("status-delivered")?.recipient.userID == "PT.1349")
        #expect(try status("status-group")?.participantID == "351911111111")
    }

    @Test("wishes about marketing are read")
    func preferences() throws {
        let wishes = try Fixture.items("preferences").map { item in
            if case .preference(let preference) = item { preference.wish } else { nil as WhatsAppPreference.Wish? }
        }
        #expect(wishes == [.stop, .resume, .other("signup")])
    }

    @Test("a new user id is read with the old one")
    func identityChange() throws {
        #expect(
            try Fixture.items("user-id-update") == [
                .identityChange(
                    WhatsAppIdentityChange(
                        phoneNumberID: "106400000000001",
                        previousUserID: "PT.1",
                        identity: WhatsAppIdentity(userID: "PT.2", parentUserID: "PT.ENT.2", waID: "351911111111"),
                        timestampMilliseconds: 1_790_000_000_000
                    )
                )
            ]
        )
    }

    @Test("an echo is about the customer who got it")
    func echo() throws {
        guard case .echo(let echo) = try Fixture.items("echo").first else {
            Issue.record("no echo")
            return
        }
        #expect(echo.identity == WhatsAppIdentity(userID: "PT.1349", waID: "351911111111"))
        #expect(echo.content == .text("Já respondo"))
    }

    @Test(
        "what concerns the account goes to the operator with its field",
        arguments: [
            ("account-update", "account_update"), ("template-status", "message_template_status_update"),
            ("unknown-field", "brand_new"), ("value-errors", "errors"),
        ]
    )
    func notices(fixture: String, field: String) throws {
        guard case .accountNotice(let found, let raw) = try Fixture.items(fixture).first else {
            Issue.record("no notice")
            return
        }
        #expect(found == field)
        #expect(raw.hasPrefix("{") || raw.hasPrefix("["))
    }
}
