speaks: pt-PT
customer: Sou o Zé, tenho um café, quero um site, orçamento 50 euros, ze@cafe.pt
model: intent=answer name=Zé need=website budget=50 email=ze@cafe.pt | Boa!
stage: disqualified
bot says once
no words: Boa!
customer: afinal tenho 900 euros
model: intent=answer budget=900 | Excelente, sugiro o site.
stage: qualified
button: buy:site
