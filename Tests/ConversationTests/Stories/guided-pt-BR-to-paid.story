speaks: pt-BR
customer: Oi, tudo bem?
stage: qualifying
customer: Meu nome é João
field: name = João
customer: Tenho uma loja de roupas
tap: field:need:automation
bot: pessoas
customer: 8 pessoas
field: team_size = 8
customer: 2 mil euros
field: budget = 2000
customer: joao@loja.com.br
stage: qualified
button: buy:automation
tap: buy:automation
stage: awaiting_payment
stripe: paid
stage: paid
