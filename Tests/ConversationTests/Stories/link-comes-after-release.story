speaks: pt-PT
stripe is down
customer: Quero o site
model: intent=buy product=site | Certo.
stage: offered
bot: link de pagamento
staff: takes over
stripe is back
timer: link_retry
bot is silent
stage: handed_off
staff: releases
# What was promised comes as soon as the bot may speak.
stage: awaiting_payment
link: https://buy.example/c1-1
bot says once
