speaks: en
customer: Hello there
stage: qualifying
customer: My name is Tom Baker
field: name = Tom Baker
customer: I run a small bakery in Leeds
customer: sorry, two bakeries actually
button: field:need:website
customer: a website
field: need = website
customer: 12
field: team_size = 12
customer: about 1500 euros
field: budget = 1500
customer: tom@bakery.co.uk
stage: qualified
button: buy:site
customer: yes please
stage: awaiting_payment
link: https://buy.example/c1-1
stripe: paid
stage: paid
