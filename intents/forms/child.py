"""A concern about a child: the fields of a safeguarding record, each of which may be skipped.

The order is what a DSL needs first (whom to ring, where the child is); the fields follow
Keeping Children Safe in Education on records, and the usual disclosure record.
"""

from __future__ import annotations

from bot.checks import long, one_of, phone, short, when
from bot.form import Form, Route, Step, Urgency, answered

CHILD_TOLD_ME = "The child told me"
ONLINE = "Online"

FORM = Form(
    name="child",
    title="Concern about a child",
    alarm="Child",
    route=Route.CHILD,
    urgency=Urgency.IMMEDIATE,
    begins=("concern about a child", "worried about a child", "safeguarding concern"),
    duties=(
        "Stay with the child, or make sure another adult does.",
        "Listen. Do not question, promise secrecy or investigate.",
        "Pictures: do not look again, copy, forward or delete them.",
    ),
    steps=(
        Step("number", "What number can we ring you on now?", phone(), page="now"),
        Step("child_now", "Where is the child now?", short(), page="now"),
        Step("going_home", "When do they go home, and to whom?", short(), page="now"),
        Step(
            "who",
            "Who is it about?",
            short(),
            help="Name and year group, or whatever you know. Other children as “Pupil B”.",
            page="now",
        ),
        Step(
            "danger",
            "Is the child in danger now?",
            one_of("Yes", "No", "Not sure"),
            help="Yes: ring 999 first. Not sure counts as yes.",
            warns=("Yes", "Not sure"),
            page="now",
        ),
        Step(
            "source",
            "How do you know?",
            one_of(
                CHILD_TOLD_ME,
                "I saw it",
                "Somebody else told me",
                "I found it online",
                "A monitoring alert",
            ),
            page="what",
        ),
        Step(
            "child_words",
            "What did the child say? Their own words only.",
            long(),
            help="Exactly as said, swearing and slang too. Nothing here is ever corrected.",
            when=answered("source", CHILD_TOLD_ME),
            page="what",
        ),
        Step(
            "your_words",
            "What did you ask or say?",
            long(),
            help="As exactly as you remember.",
            when=answered("source", CHILD_TOLD_ME),
            page="what",
        ),
        Step(
            "what_happened",
            "What happened? The facts, in order.",
            long(),
            help="What was seen or heard, by whom. Opinions come later.",
            page="what",
        ),
        Step(
            "seen_by",
            "Who saw or heard it, if that was not you?",
            short(),
            page="what",
        ),
        Step("happened_when", "When did it happen?", when(), page="when"),
        Step(
            "said_when",
            "When did the child tell you?",
            when(),
            when=answered("source", CHILD_TOLD_ME),
            page="when",
        ),
        Step(
            "where",
            "Where did it happen?",
            one_of("At school", ONLINE, "At home", "Somewhere else", "I do not know"),
            page="when",
        ),
        Step(
            "service",
            "Which app, site or service?",
            short(),
            help="The name only. Do not paste a link, and do not go back to look.",
            when=answered("where", ONLINE),
            page="when",
        ),
        Step(
            "images",
            "Are pictures or videos involved?",
            one_of("Yes", "No", "I do not know"),
            help="Do not look, describe, copy or forward. We take no pictures: having them can "
            "be a crime.",
            page="when",
        ),
        Step(
            "kind",
            "What kind of worry is it?",
            one_of(
                "Content: something they saw",
                "Contact: somebody harming them",
                "Conduct: something children did",
                "Commerce: money, gambling, scams",
                "Something else",
            ),
            page="more",
        ),
        Step(
            "demeanour",
            "How did the child seem?",
            short(),
            help="What you could see, such as crying or quiet.",
            page="more",
        ),
        Step(
            "injury",
            "Any mark or injury you saw?",
            short(),
            help="Where and what. Do not take a photo.",
            page="more",
        ),
        Step("witnesses", "Who else was there?", short(), page="more"),
        Step(
            "done",
            "What has been done so far?",
            short(),
            help="999 or 101, first aid, a device put away and switched off.",
            page="more",
        ),
        Step("told", "Who have you told in person?", short(), page="more"),
        Step(
            "parents",
            "Do the parents know?",
            one_of("Yes", "No", "I do not know"),
            help="You need not tell them. The DSL decides.",
            page="more",
        ),
        Step(
            "needs",
            "Does the child need anything to be understood?",
            short(),
            help="Language, SEND, who they trust.",
            page="more",
        ),
        Step(
            "opinion",
            "Anything you think, and why?",
            long(),
            help="Kept apart from the facts.",
            page="more",
        ),
        Step(
            "notes",
            "Do you have notes on paper?",
            one_of("Yes", "No"),
            help="Keep them. Give them to the DSL.",
            page="more",
        ),
    ),
)
