speaks: pt-PT
stripe refuses the key
customer: Quero o site
model: intent=buy product=site | Certo.
stage: offered
bot: link de pagamento
bot says once
alert: link_failed
timer set: link_retry
timer: link_retry
bot is silent
no alert: link_failed
stage: offered
timer set: link_retry
# The key is changed: what was promised comes.
stripe is back
timer: link_retry
stage: awaiting_payment
link: https://buy.example/c1-1
bot says once
