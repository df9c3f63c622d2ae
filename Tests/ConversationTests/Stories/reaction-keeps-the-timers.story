speaks: pt-PT
customer: Olá
stage: qualifying
timer set: follow_up
reaction: 👍
bot is silent
timer set: follow_up
image:
bot says once
timer set: follow_up
