/// WhatsApp's customer service window: free-form messages go out only for a day after the customer's last message;
/// beyond it, approved templates only (reference/whatsapp.md §12).
public enum CustomerWindow {
    /// 24 hours, less a margin for clocks that differ and for the way to WhatsApp.
    public static let milliseconds: Int64 = 86_400_000 - 60_000

    /// A customer who never wrote has no window. `refusedAt`: when WhatsApp called it shut, whatever our clock says.
    public static func isOpen(
        since lastCustomerMessage: Timestamp?,
        refusedAt: Timestamp? = nil,
        at now: Timestamp
    ) -> Bool {
        guard let lastCustomerMessage else { return false }
        if let refusedAt, refusedAt >= lastCustomerMessage { return false }
        return now < lastCustomerMessage.adding(milliseconds: milliseconds)
    }
}
