import CPostgres
import Conversation

/// A parameter in text format. It never becomes part of the SQL.
struct PostgresValue: Sendable, Hashable {
    /// Without the closing zero; nil is NULL.
    let bytes: [UInt8]?

    /// Postgres keeps no NUL in a text. One in an outside id or name must not cost its batch.
    static func text(_ text: String?) -> PostgresValue {
        PostgresValue(bytes: text.map { Array($0.withoutNUL.utf8) })
    }

    static func integer(_ value: Int64?) -> PostgresValue { text(value.map { String($0) }) }
    static func integer(_ value: Int) -> PostgresValue { text(String(value)) }
    static func time(_ time: Timestamp?) -> PostgresValue { integer(time?.milliseconds) }

    /// For a column of type `bytea`, which keeps every byte.
    static func blob(_ bytes: String?) -> PostgresValue {
        guard let bytes else { return PostgresValue(bytes: nil) }
        let digits = Array("0123456789abcdef".utf8)
        var hex = Array("\\x".utf8)
        hex.reserveCapacity(2 + bytes.utf8.count * 2)
        for byte in bytes.utf8 {
            hex.append(digits[Int(byte >> 4)])
            hex.append(digits[Int(byte & 15)])
        }
        return PostgresValue(bytes: hex)
    }

    /// For `$1::text[]`.
    static func texts(_ texts: some Sequence<String>) -> PostgresValue {
        var bytes = [UInt8(ascii: "{")]
        for text in texts {
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(UInt8(ascii: "\""))
            for byte in text.withoutNUL.utf8 {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
                bytes.append(byte)
            }
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: "}"))
        return PostgresValue(bytes: bytes)
    }

    /// For `$1::bigint[]`.
    static func integers(_ values: some Sequence<Int64>) -> PostgresValue {
        text("{" + values.map { String($0) }.joined(separator: ",") + "}")
    }
}

extension String {
    /// As it stands in a column of type `text`.
    var withoutNUL: String {
        guard utf8.contains(0) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
    }
}

/// One statement with its parameters.
struct PostgresStatement {
    var sql: String
    var values: [PostgresValue]

    init(_ sql: String, _ values: [PostgresValue] = []) {
        self.sql = sql
        self.values = values
    }
}

/// What a statement gave. Stays on the connection's thread.
final class PostgresResult {
    private let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { PQclear(pointer) }

    /// How many rows were changed.
    var changes: Int { PQcmdTuples(pointer).flatMap { Int(String(cString: $0)) } ?? 0 }

    var rows: [PostgresRow] { (0..<PQntuples(pointer)).map { PostgresRow(result: self, index: $0) } }

    fileprivate func text(_ row: Int32, _ column: Int32) -> String? {
        guard PQgetisnull(pointer, row, column) == 0, let start = PQgetvalue(pointer, row, column) else { return nil }
        let count = Int(PQgetlength(pointer, row, column))
        return start.withMemoryRebound(to: UInt8.self, capacity: count) {
            String(decoding: UnsafeBufferPointer(start: $0, count: count), as: UTF8.self)
        }
    }
}

/// A row of a result, read by the position of its columns.
struct PostgresRow {
    fileprivate let result: PostgresResult
    fileprivate let index: Int32

    func optional(_ column: Int32) -> String? { result.text(index, column) }

    func optionalInteger(_ column: Int32) throws -> Int64? {
        guard let text = result.text(index, column) else { return nil }
        guard let value = Int64(text) else { throw StoreError.defect("column \(column) holds no whole number") }
        return value
    }

    func time(_ column: Int32) throws -> Timestamp? { Timestamp(column: try optionalInteger(column)) }

    func text(_ column: Int32) throws -> String {
        guard let text = optional(column) else { throw StoreError.defect("column \(column) holds NULL") }
        return text
    }

    func integer(_ column: Int32) throws -> Int64 {
        guard let value = try optionalInteger(column) else { throw StoreError.defect("column \(column) holds NULL") }
        return value
    }
}
