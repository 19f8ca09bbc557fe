"""A smaller concern about a child, for the same school day: no harm, and nothing the child told.

Small things make a pattern, so they are kept too (Keeping Children Safe in Education, on low
thresholds). Anything that may be harm, or "not sure", makes it an alarm at once.
"""

from __future__ import annotations

from bot.checks import long, one_of, phone, short, when
from bot.form import Form, Route, Step, Urgency

FORM = Form(
    name="concern",
    title="Smaller concern about a child",
    alarm="Smaller concern, no harm",
    route=Route.CHILD,
    urgency=Urgency.SAME_DAY,
    begins=("smaller concern about a child", "small concern about a child", "log a concern"),
    duties=("Not sure? Say so below: it becomes an alarm at once.",),
    steps=(
        Step("number", "What number can we ring you on?", phone(), page="now"),
        Step(
            "danger",
            "Might the child be harmed, or in danger?",
            one_of("Yes", "No", "Not sure"),
            help="Yes or not sure: the DSL is called at once. Yes: ring 999 first.",
            raises=("Yes", "Not sure"),
            warns=("Yes",),
            page="now",
        ),
        Step(
            "source",
            "How do you know?",
            one_of("The child told me", "I saw it", "Somebody else told me"),
            help="If the child told you, the DSL is called at once.",
            raises=("The child told me",),
            page="now",
        ),
        Step(
            "who",
            "Who is it about?",
            short(),
            help="Name and year group, or whatever you know. Other children as “Pupil B”.",
            page="what",
        ),
        Step("what_happened", "What did you notice? The facts, in order.", long(), page="what"),
        Step("happened_when", "When was it?", when(), page="what"),
        Step("where", "Where?", short(), page="what"),
        Step("witnesses", "Who else was there?", short(), page="more"),
        Step("done", "What has been done so far?", short(), page="more"),
        Step(
            "opinion",
            "Anything you think, and why?",
            long(),
            help="Kept apart from the facts.",
            page="more",
        ),
    ),
)
