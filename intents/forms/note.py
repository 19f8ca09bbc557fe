"""A dated note by somebody entitled to a report: a contact, a call, what was shared and why."""

from bot.checks import long
from bot.form import Form, Step

FORM = Form(
    name="note",
    title="Note",
    for_case=True,
    steps=(
        Step(
            "note",
            "What do you want to record?",
            long(),
            help="Who was contacted, when, what was shared and why.",
            needed=True,
        ),
    ),
)
