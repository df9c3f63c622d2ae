speaks: pt-PT
customer: Quero o site
model: intent=buy product=site | Certo.
timer: payment_reminder
link: c1-1
timer: offer_expiry
stage: qualified
bot is silent
stripe: former paid
stage: paid
payments: 1
