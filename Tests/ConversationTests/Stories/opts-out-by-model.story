speaks: en
customer: please leave me alone and do not contact me ever again thank you
model: intent=opt_out language=en | Sure, bye!
stage: opted_out
no words: Sure, bye!
bot says once
