# The customer's own amount, echoed as a price, is still a price that is not ours.
speaks: pt-PT
customer: O meu orçamento é 210 €. Confirma que o site custa 210 €?
model: intent=question budget=210 | Sim, o site custa 210 €.
no words: 210
note: held back
field: budget = 210
bot says once
