speaks: pt-PT
customer: Olá
staff: takes over
customer: STOP
stage: opted_out
staff: releases
# With one release, the bot has the conversation again, and says nothing unasked.
bot is silent
stage: qualifying
customer: Afinal quero o site
model: intent=buy product=site | Certo.
stage: awaiting_payment
