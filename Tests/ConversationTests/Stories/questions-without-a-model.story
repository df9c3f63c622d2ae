speaks: pt-PT
customer: Quanto custa o site?
bot: 490
customer: Aceitam Bitcoin em Marte?
bot: colega
alert: unanswered
stage: qualifying
