"""Corrects an answer that was shown: from then on the correction comes first."""

from bot.checks import long
from bot.form import Form, Step

FORM = Form(
    name="correcting",
    title="Correction of an answer",
    for_case=True,
    steps=(
        Step(
            "right",
            "What is right?",
            long(),
            help="Everyone shown this answer in the last 90 days gets one message with your words, "
            "your role and the date.",
            needed=True,
        ),
        Step("next", "What should staff do next?", long()),
    ),
)
