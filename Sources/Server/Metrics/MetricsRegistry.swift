import Pipeline
import Synchronization

/// Counts and times for `GET /metrics`. Labels come from routes, services and outcomes, never from what people send, so
/// there are few series.
final class MetricsRegistry: Sendable {
    struct Series: Hashable, Comparable, Sendable {
        var name: String
        /// `route="/v1/leads",status="200"`
        var labels: String

        init(_ name: String, _ labels: KeyValuePairs<String, String> = [:]) {
            self.name = name
            self.labels = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
        }

        static func < (left: Series, right: Series) -> Bool {
            (left.name, left.labels) < (right.name, right.labels)
        }

        private static func escaped(_ text: String) -> String {
            text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        }
    }

    private struct Histogram {
        /// One more than the bounds: the last is for all above.
        var counts = [Int](repeating: 0, count: MetricsRegistry.bounds.count + 1)
        var sum = 0.0
    }

    private struct State {
        var counters: [Series: Int] = [:]
        var histograms: [Series: Histogram] = [:]
    }

    /// Seconds.
    static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
    private static let seriesMax = 5_000

    private let state = Mutex(State())

    func count(_ series: Series, by amount: Int = 1) {
        state.withLock { state in
            guard state.counters[series] != nil || state.counters.count < Self.seriesMax else { return }
            state.counters[series, default: 0] += amount
        }
    }

    func time(_ series: Series, _ passed: Duration) {
        let seconds = passed / .seconds(1)
        let place = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        state.withLock { state in
            guard state.histograms[series] != nil || state.histograms.count < Self.seriesMax else { return }
            state.histograms[series, default: Histogram()].counts[place] += 1
            state.histograms[series, default: Histogram()].sum += seconds
        }
    }

    /// For the pipeline: its times become histograms in seconds.
    var meter: Meter {
        Meter { [self] what, labels, milliseconds in
            let name =
                switch what {
                case .turn: "crset_turn_seconds"
                case .answer: "crset_answer_seconds"
                case .send: "crset_send_attempt_seconds"
                case .model: "crset_model_call_seconds"
                }
            time(Series(name, labels), .milliseconds(max(0, milliseconds)))
        }
    }

    /// Prometheus text format, version 0.0.4.
    func text(gauges: [(Series, Double)], help: [String: String]) -> String {
        let (counters, histograms) = state.withLock { ($0.counters, $0.histograms) }
        var page = Page(help: help)
        for (series, value) in gauges { page.add(series.name, "gauge", [(series, number(value))]) }
        for (name, group) in Dictionary(grouping: counters.keys, by: \.name).sorted(by: { $0.key < $1.key }) {
            page.add(name, "counter", group.sorted().map { ($0, "\(counters[$0] ?? 0)") })
        }
        for (name, group) in Dictionary(grouping: histograms.keys, by: \.name).sorted(by: { $0.key < $1.key }) {
            page.begin(name, "histogram")
            for series in group.sorted() {
                guard let histogram = histograms[series] else { continue }
                var sum = 0
                for (bound, count) in zip(Self.bounds.map(number) + ["+Inf"], histogram.counts) {
                    sum += count
                    page.line("\(name)_bucket", series.labels, more: "le=\"\(bound)\"", "\(sum)")
                }
                page.line("\(name)_sum", series.labels, "\(histogram.sum)")
                page.line("\(name)_count", series.labels, "\(sum)")
            }
        }
        return page.text
    }

    private func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }

    private struct Page {
        let help: [String: String]
        var text = ""
        private var last = ""

        init(help: [String: String]) { self.help = help }

        mutating func begin(_ name: String, _ type: String) {
            guard name != last else { return }
            last = name
            if let words = help[name] { text += "# HELP \(name) \(words)\n" }
            text += "# TYPE \(name) \(type)\n"
        }

        mutating func add(_ name: String, _ type: String, _ lines: [(Series, String)]) {
            begin(name, type)
            for (series, value) in lines { line(name, series.labels, value) }
        }

        mutating func line(_ name: String, _ labels: String, more: String = "", _ value: String) {
            let all = [labels, more].filter { !$0.isEmpty }.joined(separator: ",")
            text += all.isEmpty ? "\(name) \(value)\n" : "\(name){\(all)} \(value)\n"
        }
    }
}
