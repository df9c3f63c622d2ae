speaks: pt-PT
voice: Olá, chamo-me Pedro
note: voice note: Olá, chamo-me Pedro
field: name = Pedro
voice: nothing
bot: escrever
image:
bot: escrever
poll: x
bot: escrever
reaction: 👍
bot is silent
image: quero um site
field: need = website
