speaks: pt-PT
customer: Isto é uma vergonha, quero o meu dinheiro
model: intent=complaint | Lamento muito o sucedido. O que aconteceu?
alert: complaint
bot: Lamento muito
