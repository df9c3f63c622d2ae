speaks: pt-PT
customer: Quero o site
model: intent=buy product=site | Certo.
customer: Afinal quero a automação
model: intent=buy product=automation | Certo.
link: https://buy.example/c1-2
# A voucher of the first link, made before it ended.
stripe: former unpaid
bot: Multibanco
stage: awaiting_payment
stripe: former failed
bot: não foi concluído
stage: awaiting_payment
stripe: paid
stage: paid
stripe: former failed
bot is silent
stage: paid
