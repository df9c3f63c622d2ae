speaks: pt-PT
customer: Quero o site
model: intent=buy product=site | Certo.
staff: takes over
stage: handed_off
stripe: paid
bot is silent
stage: handed_off
alert: payment_without_confirmation
payments: 1
staff: releases
stage: paid
bot: Pagamento confirmado
