"""Hands a report over to somebody else who is entitled to it."""

from bot.checks import short
from bot.form import Form, Step

FORM = Form(
    name="handover",
    title="Hand over",
    for_case=True,
    steps=(
        Step("to", "Who takes it from you? Their name, please.", short(), needed=True),
        Step("why", "Why? One line.", short(), needed=True),
    ),
)
