extension StringProtocol {
    /// Without the white space around it.
    var trimmed: Substring {
        let start = Substring(self).drop(while: \.isWhitespace)
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return start[...end]
    }
}
