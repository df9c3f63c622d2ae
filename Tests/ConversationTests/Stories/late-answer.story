# After an outage: what waited long is answered with a word of apology, once, in the same bubble.
speaks: pt-PT
late: Olá, queria um site
customer: Está aí alguém?
bot says once
bot: Peço desculpa pela demora
bot: Sou o assistente virtual
customer: Chamo-me Ana
bot says once
no words: desculpa
late: Tenho uma pastelaria no Porto
model: intent=answer business=uma_pastelaria language=pt-PT | Que bom! Quantas pessoas trabalham consigo?
bot says once
bot: Peço desculpa pela demora
bot: Quantas pessoas
late: Quero falar com uma pessoa
bot: Peço desculpa pela demora
stage: handed_off
staff: releases
late: Parem de me escrever
bot says once
no words: desculpa
stage: opted_out
