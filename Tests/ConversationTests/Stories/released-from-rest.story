speaks: pt-PT
customer: Quero o site
model: intent=buy product=site | Certo.
stage: awaiting_payment
timer: dormancy
stage: dormant
staff: says Ainda tem interesse?
stripe: paid
alert: payment_without_confirmation
bot is silent
staff: releases
# What was promised in the hand-over: the bot confirms it.
bot: Pagamento confirmado
bot says once
stage: paid
