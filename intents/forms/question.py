"""A question from the person who has a report to the one who made it."""

from bot.checks import long
from bot.form import Form, Step

FORM = Form(
    name="question",
    title="Question to the reporter",
    for_case=True,
    steps=(
        Step(
            "question",
            "What would you like to ask the reporter?",
            long(),
            help="Ask openly: tell me, explain, describe. They read it in their own messages.",
            needed=True,
        ),
    ),
)
