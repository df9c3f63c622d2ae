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
        "payment went through", "payment has gone through", "esta pago", "esta paga", "tudo pago", "esta pagado",
        "todo pagado", "pago entro", "pago ha entrado", "everything is paid", "is all paid", "its all paid",
        "all paid up", "is fully paid",
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
            + "is say decir dizer says said tell tells these following were told mandam pedem"
    )
    static let instructions = [
        "minhas instrucoes", "meu prompt", "minhas regras", "regras que me deram", "instrucoes que me deram",
        "instrucoes que recebi", "regras que recebi", "mensagem de sistema", "mensagem do sistema", "prompt de sistema",
        "regras internas", "instrucoes internas", "frase que me deram", "mis instrucciones", "mi prompt", "mis reglas",
        "reglas que me dieron", "instrucciones que recibi", "mensaje de sistema", "mensaje del sistema",
        "reglas internas", "instrucciones internas", "my instructions", "my prompt", "my system prompt", "my rules",
        "system prompt", "system message", "internal rules", "internal instructions", "rules i was given",
        "instructions i was given", "i was told to", "i was instructed to", "i am instructed to", "fui instruido a",
        "me han indicado que", "minhas diretrizes", "meu guiao", "mis directrices", "mi guion", "my guidelines",
        "my guardrails", "my script", "me prohibieron", "me han prohibido", "me proibiram", "fui proibido de",
        "i was told not to", "i was forbidden to", "fui programado para", "fui programada para", "i was programmed to",
        "my setup", "my configuration", "minha configuracao", "meu setup", "mi configuracion",
    ]

    /// A text about the assistant, read out: "it begins with: I am the assistant …".
    static let readings = [
        "pone que soy", "dice que soy", "diz que sou", "consta que sou", "says that i am", "says i am", "says im",
        "saying that i am", "saying im",
    ]

    /// What rules for an assistant forbid; "never" right before it, and nobody who says it of themselves.
    static let forbidden = set(
        "reveal disclose mention share invent negotiate revelar revele reveles mencionar mencione partilhar compartilhar "
            + "compartir invente inventes inventar negocie negociar"
    )
    static let selves = set("i ill id eu yo we nos")
    static let scoring = set(
        "score scoring rate rating pontuo pontuar pontuacao puntuo puntuar puntuacion classifico clasifico"
    )

    /// Deeds of a person or the system, with what they are done to.
    static let doings = set(
        "remarquei marquei agendei enviei reenviei cancelei alterei reservei emiti troquei paguei reagendei "
            + "moved rescheduled booked resent cancelled canceled refunded issued reserved upgraded"
    )
    static let doneWords = set(
        "enviado reenviado cancelado cambiado reservado agendado emitido modificado anulado reprogramado movido"
    )
    static let doingNow = set(
        "enviar enviarle enviarte reenviar reenviarle reenviarte cancelar cancelarle cambiar cambiarle reservar "
            + "reservarle agendar emitir anular marcar remarcar alterar reservar trocar"
    )
    static let doneTo = set(
        "reuniao chamada videochamada fatura factura facturas faturas recibo encomenda pedido pagamento horario visita "
            + "reunion llamada pago cita meeting call invoice order payment appointment booking receipt slot"
    )

    /// What opens an account.
    static let keyWords = set("senha password passwords contrasena passe pin key token chave clave secret segredo")

    /// The answer's properties.
    static let schemaWords = set("reply intent fields schema json opt_out bcp")
}
