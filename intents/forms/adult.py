"""A concern about an adult who works here: a register of its own, read by the Principal alone.

Keeping Children Safe in Education, Part Four; policy 7.2.3 and 7.2.4. Harm and a nagging doubt
go the same way: the reporter never has to choose between them.
"""

from __future__ import annotations

from bot.checks import long, one_of, phone, short, when
from bot.form import Form, Route, Step, Urgency

FORM = Form(
    name="adult",
    title="Concern about an adult who works here",
    alarm="About an adult here",
    route=Route.ADULT,
    urgency=Urgency.IMMEDIATE,
    begins=("concern about an adult", "concern about a colleague", "low level concern"),
    duties=(
        "Do not ask the adult about it, and do not tell them.",
        "Do not investigate. Write down what you know.",
        "You may ring the local authority yourself at any time.",
    ),
    steps=(
        Step("number", "What number can we ring you on, away from others?", phone(), page="now"),
        Step("child_now", "Is a child at risk now? Where are they?", short(), page="now"),
        Step("going_home", "When do they go home, and to whom?", short(), page="now"),
        Step("who", "Who is the adult, and what is their role?", short(), page="now"),
        Step(
            "danger",
            "Is anybody in danger now?",
            one_of("Yes", "No", "Not sure"),
            help="Yes: ring 999 first. Not sure counts as yes.",
            warns=("Yes", "Not sure"),
            page="now",
        ),
        Step(
            "what_happened", "What did you see or hear? The facts, in order.", long(), page="what"
        ),
        Step(
            "child_words",
            "What did a child say? Their own words only.",
            long(),
            help="Exactly as said. Nothing here is ever corrected.",
            page="what",
        ),
        Step("happened_when", "When did it happen?", when(), page="what"),
        Step("where", "Where?", short(), page="what"),
        Step("witnesses", "Who else saw or heard it?", short(), page="more"),
        Step("children", "Which children are involved, if any?", short(), page="more"),
        Step("done", "What has been done so far?", short(), page="more"),
        Step("told", "Who have you told?", short(), page="more"),
        Step(
            "my_name",
            "May the adult learn that it was you?",
            one_of("Yes", "I would rather not"),
            help="We cannot promise it. We will note what you wish.",
            page="more",
        ),
        Step(
            "opinion",
            "Anything you think, and why?",
            long(),
            help="Kept apart from the facts. A nagging doubt is enough.",
            page="more",
        ),
    ),
)
