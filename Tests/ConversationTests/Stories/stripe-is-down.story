speaks: pt-PT
stripe is down
customer: Quero o site
model: intent=buy product=site | Certo.
stage: offered
bot: link de pagamento
bot says once
timer set: link_retry
timer: link_retry
bot is silent
stage: offered
timer set: link_retry
customer: então?
stage: offered
bot: link
stripe is back
timer: link_retry
stage: awaiting_payment
link: https://buy.example/c1-1
timer off: link_retry
