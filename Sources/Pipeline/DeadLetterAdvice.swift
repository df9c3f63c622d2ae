import Conversation
import Integrations
public import Storage

/// What an operator does about a dead letter.
public enum DeadLetterAdvice {
    /// A sentence or two.
    public static func advice(on letter: DeadLetter) -> String {
        switch letter.kind {
        case .message: message(letter.code)
        case .link: link(letter.code)
        case .turn: turn(letter.code)
        case .item: "Nothing in CRSET could use it. Read it in case a customer waits for an answer, then drop it."
        }
    }

    private static func message(_ code: String) -> String {
        switch code {
        case "no_address": "The customer has neither a number nor a user id. Drop it."
        case "invalid_message": "WhatsApp would refuse it as it is. Mend the text in the prompt files, then drop it."
        case "unreadable_task": "A newer version of CRSET wrote it. Install that one, then retry."
        case "connection": "WhatsApp could not be reached. Check the network and WHATSAPP_API_BASE, then retry."
        case "timeout", "too_long", "unreadable":
            "WhatsApp gave no usable answer. Look into the chat on a phone; retry only if it isn't there."
        default: meta(code)
        }
    }

    private static func meta(_ code: String) -> String {
        if let number = Int(code) {
            let advice = WhatsAppErrorTable.advice(number)
            return WhatsAppErrorTable.needsOperator(number) ? advice + " Then retry." : advice
        }
        if code.hasPrefix("http_5") || code == "http_408" {
            return "WhatsApp failed without saying why. Look into the chat on a phone; retry only if it isn't there."
        }
        if code.hasPrefix("http_") { return "Check WHATSAPP_API_BASE and WHATSAPP_ACCESS_TOKEN, then retry." }
        return "Look at the history, mend the cause, then retry or drop it."
    }

    private static func link(_ code: String) -> String {
        switch code {
        case "resource_missing": "Stripe doesn't know the link: another account, or test mode. Drop it."
        case "unreadable_task": "A newer version of CRSET wrote it. Install that one, then retry."
        case "connection", "timeout": "Stripe could not be reached. Retry when it can."
        default:
            "The customer can still pay by this link. Check STRIPE_SECRET_KEY and retry, or deactivate it in Stripe's "
                + "dashboard and drop this."
        }
    }

    private static func turn(_ code: String) -> String {
        if code.hasPrefix("unreadable_") {
            return "A newer version of CRSET wrote this conversation. Install that one, then retry. To drop it leaves "
                + "the customer without an answer."
        }
        if code == TurnFault.lostCode {
            return "The service died each time that it worked on this conversation. Look into its log, update, then "
                + "retry. To drop it leaves the customer without an answer."
        }
        return "A fault of CRSET's own; the log of the service tells more. Update, then retry. To drop it leaves the "
            + "customer without an answer."
    }
}
