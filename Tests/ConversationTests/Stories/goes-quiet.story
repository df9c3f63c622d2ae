speaks: pt-PT
customer: Olá
stage: qualifying
timer set: follow_up
timer: follow_up
bot says once
timer set: dormancy
timer: follow_up
bot says once
timer: dormancy
stage: dormant
bot is silent
customer: Voltei! Chamo-me Luís
field: name = Luís
stage: qualifying
