import Foundation

/// Reads the operators' files whole, with a limit.
enum TextFile {
    /// More than any prompt file needs; a larger one is a mistake, such as a log put in the wrong folder.
    static let bytesMax = 1_048_576
    /// A folder of prompts with more files is a mistake too.
    static let filesMax = 200

    /// The text with line feeds as its only line ends; nil, with a finding, when there is none to be had.
    static func read(_ path: String, findings: Findings) -> String? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
            findings.add(path, nil, "this file is missing", mend: "create it, or take it from the sample")
            return nil
        }
        guard let handle = FileHandle(forReadingAtPath: path),
            let data = try? handle.read(upToCount: bytesMax + 1) ?? Data()
        else {
            findings.add(path, nil, "this file can't be read", mend: "let the user that runs crset read it")
            return nil
        }
        guard data.count <= bytesMax else {
            findings.add(path, nil, "this file is larger than 1 MB", mend: "shorten it; prompt files are short")
            return nil
        }
        guard let text = String(bytes: data, encoding: .utf8) else {
            let line = data.prefix(validUTF8Prefix(of: data)).count { $0 == UInt8(ascii: "\n") } + 1
            findings.add(path, line, "this file is not UTF-8", mend: "save it as UTF-8")
            return nil
        }
        let unmarked = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        return unmarked.replacingOccurrences(of: "\r\n", with: "\n")
    }

    /// Names of the files with an ending (without the dot) in a folder, sorted.
    static func names(in folder: String, ending: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".\(ending)") && !$0.hasPrefix(".") }.sorted().prefix(filesMax).map(\.self)
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// How many bytes at the start are valid UTF-8.
    private static func validUTF8Prefix(of data: Data) -> Int {
        var decoder = UTF8()
        var iterator = data.makeIterator()
        var count = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { count += UTF8.width(scalar) }
        return count
    }
}
