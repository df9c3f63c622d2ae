// What the customer writes, up to the point where somebody has understood it.

extension Step {
    /// So many voice notes of one burst are listened to, the newest, so that the turn ends within its lease.
    private static let voicesMax = 8

    mutating func customerWrote(_ messages: [CustomerMessage]) {
        let newest = messages.map(\.at).max() ?? now
        state.lastCustomerMessageAt = max(state.lastCustomerMessageAt ?? newest, newest)

        if case .optedOut = state.stage {
            note(.ignored, "wrote after opting out; the bot stays silent")
            return alert(.messageAfterOptOut, "The customer opted out and wrote again.")
        }
        if messages.contains(where: { $0.text.map(IntentReader.isOptOut) ?? false }) { return optOut() }
        if case .handedOff(var handOff) = state.stage {
            let unanswered = (handOff.unanswered ?? []) + messages.filter(\.needsAnswer)
            handOff.unanswered = unanswered.isEmpty ? nil : unanswered.suffix(HandOff.unansweredMax)
            state.stage = .handedOff(handOff)
            return alert(.messageWhileHandedOff, "The customer wrote and waits for a person.")
        }

        let telling = messages.filter(\.needsAnswer)
        guard !telling.isEmpty else { return note(.ignored, "nothing to answer") }
        if case .dormant(let before) = state.stage { state.stage = before }
        let oldest = telling.map(\.at).min() ?? now
        let isLate = now.milliseconds - oldest.milliseconds >= playbook.policy.apologyAfterMilliseconds
        state.owesApology = isLate && playbook.policy.apologyAfterMilliseconds > 0 ? true : nil
        cancel(.followUp, .dormancy)
        let voices = (playbook.policy.transcribesVoice ? telling.filter { $0.voice != nil } : []).suffix(Self.voicesMax)
        state.answering = Answering(messages: telling, awaitsTranscriptionOf: voices.map(\.id))
        for message in voices {
            guard let voice = message.voice else { continue }
            effects.append(.transcribe(message.id, mediaID: voice.mediaID, mimeType: voice.mimeType))
        }
        if voices.isEmpty { read() }
    }

    mutating func transcribed(_ id: MessageID, _ text: String?) {
        guard var answering = state.answering, answering.awaitsTranscriptionOf.contains(id) else {
            return note(.ignored, "a transcription of no open message")
        }
        answering.awaitsTranscriptionOf.removeAll { $0 == id }
        if let text, !text.isEmpty, let index = answering.messages.firstIndex(where: { $0.id == id }) {
            answering.messages[index].content = .text(text)
            note(.understood, "voice note: \(text)")
        }
        state.answering = answering
        guard answering.awaitsTranscriptionOf.isEmpty else { return }
        if answering.messages.contains(where: { $0.text.map(IntentReader.isOptOut) ?? false }) { return optOut() }
        read()
    }

    /// Everything is text now, or can't be. Taps on our own buttons need no model.
    private mutating func read() {
        guard let messages = state.answering?.messages else { return }
        guard messages.contains(where: { $0.text != nil || $0.isPlace }) else {
            state.answering = nil
            send(.text(text(.pleaseWrite)), quoting: messages.last?.id)
            return scheduleFollowUp()
        }
        if messages.contains(where: { IntentReader.asksForHuman($0.text ?? "") }) {
            state.answering = nil
            return handOff(.customerAsked)
        }
        if messages.allSatisfy(\.isTap) { return readPlainly() }
        effects.append(.askModel)
    }

    mutating func understood(_ understanding: Understanding, _ reply: String) {
        guard let answering = state.answering else { return note(.ignored, "a model answer to no open question") }
        state.answering = nil
        decide(understanding, reply: reply, messages: answering.messages)
    }

    mutating func modelUnavailable(_ reason: String) {
        guard state.answering != nil else { return note(.ignored, "no open question: \(reason)") }
        readPlainly()
    }

    private mutating func readPlainly() {
        guard let answering = state.answering else { return }
        state.answering = nil
        let reading = PlainReader.understand(
            answering.messages,
            state: state,
            asked: askedField,
            playbook: playbook
        )
        decide(reading.understanding, reply: nil, messages: answering.messages)
    }

    var askedField: FieldID? {
        if case .qualifying(let qualifying) = state.stage { qualifying.asked } else { nil }
    }

    // MARK: Leaving the conversation

    mutating func optOut() {
        state.answering = nil
        state.stage = .optedOut(at: now, before: state.stage)
        cancel(.followUp, .dormancy, .paymentReminder, .takeoverReminder, .takeoverRelease)
        send(.text(text(.optedOut)))
    }

    mutating func handOff(_ reason: HandOff.Reason, by staff: String? = nil, saying phrase: PhraseKey? = .handedOff) {
        state.answering = nil
        state.stage = .handedOff(HandOff(reason: reason, staff: staff, at: now, before: state.stage))
        cancel(.followUp, .dormancy, .paymentReminder)
        watchTakeover()
        if let phrase { send(.text(text(phrase))) }
        switch reason {
        case .customerAsked: alert(.humanAsked, "The customer asked for a person.")
        case .complaint: alert(.complaint, "The customer complains.")
        case .noPayments: alert(.noPayments, "The customer wants to buy and no payments are configured.")
        case .staffTookOver, .ownerAnswered: break
        }
    }

    mutating func marketingPreference(_ isAllowed: Bool) {
        note(.ignored, isAllowed ? "marketing messages allowed again" : "marketing messages switched off in WhatsApp")
        state.isMarketingOff = isAllowed ? nil : true
        guard !isAllowed else { return }
        cancel(.followUp)
        // In the follow-up's place.
        if case .qualifying = state.stage { scheduleFollowUp() }
        if case .qualified = state.stage { scheduleFollowUp() }
    }
}

extension CustomerMessage {
    /// A reaction or a deletion asks for nothing.
    public var needsAnswer: Bool {
        switch content {
        case .reaction, .deleted: false
        default: true
        }
    }

    fileprivate var voice: (mediaID: String, mimeType: String)? {
        if case .voice(let mediaID, let mimeType) = content { (mediaID, mimeType) } else { nil }
    }

    /// A tap on "other options".
    var asksForProducts: Bool { if case .choice("products", _) = content { true } else { false } }

    fileprivate var isTap: Bool { if case .choice = content { true } else { false } }

    fileprivate var isPlace: Bool {
        switch content {
        case .location, .contact: true
        default: false
        }
    }
}
