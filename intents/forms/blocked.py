"""A site or an app that the filter blocks and that is needed for teaching: routine, for IT."""

from __future__ import annotations

from bot.checks import one_of, phone, short
from bot.form import Form, Route, Step, Urgency

FORM = Form(
    name="blocked",
    title="Wrongly blocked",
    alarm="Wrongly blocked",
    route=Route.SITE,
    urgency=Urgency.ROUTINE,
    begins=("wrongly blocked", "unblock a site", "filter blocks too much"),
    duties=("Please do not try to get round the filter.",),
    steps=(
        Step("number", "Where can IT ring you?", phone(), page="now"),
        Step(
            "child_saw",
            "Did a child see something unsuitable?",
            one_of("Yes", "No", "Not sure"),
            help="Yes or not sure: the DSL is called at once.",
            raises=("Yes", "Not sure"),
            page="now",
        ),
        Step(
            "address",
            "What is blocked?",
            short(),
            help="The name of the site or app.",
            page="now",
            for_it=True,
        ),
        Step("needed_for", "What is it needed for, and when?", short(), page="now", for_it=True),
        Step("device", "Which device, room and account?", short(), page="now", for_it=True),
    ),
)
