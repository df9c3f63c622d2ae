/// Whole phrases, folded, that tell what a customer wants, in four languages.
enum IntentPhrases {
    /// Stop, when nothing else but politeness stands in the message.
    static let optOutAlone: Set<String> = list(
        """
        stop|stop it|stop all|stopall|stop now|stop messages|stop this|parar|para|pare|parem|parar tudo|sair|
        sair da lista|cancelar|cancel|remover|remove|remove me|baja|dar de baja|darme de baja|de baja|dame de baja|
        basta|chega|unsubscribe|unsubscribe me|quit|end|opt out|optout|opt me out|descadastrar|me descadastre|
        desinscrever|desinscrever me|cancelar subscricao|cancelar a subscricao|cancelar inscricao|
        cancelar suscripcion|cancelar la suscripcion|no more|no mas|no more messages|nao mais|leave me alone|
        me deixa em paz|me deixe em paz|deixem me em paz|deixe me em paz|deixa me em paz|dejame en paz|dejenme en paz|
        remover me|remover numero|parar mensagens|parar de receber|detener|detenganse|para ya|stop texting|
        stop messaging|cancelar mensagens|no molestar|no moleste|no molesten|nao incomodar
        """
    )

    /// Words of the first sentence that mean stop whatever follows.
    static let optOutOpeners: Set<String> = list(
        "stop|unsubscribe|baja|descadastrar|stopall|opt out|sair|parar|remover"
    )

    static let optOutInside: Set<String> = list(
        """
        nao me mandem mais|nao me mande mais|nao me mandes mais|nao mandem mais|nao mande mais|nao me manda mais|
        nao me envie mais|nao me enviem mais|nao me envies mais|nao enviem mais|nao envie mais|nao me escrevam mais|
        nao me escreva mais|nao me escrevas mais|nao me contacte mais|nao me contactem|nao me contacte|
        nao me contatem|nao quero receber mais|nao quero mais receber|nao quero receber mensagens|
        nao quero mais mensagens|nao quero mensagens|nao quero as vossas mensagens|parem de me|pare de me|para de me|
        parem de mandar|parem de enviar|pare de mandar|pare de enviar|para de mandar|para de enviar|
        deixem de me|deixe de me mandar|deixe de me enviar|nao me incomode|nao me incomodem|nao me chateiem|
        nao me perturbem|cancelar a subscricao|cancelar subscricao|cancelar minha inscricao|cancelar a minha subscricao|
        remover o meu numero|remova meu numero|remova o meu numero|removam o meu numero|remove o meu numero|
        retirem o meu numero|retire o meu numero|apaguem o meu numero|apague o meu numero|tirem me da|tire me da|
        me tira da lista|me tire da lista|me tira dessa lista|me tire dessa lista|remover da lista|remover me da|
        removam me|remova me|sair da lista|sair desta lista|quero deixar de receber|deixar de receber mensagens|
        stop messaging me|stop texting me|stop sending me|stop sending messages|stop contacting me|stop writing to me|
        stop bothering me|stop spamming|stop these messages|stop the messages|do not contact me|dont contact me|
        dont message me|do not message me|dont text me|do not text me|dont write to me|do not write to me|
        dont send me|do not send me|no more messages|take me off|remove me from|remove my number|delete my number|
        unsubscribe me|to unsubscribe|want to opt out|opt me out|leave me alone|
        no me escriban|no me escribas mas|no me escriba mas|no me manden mas|no me mandes mas|no me mande mas|
        no me envien mas|no me envies mas|no me envie mas|no quiero recibir mas|no quiero mas mensajes|
        no quiero recibir mensajes|dejen de escribirme|deja de escribirme|deje de escribirme|dejen de enviarme|
        deja de enviarme|deje de enviarme|dejen de mandarme|deja de mandarme|deje de mandarme|dejen de molestar|
        darme de baja|denme de baja|dame de baja|deme de baja|no me contacten|borren mi numero|borra mi numero|
        quitenme de|quitame de la lista|eliminen mi numero|elimina mi numero|no me molesten|no me molestes|
        no more texts|lose my number
        """
    )

    static let humanVerbs: Set<String> = list(
        """
        falar com|falar a|conversar com|passar a|passar para|passe me a|passa me a|passem me a|me passa para|
        me transfere para|transfira me para|contactar com|atendido por|atendida por|quero|preciso de|queria|chama|
        chame|chamem|talk to|speak to|speak with|talk with|chat with|transfer me to|connect me to|connect me with|
        put me through to|get me|i want|i need|hablar con|comunicarme con|contactar con|pasame con|paseme con|
        quiero|necesito|atendido por|ser atendido por|conversar con|ligar me com
        """
    )
    static let humanTargets: Set<String> = list(
        """
        pessoa|humano|humana|atendente|alguem|operador|operadora|funcionario|funcionaria|colaborador|colaboradora|
        comercial|vendedor|vendedora|responsavel|gerente|assistente|person|human|someone|somebody|agent|
        representative|operator|advisor|adviser|manager|persona|agente|alguien|asesor|asesora|encargado|encargada|
        representante|ejecutivo|equipa|equipe|staff|atendimento|consultor|consultora|dono|owner
        """
    )
    static let humanAlone: Set<String> = list(
        """
        humano|pessoa|atendente|human|agent|operator|persona|agente|operador|operadora|pessoa real|persona real|
        real person|uma pessoa|una persona|a person|a human|um humano|un humano|um atendente|falar com atendente|
        atendimento humano|atencion humana|falar com alguem|assistente humano|representative|asesor
        """
    )
    static let humanInside: Set<String> = list(
        """
        atendimento humano|pessoa de verdade|pessoa real|persona real|persona de verdad|real person|real human|
        ser humano de verdade|actual person|actual human|nao quero falar com um robo|nao quero falar com robo|
        nao quero falar com um bot|nao quero falar com bots|dont want to talk to a bot|no quiero hablar con un robot|
        no quiero hablar con un bot|no quiero hablar con una maquina|alguem que me ligue|podem ligar me|podem me ligar|
        liguem me|me liguem|alguem pode me ligar|can someone call me|call me please|pueden llamarme|me pueden llamar
        """
    )

    static let buyInside: Set<String> = list(
        """
        link outra vez|link de novo|link novamente|enlace otra vez|enlace de nuevo|link otra vez|link again|
        manda de novo|mande de novo|quero comprar|queria comprar|gostava de comprar|gostaria de comprar|quero avancar|queria avancar|
        quero pagar|quero fechar|quero encomendar|quero contratar|quero aderir|quero assinar|quero adquirir|
        quero esse|quero este|quero essa|quero esta|eu quero|fico com|vou querer|vou ficar com|vamos avancar|
        podemos avancar|vamos nessa|vamos fechar|podemos fechar|vamos a isso|bora la|bora fechar|pode fechar|
        manda o link|mande o link|mandem o link|manda me o link|mandas me o link|mande me o link|me manda o link|me mande o link|
        manda link|envia o link|envie o link|enviem o link|envia me o link|envie me o link|me envia o link|
        pode mandar o link|podes mandar o link|pode enviar o link|podem enviar o link|podes enviar o link|
        link de pagamento|link para pagar|link pra pagar|onde pago|onde e que pago|como pago|como e que pago|
        como posso pagar|como faco para pagar|como faco pra pagar|como faz pra pagar|eu compro|pode ser esse|
        quiero comprar|quisiera comprar|quiero pagar|quiero contratar|quiero encargar|quiero reservar|lo quiero|
        la quiero|me lo quedo|me la quedo|mandame el link|enviame el link|pasame el link|mandame el enlace|me mandas el enlace|me envias el enlace|
        enviame el enlace|envia el enlace|pasame el enlace|envieme el enlace|link de pago|enlace de pago|
        donde pago|como puedo pagar|vamos adelante|trato hecho|quiero seguir adelante|sigamos adelante|quiero ese|
        quiero este|want to buy|like to buy|ill take it|i will take it|ill take the|ill buy|i will buy|lets do it|
        lets do this|lets go ahead|lets go for it|id like to go ahead|like to proceed|lets proceed|want to proceed|
        send me the link|send the link|payment link|link to pay|how do i pay|how can i pay|where do i pay|
        where can i pay|want to pay|ready to pay|ready to buy|sign me up|count me in|i want it|i want this one|
        i want that one|like to order|want to order|want to purchase|like to purchase
        """
    )
    static let buyAlone: Set<String> = list(
        """
        deal|fechado|aceito|acepto|compro|bora|adelante|comprar|pagar|buy|pay|im in|go ahead|avancar|vamos|quero|
        quiero|negocio fechado|hecho|checkout|lets go|e esse|esse|pode ser|vamos la|i want|avancamos|avanzar|
        quero sim|sim quero|si quiero|lo compro|la compro|i buy
        """
    )
    static let notYet: Set<String> = list("menos|mais tarde|depois|later|despues|less|mas tarde")

    static let declineAlone: Set<String> = list(
        """
        nao|no|nope|nao quero|no quiero|no thanks|i dont want|nao preciso|no necesito|dispenso|desisto|deixa estar|
        deixe estar|esquece|esqueca|forget it|olvidalo|dejalo|pass|ill pass|agora nao|por agora nao|ahora no|not now|
        hoje nao|nao agora|passo|paso
        """
    )
    static let declineInside: Set<String> = list(
        """
        nao obrigado|nao obrigada|nao muito obrigado|nao estou interessado|nao estou interessada|nao tenho interesse|
        sem interesse|nao me interessa|nao estamos interessados|nao quero comprar|nao quero avancar|nao vou avancar|
        nao vou comprar|nao quero pagar|nao quero isso|nao quero nada|nao quero mais nada|nao vou querer|
        nao queremos|fica para outra|fica pra proxima|no thanks|no thank you|not interested|dont want to buy|
        dont want it|dont want to proceed|maybe later|not for me|ill pass|no gracias|no me interesa|
        no estoy interesado|no estoy interesada|no quiero comprar|no quiero nada|no voy a comprar|no lo quiero|
        no la quiero|no quiero seguir|changed my mind|mudei de ideias|mudei de ideia|he cambiado de idea
        """
    )

    static let complaintStrong: Set<String> = list(
        """
        quero reclamar|vou reclamar|quero fazer uma reclamacao|fazer uma reclamacao|apresentar uma reclamacao|
        apresentar queixa|fazer queixa|livro de reclamacoes|quero o meu dinheiro|quero meu dinheiro|
        devolvam o meu dinheiro|devolva meu dinheiro|quero reembolso|quero um reembolso|quero o reembolso|
        exijo|fui enganado|fui enganada|me enganaram|enganaram me|isto e uma burla|isto e burla|que vergonha|
        vou ao procon|no procon|reclame aqui|ninguem responde|ninguem me responde|pessimo atendimento|
        pessimo servico|atendimento pessimo|servico pessimo|atendimento horrivel|isto e inaceitavel|
        isso e inaceitavel|inadmissivel|que falta de respeito|falta de respeito|voces sao uns ladroes|e uma vergonha|
        estou muito insatisfeito|estou muito insatisfeita|estou insatisfeito|estou insatisfeita|
        make a complaint|file a complaint|want to complain|my money back|want a refund|i demand|you scammed me|
        this is a scam|youre scammers|nobody answers|no one answers|nobody replies|terrible service|awful service|
        worst service|this is unacceptable|thats unacceptable|i am very disappointed|im very disappointed|
        quiero reclamar|poner una queja|presentar una queja|hacer un reclamo|poner una reclamacion|
        quiero mi dinero|devuelvanme|devuelveme|quiero un reembolso|quiero el reembolso|me estafaron|
        esto es una estafa|me han estafado|me enganaron|nadie responde|nadie me responde|pesimo servicio|
        pesima atencion|servicio pesimo|que verguenza|es una verguenza|es inaceptable|falta de respeto
        """
    )
    /// Not a complaint inside a question.
    static let complaintWeak: Set<String> = list(
        """
        reclamacao|queixa|burla|burlao|vigarice|vigaristas|fraude|golpe|golpistas|aldraboes|complaint|scam|scammers|
        rip off|ripoff|reembolso|refund|queja|reclamo|estafa|estafadores|ladrones|ladroes
        """
    )

    static let questionOpeners: Set<String> = list(
        """
        quanto|quanta|quantos|quantas|qual|quais|como|quando|onde|quem|porque|porque|o que|que tipo|sera que|voces|
        tem|tens|fazem|podem|aceitam|how|what|which|when|where|who|why|do you|does|can you|can i|could you|is it|
        is there|are you|are there|cuanto|cuanta|cuantos|cuantas|cual|cuales|cuando|donde|quien|por que|hacen|
        tienen|aceptan|ofrecen|pueden|se puede|puedo|posso|e possivel|da para|dao para|did you|would you|will it
        """
    )
    static let questionInside: Set<String> = list(
        """
        quanto custa|quanto custam|quanto e|quanto fica|quanto sai|qual o preco|qual e o preco|gostava de saber|
        gostaria de saber|queria saber|quero saber|podia dizer me|pode me dizer|podem dizer me|tenho uma duvida|
        uma pergunta|tenho uma pergunta|how much|id like to know|i would like to know|want to know|can you tell me|
        i have a question|wondering|cuanto cuesta|cuanto cuestan|cuanto vale|cuanto sale|quisiera saber|
        me gustaria saber|quiero saber|tengo una duda|tengo una pregunta|me puede decir|me puedes decir
        """
    )

    private static func list(_ text: String) -> Set<String> {
        Set(text.split(whereSeparator: { $0 == "|" || $0 == "\n" }).map(String.init))
    }
}
