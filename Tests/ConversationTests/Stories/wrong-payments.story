speaks: pt-PT
customer: Quero o site
model: intent=buy product=site | Certo.
stage: awaiting_payment
stripe: wrong amount
stage: awaiting_payment
bot is silent
alert: payment_mismatch
timer off: payment_reminder
stripe: wrong link
stage: awaiting_payment
bot is silent
alert: payment_mismatch
stripe: expired
bot is silent
stage: awaiting_payment
