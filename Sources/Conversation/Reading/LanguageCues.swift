/// Frequent words that tell four languages apart. Words that two of them share are left out or count for both.
enum LanguageCues {
    /// Points of a word for `pt`, `es` and `en`.
    static let words: [String: [String: Int]] = {
        var words: [String: [String: Int]] = [:]
        for (base, points, list) in lists {
            for word in list.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
                words[String(word), default: [:]][base] = points
            }
        }
        return words
    }()

    /// Words of one side of the Atlantic, with their points.
    static let european = points(
        (
            2,
            """
            telemovel tu contigo estas tens queres podes consegues autocarro equipa percebo fixe ola connosco
            facto contacto contactar contactem casa-de-banho utilizador utilizadores gostava pequeno-almoco
            registo morada encomenda factura fatura montra ementa comboio vossa vosso vossos vossas convosco
            orcamentos sff obrigadinho fizeste mandas dizes sabes fazes dirias
            """
        ),
        (1, "boa bom teu tua ti sitio cumprimentos apetece percebi podiam fazem")
    )
    static let brazilian = points(
        (
            2,
            """
            voce voces vc vcs oi oie celular cara gente legal beleza blz ne tá zap vou-querer cadastro time
            pra pro pras pros boleto pix cnpj cpf mano obrigadao gostaria-de usuario valeu show bacana
            tamo bora agora-mesmo grana pagamento-via contato equipe registro onibus tudo-bem uai
            """
        ),
        (1, "cade eae opa ta fala manda massa quanto-que sou-da")
    )

    private static func points(_ rows: (Int, String)...) -> [String: Int] {
        var points: [String: Int] = [:]
        for (value, list) in rows {
            for word in list.split(whereSeparator: { $0 == " " || $0 == "\n" }) { points[String(word)] = value }
        }
        return points
    }

    /// Unmistakable words count 2, likely ones 1.
    private static let lists: [(String, Int, String)] = [
        (
            "pt", 2,
            """
            nao sim voce voces vc vcs obrigado obrigada ola oi tenho temos quero queria gostava gostaria preciso
            precisava uma um uns umas muito muita tambem ja voces isto isso aquilo meu minha seu sua meus minhas
            bom-dia boa tarde noite dia-feliz quanto quanta quantos quantas qual quais sao estou estamos tens tem
            posso podem pode fazer faz fazem ainda agora entao mas com em num numa nos pelo pela pelos pelas ao aos
            chamo sou somos loja preco precos orcamento trabalho negocio empresa site-novo fico ficar falar
            enviar mandar manda mande receber hoje amanha depois sabado feira telemovel celular voces gente
            eu ele ela eles elas nosso nossa voss vosso vossa fixe legal beleza bora pra pro conhecer saber
            conseguem consigo interessado interessada comprar pagar avancar porque quando onde quem melhor pessoa
            alguem ninguem nada tudo esta-bem restaurante-pequeno nome minha mensagens
            """
        ),
        ("pt", 1, "bom boa dia e o os a as do da dos das no na como para custa funciona se que mais sem so ate tu bem"),
        (
            "es", 2,
            """
            hola gracias usted ustedes quiero queria-saber quisiera necesito tengo tenemos cuanto cuanta cuantos
            cuantas cuesta cuestan buenos buenas dias tardes noches muy pero tambien mi mis yo el ella ellos
            nosotros vosotros soy somos-de estoy puedo pueden puede puedes hacer hay ahora entonces con un una unos
            llamo nombre precio precios presupuesto negocio tienda empresa-de pagina hoy manana despues pues vale
            donde quien cual cuales mejor alguien nadie nada-mas todo esto eso aquello si-claro claro-que ya los las
            del al lo le les me-gustaria gustaria favor hablar enviar-me mandame enviame escriban mensajes es
            trabajo sabado lunes martes miercoles jueves viernes interesa interesado interesada comprar-lo y
            """
        ),
        ("es", 1, "bien la en que para como se mas sin no de tu su por cuando comprar pagar interesa empresa"),
        (
            "en", 2,
            """
            the i im you your yes hello hi hey thanks thank please want need would like how much many what which
            when where who why is are was were do does dont can cant could have has had my our we they it its this
            that with for from about and but not just also good morning afternoon evening website business shop
            price prices cost costs buy pay send talk speak someone looking interested budget work works company
            tomorrow today week month year name call me of to get know tell help
            """
        ),
        ("en", 1, "a in on at so if or be as no any more here there will ok-then store online"),
    ]
}
