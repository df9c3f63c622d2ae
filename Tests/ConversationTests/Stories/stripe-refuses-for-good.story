speaks: pt-PT
stripe refuses
customer: Quero o site
model: intent=buy product=site | Certo.
stage: handed_off
alert: link_failed
stripe is back
staff: releases
# No link is under way any more, so none is announced; the next wish to buy makes a new offer.
stage: qualified
customer: então?
no words: link de pagamento
customer: Quero comprar
model: intent=buy product=site | Certo.
stage: awaiting_payment
link: https://buy.example/c1-2
