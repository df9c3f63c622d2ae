speaks: pt-PT
customer: Quero o site
model: intent=buy product=site | Certo.
stripe: paid
stage: paid
stripe: refunded
bot is silent
stage: paid
alert: refund
note: refunded €490
stripe: refund failed
alert: refund
note: failed
stripe: disputed
bot is silent
alert: dispute
note: disputed €490
stripe: dispute closed
alert: dispute
note: closed
stage: paid
