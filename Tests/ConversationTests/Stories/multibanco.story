speaks: pt-PT
customer: Quero o site
model: intent=buy product=site | Certo.
stripe: unpaid
stage: awaiting_payment
bot: Multibanco
no words: confirmado, muito
timer off: payment_reminder
customer: já paguei?
model: intent=question | Assim que o banco confirmar, aviso.
bot: Assim que o banco confirmar
stripe: later paid
stage: paid
bot: Pagamento confirmado
payments: 1
