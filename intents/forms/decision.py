"""A decision on a report with its reason (Keeping Children Safe in Education, on records)."""

from bot.checks import long, one_of, short
from bot.form import Form, Step

DECISIONS = (
    "Monitor",
    "Early help",
    "Children's social care",
    "Police",
    "Designated officer (LADO)",
    "Prevent or Channel",
    "Internet Watch Foundation or CEOP",
    "Parents informed",
    "Within school",
    "No further action (NFA)",
)

FORM = Form(
    name="decision",
    title="Decision",
    for_case=True,
    steps=(
        Step("decision", "What was decided?", one_of(*DECISIONS), needed=True),
        Step(
            "reason", "Why? A decision not to refer needs its reason as well.", long(), needed=True
        ),
        Step("agency", "Agency, person, date and reference, if any", short()),
        Step("review_on", "When will you look at it again?", short()),
    ),
)
