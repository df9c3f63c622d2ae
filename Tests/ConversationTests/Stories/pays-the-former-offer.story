speaks: pt-PT
customer: Quero o site
model: intent=buy product=site | Certo.
stage: awaiting_payment
customer: Afinal quero a automação
model: intent=buy product=automation | Certo.
link: https://buy.example/c1-2
stripe: former paid
stage: paid
bot: Pagamento confirmado
payments: 1
# The second link is deactivated too late: its payment is known all the same.
stripe: former paid
stage: paid
bot: Pagamento confirmado
payments: 2
note: 1,490
