speaks: pt-PT
customer: Quero o site
model: intent=buy product=site | Certo.
stripe: paid
stage: paid
# Also where the customer turns out to be another lead as well.
staff: sets the stage dormant
stage: paid
note: stays so
timer off: follow_up
