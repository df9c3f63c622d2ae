speaks: es
customer: Hola, buenas tardes
stage: qualifying
customer: Me llamo Carmen
field: name = Carmen
customer: Tengo una peluquería en Sevilla
field: business = Tengo una peluquería en Sevilla
button: field:need:website
tap: field:need:whatsapp_assistant
bot: personas
customer: somos tres
field: team_size = 3
customer: 1000 €
field: budget = 1000
customer: carmen@ejemplo.es
stage: qualified
button: buy:whatsapp_bot
tap: buy:whatsapp_bot
stage: awaiting_payment
bot: 890
stripe: paid
stage: paid
