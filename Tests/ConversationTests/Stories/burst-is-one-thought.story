speaks: pt-PT
customer: Olá
customer: queria saber uma coisa
customer: chamo-me Inês
model: intent=answer name=Inês language=pt-PT | Olá, Inês! O que procura?
bot: Olá, Inês! O que procura?
bot says once
field: name = Inês
stage: qualifying
