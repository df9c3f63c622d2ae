speaks: pt-PT
customer: Quero o site
model: intent=buy product=site | Certo.
timer: payment_reminder
link: c1-1
timer: offer_expiry
stage: qualified
bot: expirou
bot says once
timer off: payment_reminder
timer set: dormancy
# Paid all the same, on a page that was still open: confirmed, and a person looks.
stripe: former paid
stage: paid
bot: Pagamento confirmado
payments: 1
alert: payment_of_former_offer
timer off: dormancy
