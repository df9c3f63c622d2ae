import Desk

// What a reader gets: everything but the number by which a customer can be reached.

private func maskedPhone(_ phone: String) -> String {
    String(repeating: "•", count: max(0, phone.count - 3)) + phone.suffix(3)
}

extension LeadDocument: Masking {
    func masked() -> LeadDocument {
        var lead = self
        lead.phone = phone.map(maskedPhone)
        return lead
    }
}

extension LeadPage: Masking {
    func masked() -> LeadPage {
        var page = self
        page.leads = leads.map { $0.masked() }
        return page
    }
}

extension LeadCardDocument: Masking {
    func masked() -> LeadCardDocument {
        var card = self
        card.lead = lead.masked()
        return card
    }
}

extension TranscriptPage: Masking {
    func masked() -> TranscriptPage {
        var page = self
        page.lead = lead.masked()
        page.entries = entries.map { $0.masked() }
        return page
    }
}

extension ReviewItem: Masking {
    func masked() -> ReviewItem {
        var item = self
        item.lead = lead.masked()
        return item
    }
}

extension ReviewPage: Masking {
    func masked() -> ReviewPage {
        var page = self
        page.items = items.map { $0.masked() }
        return page
    }
}

extension DeadLetterDocument: Masking {
    func masked() -> DeadLetterDocument {
        var letter = self
        letter.phone = phone.map(maskedPhone)
        letter.raw = nil
        return letter
    }
}

extension DeadLetterPage: Masking {
    func masked() -> DeadLetterPage {
        var page = self
        page.dead_letters = dead_letters.map { $0.masked() }
        return page
    }
}

extension DeskEvent: Masking {
    func masked() -> DeskEvent {
        var event = self
        event.entry = entry.masked()
        return event
    }
}

extension EventPage: Masking {
    func masked() -> EventPage {
        var page = self
        page.events = events.map { $0.masked() }
        return page
    }
}

extension TranscriptDocument.Entry: Masking {
    /// WhatsApp's ids of messages have the customer's number in them.
    func masked() -> TranscriptDocument.Entry {
        var entry = self
        entry.message_id = nil
        return entry
    }
}
