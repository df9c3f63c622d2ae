speaks: pt-PT
customer: Olá
undelivered: 131026
alert: undeliverable
bot is silent
stage: qualifying
