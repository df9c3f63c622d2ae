# Asking again for the same product brings the same link; another product brings another offer.
speaks: pt-PT
customer: Quero comprar o site já
model: intent=buy product=site | Vamos a isso!
stage: awaiting_payment
link: c1-1
customer: manda o link outra vez
model: intent=buy product=site | Aqui está.
link: c1-1
customer: afinal quero a automatização
model: intent=buy product=automation | Muito bem.
link: c1-2
bot: 1
stripe: former paid
stage: paid
payments: 1
