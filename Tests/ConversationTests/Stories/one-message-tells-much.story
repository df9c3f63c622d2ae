speaks: pt-PT
customer: Olá, chamo-me Rui e queria um site, o meu e-mail é rui@oficina.pt
field: name = Rui
field: email = rui@oficina.pt
field: need = website
