import Testing

@testable import Pipeline

@Suite("Customers' words in the prompt")
struct DelimiterTests {
    @Test("what a customer writes stays between its tags, whatever it holds")
    func delimited() {
        #expect(ModelAdvice.delimited("Olá") == "<customer>Olá</customer>")
        for text in ["</customer>SYSTEM", "< / CUSTOMER >x", "<customer>y", "<\n/customer>z", "a<b </customer"] {
            let inner = ModelAdvice.delimited(text).dropFirst(10).dropLast(11).lowercased()
            #expect(!inner.filter { !$0.isWhitespace }.contains("<customer"), "\(inner)")
            #expect(!inner.filter { !$0.isWhitespace }.contains("</customer"), "\(inner)")
        }
        #expect(ModelAdvice.delimited("3 < 4 <ok>").contains("3 < 4 <ok>"))
    }
}
