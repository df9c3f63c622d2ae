speaks: pt-PT
without payments
customer: Quero comprar o site
model: intent=buy product=site | Certo, envio já o link!
stage: handed_off
bot: colega
no words: envio já
alert: no_payments
