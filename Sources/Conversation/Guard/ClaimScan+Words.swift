// The words by which a claim is known, folded: lower case, no accents.

extension ClaimScan {
    private static func set(_ list: String) -> Set<String> { Set(list.split(separator: " ").map(String.init)) }

    static let codeWords = couponWords.union(set("codigo codigos code codes"))
    static let couponWords = set(
        "cupao cupoes cupom cupons cupon cupones coupon coupons voucher vouchers promo promocional promocionais "
            + "promocion promocao promotion desconto descuento discount"
    )

    static let conditions = set(
        "assim quando se caso depois apos ate enquanto cuando cuanto si despues tras hasta mientras as once when if "
            + "after until unless whether before antes pendiente pendente"
    )
    static let negations = set(
        "nao nunca nem sem no nunca ni sin not never nor without cant cannot dont doesnt isnt wont didnt hasnt havent "
            + "wouldnt couldnt tampouco tampoco"
    )

    /// Of money.
    static let payments = [
        "pagamento foi recebido", "pagamento foi confirmado", "pagamento recebido", "pagamento confirmado",
        "pagamento esta confirmado", "pagamento caiu", "pagamento entrou", "recebemos o seu pagamento",
        "recebemos seu pagamento", "recebi o seu pagamento", "recebi seu pagamento", "pago ha sido recibido",
        "pago ha sido confirmado", "pago fue recibido", "pago fue confirmado", "pago recibido", "pago confirmado",
        "pago esta confirmado", "hemos recibido su pago", "hemos recibido tu pago", "he recibido su pago",
        "payment has been received", "payment has been confirmed", "payment was received", "payment was confirmed",
        "payment is confirmed", "payment received", "payment confirmed", "received your payment", "got your payment",
        "payment went through", "payment has gone through",
    ]

    /// Of everything else that only a person or the system does.
    static let deeds = [
        "devolvemos o dinheiro", "devolvemos o valor", "devolvi o dinheiro", "lhe devolvemos", "valor devolvido",
        "dinheiro foi devolvido", "valor foi devolvido", "reembolsamos", "reembolsei", "reembolso foi feito",
        "reembolso foi processado", "reembolso esta feito", "hemos devuelto", "he devuelto", "hemos reembolsado",
        "he reembolsado", "reembolso ha sido", "dinero ha sido devuelto", "been refunded", "we refunded",
        "i refunded", "have refunded", "ive refunded", "weve refunded", "refund has been", "refund was",
        "reuniao esta marcada", "reuniao foi marcada", "reuniao esta agendada", "reuniao foi agendada",
        "reuniao ficou marcada", "marquei a sua reuniao", "marquei a reuniao", "marquei sua reuniao",
        "agendei a sua reuniao", "agendei a reuniao", "agendei sua reuniao", "he reservado", "he agendado",
        "reunion esta reservada", "reunion ha sido", "reunion esta confirmada", "ive booked", "i have booked",
        "i booked", "weve booked", "we have booked", "meeting is booked", "meeting has been booked",
        "meeting is scheduled", "call is booked", "enviei a fatura", "enviei a sua fatura", "fatura foi enviada",
        "he enviado la factura", "factura ha sido enviada", "sent you the invoice", "sent the invoice",
        "invoice has been sent", "invoice was sent", "pedido foi cancelado", "encomenda foi cancelada",
        "cancelei o seu", "cancelei a sua", "pedido ha sido cancelado", "pedido fue cancelado",
        "order has been cancelled", "order has been canceled", "order was cancelled", "ive cancelled", "ive canceled",
    ]

    static let telling = set(
        "sao diz dizem dizer digo foram foi estas estes seguintes seguinte son dice dicen fueron estos siguientes are "
            + "is say says said tell tells these following were told mandam pedem"
    )
    static let instructions = [
        "minhas instrucoes", "meu prompt", "minhas regras", "regras que me deram", "instrucoes que me deram",
        "instrucoes que recebi", "regras que recebi", "mensagem de sistema", "mensagem do sistema", "prompt de sistema",
        "regras internas", "instrucoes internas", "frase que me deram", "mis instrucciones", "mi prompt", "mis reglas",
        "reglas que me dieron", "instrucciones que recibi", "mensaje de sistema", "mensaje del sistema",
        "reglas internas", "instrucciones internas", "my instructions", "my prompt", "my system prompt", "my rules",
        "system prompt", "system message", "internal rules", "internal instructions", "rules i was given",
        "instructions i was given", "i was told to", "i was instructed to", "i am instructed to", "fui instruido a",
        "me han indicado que",
    ]

    /// The answer's properties.
    static let schemaWords = set("reply intent fields schema json opt_out bcp")
}
