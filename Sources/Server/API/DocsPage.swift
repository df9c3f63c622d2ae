import Desk

/// `GET /docs`: the description as one page that needs nothing else, no script either.
struct DocsPage {
    private let document: JSONValue

    init(_ document: JSONValue) { self.document = document }

    private static let style = """
        body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;\
        background:#fff}h1{margin-bottom:0}h2{margin-top:2.5rem;border-bottom:1px solid #d0d7de}details{margin:.5rem 0;\
        border:1px solid #d0d7de;border-radius:6px;padding:.5rem .8rem}summary{cursor:pointer}code,pre{font:13px/1.45 \
        ui-monospace,monospace;background:#f6f8fa;border-radius:4px}code{padding:.1rem .3rem}pre{padding:.7rem;\
        overflow:auto}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .6rem .25rem 0;\
        vertical-align:top}.m{display:inline-block;width:4.2rem;font-weight:600}.r{color:#57606a;font-size:.9em}\
        @media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}code,pre{background:#161b22}\
        details,h2{border-color:#30363d}.r{color:#8b949e}}
        """

    func html() throws -> String {
        var body = "<h1>\(text(document["info"]?["title"])) API</h1><p>\(text(document["info"]?["description"]))</p>"
        body += "<p>Machine-readable: <a href=\"/openapi.json\">/openapi.json</a></p>"
        for tag in document["tags"]?.items ?? [] {
            body += "<h2>\(text(tag["name"]))</h2>"
            for (path, methods) in (document["paths"]?.members ?? [:]).sorted(by: { $0.key < $1.key }) {
                for (method, operation) in methods.members.sorted(by: { $0.key < $1.key })
                where operation["tags"]?.items.first == tag["name"] {
                    body += try section(method, path, operation)
                }
            }
        }
        body += "<h2>Schemas</h2>"
        for (name, schema) in (document["components"]?["schemas"]?.members ?? [:]).sorted(by: { $0.key < $1.key }) {
            body += "<details id=\"\(escaped(name))\"><summary><code>\(escaped(name))</code></summary>"
            body += "<pre>\(escaped(try DeskJSON.text(schema)))</pre></details>"
        }
        return """
            <!doctype html><html lang="en"><head><meta charset="utf-8">\
            <meta name="viewport" content="width=device-width,initial-scale=1"><title>CRSET API</title>\
            <style>\(Self.style)</style></head><body>\(body)</body></html>
            """
    }

    private func section(_ method: String, _ path: String, _ operation: JSONValue) throws -> String {
        var html = "<details><summary><span class=\"m\">\(escaped(method.uppercased()))</span><code>\(escaped(path))"
        html += "</code> \(text(operation["summary"])) <span class=\"r\">\(text(operation["x-role"]))</span></summary>"
        let parameters = operation["parameters"]?.items ?? []
        if !parameters.isEmpty {
            html += "<table><tr><th>Parameter</th><th>In</th><th>Type</th><th></th></tr>"
            for parameter in parameters {
                let needed = parameter["required"] == true ? " (required)" : ""
                html += "<tr><td><code>\(text(parameter["name"]))</code>\(needed)</td><td>\(text(parameter["in"]))</td>"
                html += "<td>\(text(parameter["schema"]?["type"]))</td><td>\(text(parameter["description"]))</td></tr>"
            }
            html += "</table>"
        }
        if let body = operation["requestBody"]?["content"]?["application/json"]?["example"] {
            html += "<p>Body</p><pre>\(escaped(try DeskJSON.text(body)))</pre>"
        }
        for (status, answer) in (operation["responses"]?.members ?? [:]).sorted(by: { $0.key < $1.key }) {
            html += "<p><code>\(escaped(status))</code> \(text(answer["description"]))</p>"
            if let example = answer["content"]?["application/json"]?["example"] {
                html += "<pre>\(escaped(try DeskJSON.text(example)))</pre>"
            }
        }
        return html + "</details>"
    }

    private func text(_ value: JSONValue?) -> String { escaped(value?.text ?? "") }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
