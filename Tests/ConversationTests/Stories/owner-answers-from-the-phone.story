speaks: pt-PT
customer: Olá
owner: Boa tarde, já lhe ligo.
stage: handed_off
bot is silent
customer: ok
bot is silent
timer: takeover_release
stage: qualifying
