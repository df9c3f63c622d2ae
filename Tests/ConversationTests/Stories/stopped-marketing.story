speaks: pt-PT
customer: Olá
model: intent=question | Olá! Em que posso ajudar?
timer set: follow_up
# WhatsApp says that they stopped marketing messages.
undelivered: 131050
alert: undeliverable
note: marketing messages switched off
timer off: follow_up
