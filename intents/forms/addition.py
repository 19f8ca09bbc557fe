"""Something the reporter adds to their report after the first press."""

from bot.checks import long
from bot.form import Form, Step

FORM = Form(
    name="addition",
    title="Addition",
    for_case=True,
    steps=(Step("addition", "What would you like to add?", long(), needed=True),),
)
