speaks: pt-PT
stripe is down
customer: Quero o site
model: intent=buy product=site | Certo.
stage: offered
customer: STOP
stage: opted_out
stripe is back
staff: releases
# They wanted no messages: the link isn't for them before they ask again.
bot is silent
stage: qualified
customer: Afinal quero o site
model: intent=buy product=site | Certo.
stage: awaiting_payment
link: https://buy.example/c1-2
bot says once
