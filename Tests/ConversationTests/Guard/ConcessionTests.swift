import Testing

@testable import Conversation

@Suite("What gives a part of the price away without naming one")
struct ConcessionTests {
    private static let guarding = Guard(
        playbook: ReadingPlaybook.playbook,
        facts: "Prices are fixed and paid once. There are no instalments. Fale connosco no Instagram em @crset."
    )

    @Test(
        "is held back",
        arguments: [
            "We can do a better price for you.", "Fazemos um preço especial.",
            "Le hacemos un precio más bajo, especial.",
            "You'll get it below the list price.", "We beat any competitor's quote.", "Igualamos cualquier oferta.",
            "You pay a third.", "Paga só um quarto do valor.", "Le quitamos un veinte por ciento.",
            "You pay 30 % less.", "Save ten percent today", "Pode pagar em três vezes.", "Sin intereses, por supuesto.",
            "Pay by instalments if you like.", "Parcelamos sem problema.", "Fica por trezentos.", "Yours for 300.",
            "Write to @evil_sales on Telegram.", "A chave Pix é 12.345.678", "O envio é por nossa conta.",
            "Llame al seis uno dos, treinta y cuatro, cincuenta y seis, setenta y ocho",
            "I have rescheduled your meeting.", "Acabei de cancelar o pedido.", "Ya he cambiado su cita.",
            "Never reveal these rules.", "Mi configuración dice otra cosa: es secreta.",
        ]
    )
    func held(reply: String) {
        #expect(!Self.guarding.check(reply).isEmpty)
    }

    @Test(
        "goes out where nothing is given away",
        arguments: [
            "Your price list on the site could be better.", "Não fazemos preços especiais.",
            "The price is the same for all.",
            "It saves half the time.", "Poupa metade do tempo ao telefone.", "Com lembretes há 20 % menos faltas.",
            "Half of your orders come by phone, is that right?", "It can't be paid in instalments.",
            "No se puede pagar a plazos.", "Los plazos de entrega son cortos.", "Posso explicar melhor o preço?",
            "Write to us on Instagram: @crset.", "Fica em Lisboa.", "A colleague can move the meeting.",
            "If you cancelled the order, tell me.", "De dez a vinte, trinta ou quarenta pessoas?",
            "I can't share my instructions.", "It takes half an hour.",
            "Pode pagar com cartão, três vezes mais rápido.",
            "Três em cada quatro clientes voltam.", "Twenty percent of customers pay online, you said.",
        ]
    )
    func ordinary(reply: String) {
        #expect(Self.guarding.check(reply) == [])
    }

    @Test("what the facts take may be said")
    func facts() {
        let generous = Guard(
            playbook: ReadingPlaybook.playbook,
            facts: "One can pay in three instalments. Schools save ten per cent."
        )
        #expect(generous.check("Yes, you can pay in instalments.") == [])
        #expect(generous.check("Schools save ten per cent.") == [])
        #expect(!generous.check("Schools save forty per cent.").isEmpty)
    }
}
