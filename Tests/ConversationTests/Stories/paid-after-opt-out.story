speaks: pt-PT
customer: Quero o site
model: intent=buy product=site | Certo.
customer: parar
stage: opted_out
stripe: paid
bot is silent
stage: opted_out
payments: 1
alert: payment_without_confirmation
