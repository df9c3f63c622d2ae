speaks: pt-PT
customer: Olá
customer: quero falar com uma pessoa
stage: handed_off
bot: colega
alert: human_asked
timer set: takeover_release
timer off: follow_up
customer: está aí alguém?
bot is silent
alert: message_while_handed_off
staff: takes over
bot is silent
staff: says Olá, sou a Rita.
staff wrote: Olá, sou a Rita.
stage: handed_off
staff: releases
stage: new
bot is silent
timer off: takeover_release
customer: Obrigado, Rita! Queria um site.
model: intent=answer need=website | Claro. Como se chama?
bot: Como se chama?
stage: qualifying
