speaks: pt-PT
customer: Hello, I would like to know more about your websites, please
language: en
customer: Hola, ¿cuánto cuesta la página web? Muchas gracias
language: es
bot: 490
