speaks: pt-PT
customer: Olá
staff: takes over
customer: Chamo-me Ana
staff: says Olá Ana!
# Answered by a person; what comes now is not.
customer: Quanto custa o site?
bot is silent
alert: message_while_handed_off
stage: handed_off
staff: releases and the bot answers
stage: qualifying
bot: 490
bot says once
# A second release finds nothing to answer.
staff: takes over
staff: releases and the bot answers
bot is silent
