speaks: pt-PT
customer: Olá
timer set: follow_up
customer: STOP
stage: opted_out
bot says once
timer off: follow_up
customer: olá?
bot is silent
alert: message_after_opt_out
customer: quero comprar, manda o link
bot is silent
stage: opted_out
timer: follow_up
bot is silent
staff: releases
stage: qualifying
