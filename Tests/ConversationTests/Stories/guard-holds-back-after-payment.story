speaks: pt-PT
customer: Quero o site
model: intent=buy product=site | Certo.
stage: awaiting_payment
customer: xpto?
model: intent=question | Claro, com desconto fica 100 €!
no words: 100 €
note: held back
bot: Prefiro confirmar
alert: unanswered
bot says once
