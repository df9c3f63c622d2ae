import Foundation
import Integrations
import NIOCore

/// Webhook requests, signed, as bytes that only need to be written.
struct Bodies: Sendable {
    static let appSecret = "bench-app-secret"
    static let phoneNumberID = "106540352242922"
    /// A customer's messages stand one behind the other.
    static let messagesPerCustomer = 5

    private static let texts = [
        "Olá! Vi o vosso anúncio. Fazem sites para restaurantes?",
        "Temos um café em Braga, com esplanada, e queria mostrar a ementa e receber reservas.",
        "E dá para ter em inglês também? Vêm cá muitos turistas 🙂",
        "Quanto tempo costuma demorar, mais ou menos?",
        "Obrigado, vou falar com o meu sócio e já digo alguma coisa.",
    ]

    /// Message `index` of all: number `index % 5` of customer `index / 5`.
    static func message(_ index: Int) -> ByteBuffer {
        message(number: index % messagesPerCustomer, of: index / messagesPerCustomer)
    }

    /// `round` tells messages of one number apart. As at Meta, the ids of one customer stand side by side.
    static func message(number: Int, of customer: Int, round: Int = 0) -> ByteBuffer {
        let waID = waID(of: customer)
        let id = "wamid.HBgMMzUxOTExMTExMTExFQIAEhgg\(1_000_000 + customer)\(number)R\(round)BENCHBENCHBENCHBENCH"
        return post(
            value: """
                "contacts":[{"profile":{"name":"Ana Silva"},"wa_id":"\(waID)","user_id":"\(userID(of: customer))"}],\
                "messages":[{"from":"\(waID)","from_user_id":"\(userID(of: customer))","id":"\(id)",\
                "timestamp":"\(Int(Date().timeIntervalSince1970))","type":"text","text":{"body":"\(texts[number])"}}]
                """
        )
    }

    static func status(_ status: String, of wamid: String, to waID: String, callback: String?) -> ByteBuffer {
        post(
            value: """
                "statuses":[{"id":"\(wamid)","status":"\(status)","timestamp":"\(Int(Date().timeIntervalSince1970))",\
                "recipient_id":"\(waID)",\(callback.map { "\"biz_opaque_callback_data\":\"\($0)\"," } ?? "")\
                "pricing":{"billable":false,"pricing_model":"PMP","type":"free_customer_service","category":"service"}}]
                """
        )
    }

    static func waID(of customer: Int) -> String { "35191\(1_000_000 + customer)" }
    static func userID(of customer: Int) -> String { "PT.1349\(1_000_000 + customer)5302741918" }

    /// The customer whose id this is, phone number or user id.
    static func customer(of address: String) -> Int? {
        let digits = address.hasPrefix("PT.1349") ? address.dropFirst(7).prefix(7) : address.suffix(7)
        return Int(digits).map { $0 - 1_000_000 }
    }

    private static func post(value: String) -> ByteBuffer {
        let body = """
            {"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"field":"messages",\
            "value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"351210000000",\
            "phone_number_id":"\(phoneNumberID)"},\(value)}}]}]}
            """
        return ByteBuffer(
            string: """
                POST /webhooks/whatsapp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
                X-Hub-Signature-256: \(WhatsAppSignature.sign(Data(body.utf8), secret: appSecret))\r\n\
                Content-Length: \(body.utf8.count)\r\n\r\n\(body)
                """
        )
    }
}
