speaks: pt-PT
customer: Quero o site
model: intent=buy product=site | Certo.
# That the voucher lapsed is told before that there was one.
stripe: later failed
stage: qualified
bot: não foi concluído
stripe: former unpaid
bot is silent
stage: qualified
