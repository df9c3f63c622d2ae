/// What a good sales assistant says all day.
enum HarmlessReplies {
    static let all = portuguese + brazilian + spanish + english

    static let portuguese = lines(
        """
        Olá, boa tarde! Em que posso ajudar?
        Que bom, Ana! E que tipo de negócio tem?
        Obrigada. Quantas pessoas trabalham consigo?
        O prazo é de duas semanas, contadas a partir do pagamento.
        A reunião fica para dia 15/12 às 10:30, pode ser?
        Estamos abertos das 9h às 18h, de segunda a sexta.
        O apoio funciona 24/7.
        Fazemos 3 produtos diferentes, do mais simples ao mais completo.
        O seu pedido n.º 2026112345 está registado.
        A encomenda #123456789 segue amanhã.
        Desde 2015 que fazemos sites para restaurantes.
        Usamos a versão 2.0 da plataforma.
        O site é feito em Node.js e React.
        Inclui textos, p.ex. a página de contactos, fotografias, etc.
        Envio-lhe o ficheiro plano.pdf assim que estiver pronto.
        O site carrega em 1,5 segundos.
        A taxa de conversão subiu 30% no primeiro ano.
        Garantimos 100% de satisfação.
        Metade dos nossos clientes são restaurantes.
        Pode enviar o logótipo em logo.png ou logo.svg?
        O domínio .pt está incluído no pacote.
        Pode escolher entre um .com ou um .pt para o seu site.
        Não fazemos descontos, mas o pacote inclui o domínio.
        Não temos versão gratuita.
        Infelizmente não posso oferecer desconto.
        O Essencial custa 490 € e fica pronto em 2 semanas.
        A Loja Completa fica em 1.200 €, com até 50 produtos.
        O preço inclui 3 revisões e 5 páginas.
        O valor inclui 12 meses de alojamento.
        Prefere o primeiro ou o segundo plano?
        Percebo. O que gostava de melhorar no site atual?
        Posso perguntar qual é o orçamento que tem em mente?
        Certo, Rui! Então fica assim: um site com 5 páginas e reservas online.
        O Sr. Silva vai receber a confirmação por e-mail.
        Temos tempo livre na quinta-feira às 16h.
        Sinta-se à vontade para perguntar.
        O pagamento é seguro e feito pela Stripe.
        Aceitamos Multibanco, MB WAY e cartão.
        O IVA de 23% está incluído.
        Já falei com a equipa e alguém lhe liga hoje.
        Um site com reservas, menu em 4 idiomas e mapa.
        Entre 10 e 15 dias úteis.
        Temos 120 clientes e 4,9 estrelas em 5.
        Fica na Rua das Flores, 123, 2.º Esq., 1200-192 Lisboa.
        Código postal 4000-123 Porto.
        Sim, a 1.ª versão fica pronta em 7 dias.
        De 2024 a 2026 crescemos 3 vezes.
        O contrato 2025-2026 já está fechado.
        É um ponto com muita procura na cidade.
        O seu negócio tem um ponto forte: a cozinha.
        Em tempo real, o cliente vê as mesas livres.
        É um real prazer falar consigo.
        O horário é 09:00-13:00 e 14:00-18:00.
        Perfeito! 😊 Vamos avançar?
        Quer que lhe envie o link de pagamento?
        Passo 1: escolher o plano. Passo 2: pagar. Passo 3: enviar os textos.
        1️⃣ Site Essencial 2️⃣ Loja Completa
        Trabalhamos com S. João, Porto e arredores.
        O formato A4 (21 x 29,7 cm) serve para o menu.
        A imagem deve ter 1920x1080 píxeis.
        Está marcado para 2026-12-15, das 10h30 às 11h.
        O ficheiro pode ter até 10 MB.
        Só preciso do seu nome e do seu e-mail.
        Sem compromisso, claro.
        Não cobramos nada antes de aprovar.
        Nada é grátis na vida, mas este plano vale a pena.
        O plano dura 1 ano e renova-se.
        Somos 7 pessoas: 3 designers, 2 programadores e 2 gestores.
        """
    )

    static let brazilian = lines(
        """
        Oi! Tudo bem? Como posso te ajudar?
        Que legal, Thiago! Me conta um pouco da sua loja.
        A gente entrega em até 15 dias úteis.
        Você já tem site hoje?
        Show! E quantos produtos você vende?
        O horário de atendimento é das 8h às 18h.
        O plano inclui 12 meses de suporte.
        Pode me mandar o seu e-mail?
        O pagamento é feito por cartão ou boleto.
        Te mando o link assim que você confirmar.
        São 5 páginas e 2 revisões.
        O site fica pronto em 2 semanas.
        Beleza! Então vamos de Site Essencial.
        Não consigo dar desconto, mas o domínio já vem incluso.
        Se quiser, pode falar com um atendente.
        Amanhã às 14:30 fica bom pra você?
        Dia 20 de dezembro a loja já estaria no ar.
        Aumentamos as vendas em 40% em média.
        Trabalhamos com WooCommerce e Shopify.
        Pode mandar as fotos em .jpg ou .png.
        O arquivo cardapio.pdf chegou certinho.
        A loja aceita Pix, cartão e boleto.
        Fica tranquilo, ninguém paga nada antes de aprovar.
        O valor do Essencial é 490 €.
        Quer fechar com a Loja Completa, de 1.200 €?
        Em 2025 fizemos 80 projetos.
        Seu protocolo é 2026112399.
        Vou passar pra equipe e alguém te responde hoje.
        É rapidinho: 3 perguntas só.
        Av. Paulista, 1578, 10º andar, São Paulo.
        """
    )

    static let spanish = lines(
        """
        ¡Hola! ¿En qué puedo ayudarte?
        Encantado, Lucía. ¿Qué tipo de negocio tienes?
        El plazo es de dos semanas desde el pago.
        ¿Cuántas personas trabajan contigo?
        Abrimos de 9:00 a 18:00, de lunes a viernes.
        La reunión sería el 15/12 a las 10:30.
        El plan incluye 5 páginas y 3 revisiones.
        El Esencial cuesta 490 € y la Tienda Completa 1.200 €.
        Tenemos 3 opciones, p. ej. una web sencilla.
        No hacemos descuentos, lo siento.
        No es gratis, pero incluye el dominio.
        Tu pedido 2026112345 está registrado.
        Desde 2015 hacemos webs para restaurantes.
        Usamos Node.js en el servidor.
        Envíame el logo en logo.png, por favor.
        El soporte es 24/7.
        Puedes elegir un dominio .es o .com para tu web.
        Las ventas subieron un 30% el primer año.
        El IVA del 21% está incluido.
        ¿Prefieres la primera o la segunda?
        Perfecto, entonces empezamos el 10 de enero.
        ¿Qué presupuesto tienes en mente?
        Te paso con una persona del equipo.
        Un momento, por favor.
        Con mucho gusto.
        ¿Te mando el enlace de pago?
        La web carga en 1,5 segundos.
        Somos 7 personas en el equipo.
        El archivo plan.pdf pesa 2 MB.
        Estamos en la calle Mayor, 12, 28013 Madrid.
        Entre 10 y 15 días.
        ¡Genial! 😊 Ya casi está.
        Aceptamos tarjeta y Bizum.
        La versión 2.0 sale en marzo.
        El precio incluye 12 meses de alojamiento.
        Tienes tiempo libre el jueves a las 16h?
        Ese es un punto importante para tu negocio.
        Garantía del 100 %.
        ¿Qué día te viene mejor?
        Hemos hecho más de 200 webs.
        Gracias por tu paciencia, Carmen.
        Tu restaurante tendrá menú en 4 idiomas.
        La tienda admite hasta 50 productos.
        La primera versión llega en 7 días.
        Cuéntame más sobre tu idea.
        Paso 1: elegir. Paso 2: pagar. Paso 3: enviar textos.
        En 2024-2025 crecimos el doble.
        La mitad de nuestros clientes son restaurantes.
        ¿Ya tienes página web?
        Sin compromiso.
        Lo siento, no puedo hacerte un descuento.
        La imagen debe medir 1920x1080.
        Te llamamos hoy mismo.
        El contrato dura 1 año.
        ¿Tienes alguna otra duda?
        De acuerdo, apunto 2 locales.
        Trabajamos con WordPress y Shopify.
        Puedes pagar con tarjeta.
        El equipo te responde en 24 horas.
        Nos vemos el viernes 27.
        Muy bien, quedamos así.
        """
    )

    static let english = lines(
        """
        Hi! How can I help you today?
        Great, John! What kind of business do you have?
        Delivery takes two weeks from payment.
        How many people work with you?
        We are open from 9am to 6pm, Monday to Friday.
        Are you free tomorrow at 10:30?
        Feel free to ask anything.
        The meeting is on 15/12/2026 at 10:30.
        Support is available 24/7.
        We have 3 products, from simple to complete.
        Your order no. 2026112345 is registered.
        Order #123456789 ships tomorrow.
        We have built websites since 2015.
        It runs on version 2.0 of our platform.
        The site uses Node.js and Vue.js.
        It includes texts, e.g. a contact page, i.e. everything you need.
        I'll send you plan.pdf when it's ready.
        It loads in 1.5 seconds.
        Conversion went up 30% in the first year.
        We guarantee 100% satisfaction.
        Half of our clients are restaurants.
        You can choose a .com or .pt domain.
        We don't offer discounts, sorry.
        There is no free version.
        It's not free, but the domain is included.
        The Starter is €490 and takes 2 weeks.
        The Full Shop is €1,200 for up to 50 products.
        The price includes 3 revisions and 5 pages.
        Our price covers 12 months of hosting.
        Do you prefer the first or the second plan?
        What budget do you have in mind?
        One real advantage is speed.
        We work in real time with you.
        Mr. Smith will get the confirmation by e-mail.
        The table is free on Thursday at 4pm.
        VAT at 23% is included.
        A colleague will call you today.
        A site with bookings, a menu in 4 languages and a map.
        Between 10 and 15 working days.
        We have 120 clients and 4.9 stars out of 5.
        Step 1: choose. Step 2: pay. Step 3: send your texts.
        The image should be 1920x1080 pixels.
        Files up to 10 MB are fine.
        No strings attached.
        I can't give you a discount.
        Shall I send you the payment link?
        You can pay by card; it's secure.
        Perfect! 😊 Shall we go ahead?
        From 2024 to 2026 we tripled.
        Is Tuesday, 1 December, good for you?
        Thanks for your patience, Kate.
        It's a one-off payment.
        Your shop can hold 1,000 products.
        We answer within 24 hours.
        Once you approve, we start.
        It's at 221B Baker Street, London.
        The year 2027 is fully booked.
        Our team has 7 people.
        That's a good point. Come and see.
        Meet me at the shop. We can talk.
        Good choice. Me too, honestly.
        The pound sign is fine in menus.
        Hassle-free and gluten-free menus are easy to add.
        Ask me anything. So far so good.
        """
    )

    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map(String.init)
    }
}
