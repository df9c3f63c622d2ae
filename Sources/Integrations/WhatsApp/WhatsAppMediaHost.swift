import struct Foundation.URL

/// Where a download may go: the token travels with it.
enum WhatsAppMediaHost {
    /// Media URLs point to `lookaside.fbsbx.com`; the other two are Meta's file hosts, in case of a redirect.
    private static let domains = ["fbsbx.com", "fbcdn.net", "whatsapp.net"]

    private static let loopback = ["127.0.0.1", "localhost", "::1"]

    /// True for HTTPS on a host of Meta, and for the API base's own host and port where that is a loopback address.
    static func allows(_ text: String, apiBase: String) -> Bool {
        guard let url = URL(string: text), let host = url.host()?.lowercased(), url.user() == nil, url.password() == nil
        else { return false }
        if url.scheme == "https", url.port == nil || url.port == 443 {
            if domains.contains(where: { host == $0 || host.hasSuffix("." + $0) }) { return true }
        }
        guard let base = URL(string: apiBase), let baseHost = base.host()?.lowercased() else { return false }
        return loopback.contains(host) && host == baseHost && url.port == base.port && url.scheme == base.scheme
    }
}
