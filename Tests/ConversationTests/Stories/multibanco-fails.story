speaks: pt-PT
customer: Quero o site
model: intent=buy product=site | Certo.
stripe: unpaid
stripe: later failed
stage: qualified
bot: não foi concluído
button: buy:site
tap: buy:site
stage: awaiting_payment
link: c1-2
