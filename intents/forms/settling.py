"""Answers a question that the policy does not cover, once for everyone who asked."""

from bot.checks import long, one_of
from bot.form import Form, Step

AGAIN = "Yes, to whoever asks the same"
ONCE = "No, only to those who asked"

FORM = Form(
    name="settling",
    title="Answer to a question",
    for_case=True,
    steps=(
        Step(
            "answer",
            "What is the answer?",
            long(),
            help="They read your words as you write them, with your role and the date, and that "
            "it is not in the policy. Please write no pupil's name.",
            needed=True,
        ),
        Step("again", "May I give this answer again?", one_of(AGAIN, ONCE), needed=True),
    ),
)
