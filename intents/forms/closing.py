"""Closes a report: never without a decision, its reason and the outcome."""

from bot.checks import long, one_of
from bot.form import Form, Step
from intents.forms.decision import DECISIONS

FORM = Form(
    name="closing",
    title="Closing a report",
    for_case=True,
    steps=(
        Step("decision", "What was decided?", one_of(*DECISIONS), needed=True),
        Step("reason", "Why?", long(), needed=True),
        Step(
            "outcome",
            "What came of it?",
            one_of(
                "Resolved",
                "Passed to an agency",
                "Support in place",
                "Sent by mistake",
                "No concern found",
            ),
            needed=True,
        ),
    ),
)
