/// Everything that is wrong with a set of files, found in one go.
public struct PromptProblems: Error, Sendable, Equatable, CustomStringConvertible {
    public var items: [Problem]

    public init(items: [Problem]) { self.items = items }

    /// One line per problem.
    public var description: String { items.map(\.description).joined(separator: "\n") }
}

/// One mistake of an operator: where it is, what it is, and how to mend it.
public struct Problem: Sendable, Equatable, CustomStringConvertible {
    /// The file's path as it was given, or the place in words, such as `environment`.
    public var file: String
    /// Counted from 1; nil where the whole file is meant.
    public var line: Int?
    public var reason: String
    public var mend: String

    public init(file: String, line: Int?, reason: String, mend: String) {
        self.file = file
        self.line = line
        self.reason = reason
        self.mend = mend
    }

    public var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        return "\(place): \(reason); \(mend)"
    }
}

/// Collects the problems of one load. It never leaves the function that loads.
final class Findings {
    var items: [Problem] = []

    func add(_ file: String, _ line: Int?, _ reason: String, mend: String) {
        items.append(Problem(file: file, line: line, reason: reason, mend: mend))
    }
}

/// The known word that is nearest to a mistyped one, if any is near.
func nearestWord(to word: String, in known: some Sequence<String>) -> String? {
    // Longer words are cut out: nobody mistypes one, and the distance costs the product of the lengths.
    guard word.count <= 60 else { return nil }
    let farthest = max(1, min(3, word.count / 3))
    return known.map { (word: $0, distance: editDistance($0, word)) }
        .filter { $0.distance <= farthest }
        .min { ($0.distance, $0.word) < ($1.distance, $1.word) }?.word
}

/// Insertions, deletions, replacements and exchanges of neighbours that turn one word into the other.
private func editDistance(_ left: String, _ right: String) -> Int {
    let left = Array(left)
    let right = Array(right)
    var rows = [Array(0...right.count)]
    for (i, letter) in left.enumerated() {
        var row = [i + 1]
        for (j, other) in right.enumerated() {
            var best = min(rows[i][j] + (letter == other ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
            if i > 0, j > 0, letter == right[j - 1], left[i - 1] == other { best = min(best, rows[i - 1][j - 1] + 1) }
            row.append(best)
        }
        rows.append(row)
    }
    return rows[left.count][right.count]
}
