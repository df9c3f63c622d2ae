# The link itself is the first thing said to a tap that waited: the apology stands above it.
speaks: en
customer: My name is Tom. I run a bakery, I need a website, we are 5 people, my budget is 900 euros, tom@bakery.co.uk
model: intent=answer name=Tom business=a_bakery need=website team_size=5 budget=900 email=tom@bakery.co.uk language=en | I'd suggest the Business website.
late: Yes, I want to buy the website
model: intent=buy product=site language=en | Great!
bot: sorry for the late reply
stage: awaiting_payment
