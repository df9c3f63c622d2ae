speaks: pt-PT
profile name: Ana Reis
customer: Olá!
bot: Olá! Sou
customer: Ana
customer: um café
customer: preciso de um assistente para o whatsapp
field: need = whatsapp_assistant
customer: acho muito caro
bot: Compreendo
customer: afinal queria antes um site
field: need = website
customer: fazem descontos?
bot: preços são fixos
customer: uns 600 euros
bot: e-mail
customer: tá bem, e quando começam?
bot: dia útil seguinte
customer: ana@cafe.pt
stage: qualified
button: buy:site
customer: vamos a isso
stage: awaiting_payment
customer: manda o link outra vez?
link: https://buy.example/c1-1
