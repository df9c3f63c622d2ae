extension HTTPAnswer {
    /// How long the service asks to wait: `retry-after-ms`, else `retry-after` in seconds or as an HTTP date. The date
    /// is held against the answer's own `date`, so no clock of ours comes in. Nil where it says nothing usable.
    var retryAfterMilliseconds: Int? {
        let dayMilliseconds = 86_400_000.0
        if let text = headers["retry-after-ms"], let milliseconds = Double(text), milliseconds > 0 {
            return Int(min(milliseconds, dayMilliseconds).rounded(.up))
        }
        guard let text = headers["retry-after"] else { return nil }
        if let seconds = Double(text) {
            return seconds > 0 ? Int(min(seconds * 1000, dayMilliseconds).rounded(.up)) : nil
        }
        guard let until = secondsOfHTTPDate(text), let now = headers["date"].flatMap(secondsOfHTTPDate), until > now
        else { return nil }
        return Int(min(Double(until - now) * 1000, dayMilliseconds))
    }
}

extension HTTPFailure {
    /// `timeout`, `connection` or `answer_too_long`: the code of an error without an answer.
    var code: String {
        switch self {
        case .answerTooLong:
            return "answer_too_long"
        case .notSent(let words), .noAnswer(let words):
            let words = words.lowercased()
            return ["timeout", "timed out", "deadline"].contains { words.contains($0) } ? "timeout" : "connection"
        }
    }

    /// What happened, for a log.
    var words: String {
        switch self {
        case .answerTooLong: "the answer is longer than allowed"
        case .notSent(let words), .noAnswer(let words): words
        }
    }
}

/// A service's words cut to 300 characters, without anything that looks like a key.
func withoutSecrets(_ message: String) -> String {
    let marks = ["sk-", "sk_", "rk_", "pk_", "whsec_", "Bearer"]
    return message.prefix(300).split(separator: " ", omittingEmptySubsequences: false)
        .map { word in marks.contains { word.contains($0) } ? "[secret]" : String(word) }
        .joined(separator: " ")
}

/// Unix seconds of an IMF-fixdate such as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
func secondsOfHTTPDate(_ text: String) -> Int? {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), (1...31).contains(day),
        let month = months.firstIndex(of: String(parts[2])), let year = Int(parts[3]), (1970...9999).contains(year)
    else { return nil }
    let clock = parts[4].split(separator: ":").compactMap { Int($0) }
    guard clock.count == 3, (0..<24).contains(clock[0]), (0..<60).contains(clock[1]), (0...60).contains(clock[2])
    else { return nil }
    // Days since 1970 of a Gregorian date, with the year starting in March so that the leap day comes last.
    let shiftedYear = month < 2 ? year - 1 : year
    let dayOfYear = (153 * ((month + 10) % 12) + 2) / 5 + day - 1
    let days = shiftedYear * 365 + shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400 + dayOfYear - 719_468
    return days * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
}
