speaks: pt-PT
customer: Bom dia! Quero um site para a minha clínica
model: intent=answer business=clínica need=website language=pt-PT | Bom dia! Que boa ideia. Como se chama?
bot: Como se chama?
customer: Marta, marta@clinica.pt
model: intent=answer name=Marta email=marta@clinica.pt language=pt-PT | Obrigado, Marta. Sugiro o site profissional.
stage: qualified
bot: Sugiro o site profissional.
button: buy:site
customer: pode ser, vamos avançar
model: intent=buy product=site language=pt-PT | Ótimo, vamos a isso!
stage: awaiting_payment
bot: Ótimo, vamos a isso!
bot: 490
link: https://buy.example/c1-1
bot says once
stripe: paid
stage: paid
bot: Pagamento confirmado
