/// The hosted payment page of a link, in the browser.
extension Sandbox {
    /// `segments` follow `/pay`: the link, then `voucher` and a session.
    func payPage(_ ask: Ask, segments: [String]) -> Answer {
        guard let id = segments.first, let link = try? stripe.get("payment_links", id) else {
            return .html(PayPage.page("Not found", "<p>There is no such payment link.</p>"), status: 404)
        }
        if segments.count == 3, let session = stripe.session(segments[2]) {
            return segments[1] == "voucher" && ask.method == "POST"
                ? voucherPaid(segments[2], link: id) : .html(PayPage.done(link, session))
        }
        if let reason = stripe.shut(link) {
            return .html(PayPage.page("Payment link", "<p class=note>\(PayPage.escaped(reason))</p>"))
        }
        guard ask.method == "POST" else {
            _ = stripe.openSession(link)
            return .html(PayPage.form(link, error: nil))
        }
        let form = FormFields.tree(FormFields.pairs(ask.text))
        let method = form["method"]?.text.flatMap(PayMethod.init(rawValue:)) ?? .card
        let outcome = form["outcome"]?.text.flatMap(PayOutcome.init(rawValue:)) ?? .success
        do {
            let (session, events) = try stripe.pay(
                link: id,
                method: method,
                outcome: outcome,
                email: form["email"]?.text ?? "ana@example.com",
                name: form["name"]?.text ?? "Ana"
            )
            stripe.afterwards { [self] in
                await deliver(events)
                if outcome == .success { tellPaid(session) }
            }
            guard outcome == .success else {
                return .html(PayPage.form(link, error: "Your card was declined."), status: 402)
            }
            return .seeOther("/pay/\(id)/done/\(session)")
        } catch {
            return .html(PayPage.page("Payment link", "<p class=note>\(PayPage.escaped("\(error)"))</p>"))
        }
    }

    private func voucherPaid(_ session: String, link: String) -> Answer {
        if let events = try? stripe.settleVoucher(session, paid: true) {
            stripe.afterwards { [self] in
                await deliver(events)
                tellPaid(session)
            }
        }
        return .seeOther("/pay/\(link)/done/\(session)")
    }
}

enum PayPage {
    static func form(_ link: Payload, error: String?) -> String {
        let methods = [("card", "Card"), ("mb_way", "MB WAY"), ("multibanco", "Multibanco")]
        let choices = methods.enumerated().map { index, method in
            "<label><input type=radio name=method value=\(method.0)\(index == 0 ? " checked" : "")> \(method.1)</label>"
        }.joined()
        let alert = error.map { "<p class=note>\(escaped($0))</p>" } ?? ""
        return page(
            name(of: link),
            """
            <p class=amount>\(amount(link))</p>\(alert)
            <form method=post>
            <label>E-mail <input name=email type=email value="ana@example.com" required></label>
            <label>Name <input name=name value="Ana" required></label>
            <fieldset><legend>Pay with</legend>\(choices)</fieldset>
            <button>Pay</button>
            </form>
            """
        )
    }

    static func done(_ link: Payload, _ session: Payload) -> String {
        guard session["payment_status"]?.text != "paid" else {
            return page(name(of: link), "<p class=amount>\(amount(link))</p><p class=good>Paid. Thank you!</p>")
        }
        let url = "/pay/\(link["id"]?.text ?? "")/voucher/\(session["id"]?.text ?? "")"
        return page(
            name(of: link),
            """
            <p class=amount>\(amount(link))</p>
            <dl><dt>Entity</dt><dd>11249</dd><dt>Reference</dt><dd>123 456 789</dd></dl>
            <form method=post action="\(url)"><button>Voucher paid</button></form>
            """
        )
    }

    static func page(_ title: String, _ content: String) -> String {
        """
        <!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width">
        <title>\(escaped(title))</title>
        <style>
        body{font:17px/1.5 system-ui,sans-serif;background:#f4f6f8;color:#1c2733;margin:0;padding:6vh 16px}
        main{max-width:24rem;margin:auto;background:#fff;padding:28px;border-radius:14px;box-shadow:0 2px 18px #0002}
        h1{font-size:1.15rem;margin:0}.amount{font-size:2rem;font-weight:700;margin:.2em 0 .6em}
        label{display:block;margin:.5em 0}input:not([type=radio]){width:100%;box-sizing:border-box;font:inherit;padding:9px;
        border:1px solid #c6cfd8;border-radius:8px}fieldset{border:1px solid #c6cfd8;border-radius:8px;margin:1em 0}
        button{width:100%;font:inherit;font-weight:600;padding:12px;border:0;border-radius:8px;background:#0a7d55;color:#fff}
        .note{color:#8a4b00}.good{color:#0a7d55;font-weight:600}small{color:#5b6b7a}
        </style><main><h1>\(escaped(title))</h1>\(content)<small>CRSET sandbox: no real money moves.</small></main></html>
        """
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    private static func name(of link: Payload) -> String {
        (link["line_items"]?["data"]?.list ?? []).compactMap { $0["description"]?.text }.joined(separator: ", ")
    }

    private static func amount(_ link: Payload) -> String {
        let lines = link["line_items"]?["data"]?.list ?? []
        let total = lines.reduce(0) { $0 + ($1["amount_total"]?.integer ?? 0) }
        let cents = total % 100
        return "\(total / 100).\(cents < 10 ? "0" : "")\(cents) \((link["currency"]?.text ?? "eur").uppercased())"
    }
}
