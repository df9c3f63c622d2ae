# Without a model, from the first word to the money, in European Portuguese.
speaks: pt-PT
profile name: Ana
customer: Olá, bom dia
bot: Olá! Sou
bot: Como se chama?
bot says once
stage: qualifying
customer: Ana Silva
field: name = Ana Silva
bot: O que faz o seu negócio?
customer: Tenho uma pastelaria no Porto
bot: O que procura
button: field:need:website
tap: field:need:website
field: need = website
bot: Quantas pessoas
customer: Somos cinco
field: team_size = 5
bot: orçamento
customer: 800 euros
field: budget = 800
bot: e-mail
customer: ana@pastelaria.pt
field: email = ana@pastelaria.pt
stage: qualified
bot: 490
button: buy:site
timer set: follow_up
tap: buy:site
stage: awaiting_payment
link: https://buy.example/c1-1
bot: 490
bot says once
timer set: payment_reminder
timer set: offer_expiry
stripe: paid
stage: paid
bot: Pagamento confirmado
bot says once
timer off: payment_reminder
timer off: offer_expiry
stripe again: paid
bot is silent
payments: 1
