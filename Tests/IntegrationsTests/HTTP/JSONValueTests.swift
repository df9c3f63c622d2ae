import Foundation
import Testing

@testable import Integrations

@Suite("JSON with an order")
struct JSONValueTests {
    @Test("what is written comes back the same, members in their order")
    func roundTrip() throws {
        let value: JSONValue = [
            "z": ["b": 1, "a": [true, .null, -2.5]], "text": "a\"b\\c\n\r\t\u{1}\u{1f} é 😀", "empty": [:], "none": [],
        ]
        #expect(
            value.encodedText()
                == #"{"z":{"b":1,"a":[true,null,-2.5]},"text":"a\"b\\c\n\r\t\u0001\u001f é 😀","empty":{},"none":[]}"#
        )
        #expect(try JSONValue(parsing: value.encoded()) == value)
    }

    @Test(
        "escapes, spaces and numbers of any usual form are read",
        arguments: [
            (
                #" [ "\u00e9\ud83d\ude00\/\b\f" , 1e3 , -0 , 9223372036854775807 ] "#,
                ["é😀/\u{8}\u{c}", 1000.0, 0, 9_223_372_036_854_775_807] as JSONValue
            ),
            (#""\ud83d x""#, "\u{FFFD} x"),
            (#""\ud83d\u0041""#, "\u{FFFD}A"),
            ("\u{FEFF}{\"a\" : false}", ["a": false]),
        ] as [(String, JSONValue)]
    )
    func reads(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
    }

    @Test(
        "what is not JSON is refused",
        arguments: [
            "", " ", "{", "[1,]", "{\"a\":}", "{\"a\" 1}", "{a:1}", "[1 2]", "\"x", "\"\\x\"", "\"\\u12g4\"",
            "\"a\nb\"",
            "tru", "nul", "+1", "-", "1e999", "{} {}", "<html>", "'a'",
        ]
    )
    func refuses(text: String) {
        #expect(throws: JSONTrouble.self) { try JSONValue(parsing: text) }
    }

    @Test("nesting is bounded before it can use up the stack")
    func depth() throws {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: JSONTrouble.tooDeep) { try JSONValue(parsing: deep) }
        #expect(try JSONValue(parsing: "[[1]]", depthMax: 2) == [[1]])
        #expect(throws: JSONTrouble.tooDeep) { try JSONValue(parsing: "[[1]]", depthMax: 1) }
    }

    @Test("Foundation's coders read and write it, too")
    func codable() throws {
        let value: JSONValue = ["a": [1, 2.5, "x", true, .null], "b": ["c": [:]]]
        #expect(try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value)) == value)
    }

    @Test("a member is replaced where it stands, appended, or taken out")
    func subscripts() {
        var value: JSONValue = ["a": 1, "b": 2]
        value["a"] = 3
        value["c"] = "x"
        value["b"] = nil
        #expect(value == ["a": 3, "c": "x"])
        #expect(value["b"] == nil)
        #expect(JSONValue.number(2).int == 2)
        #expect(JSONValue.number(2.5).int == nil)
    }

    @Test(
        "an HTTP date gives Unix seconds",
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199), ("Mon, 23 Nov 2026 20:00:00 GMT", 1_795_464_000),
        ]
    )
    func httpDate(text: String, seconds: Int) {
        #expect(secondsOfHTTPDate(text) == seconds)
    }

    @Test(
        "other dates give none",
        arguments: ["soon", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 25:00:00 GMT"]
    )
    func noDate(text: String) {
        #expect(secondsOfHTTPDate(text) == nil)
    }
}
