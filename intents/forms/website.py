"""An unsuitable site or a filter that failed: IT learns the address, the DSL the rest.

Policy OS.6.1.1 (screen off, tell staff, address to IT) and OS.6.3 (recorded, reported to the DSL).
"""

from __future__ import annotations

from bot.checks import long, one_of, phone, short, when
from bot.form import Form, Route, Step, Urgency, answered

ILLEGAL = "It may be illegal"

FORM = Form(
    name="website",
    title="Unsuitable site or filter failure",
    alarm="Website or filter",
    route=Route.SITE,
    urgency=Urgency.SAME_DAY,
    begins=("unsuitable site", "report a website", "filter breach", "filtering breach"),
    duties=(
        "Turn the screen off. Leave the device on and do not look again (OS.6.1.1).",
        "May it be illegal? Do not type the address. Ring the DSL (OS.6.4).",
    ),
    steps=(
        Step("number", "What number can we ring you on?", phone(), page="now"),
        Step(
            "child_saw",
            "Did a child see it?",
            one_of("Yes", "No", "Not sure"),
            help="Yes or not sure: the DSL is called at once.",
            raises=("Yes", "Not sure"),
            page="now",
        ),
        Step(
            "nature",
            "What kind of site or content?",
            one_of(
                "Pornography",
                "Violence or gore",
                "Extreme or hateful",
                "Self-harm",
                "Gambling or scam",
                "Filter blocks too much",
                ILLEGAL,
                "Something else",
            ),
            page="now",
            raises=(ILLEGAL,),
            for_it=True,
        ),
        Step(
            "address",
            "What is the address of the site?",
            short(),
            help="From memory is fine. Do not open it again.",
            when=lambda answers: answers.get("nature") != ILLEGAL,
            page="site",
            for_it=True,
        ),
        Step("device", "Which device, room and account?", short(), page="site", for_it=True),
        Step("seen_when", "When was it?", when(), page="site", for_it=True),
        Step(
            "who",
            "Which children saw it, and how are they?",
            short(),
            when=answered("child_saw", "Yes", "Not sure"),
            page="more",
        ),
        Step("what_happened", "What happened?", long(), page="more"),
        Step("done", "What has been done so far?", short(), page="more"),
    ),
)
