"""The cards of somebody's home: the alarm first, the numbers to ring, and the ask box."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.card import Button, Card, Field, Sheet, press
from bot.message import ASK
from bot.people import Directory, Person
from bot.recipients import to_ring_about_a_child
from bot.views.act_now import REPORT, outside_numbers
from bot.views.wording import day_and_time, in_role, number_of

ALARM = Card(
    title="Worried about a child or an adult?",
    text=(
        "Child in danger now? Ring 999.",
        "One press tells somebody. You can write more after.",
    ),
    buttons=(replace(REPORT, primary=True),),
)

ASKING = Card(
    title="Ask about the policy",
    text=("Ask in your own words, such as: can I use my phone for a trip photo?",),
)

ASK_BOX = Sheet(
    title=ASKING.title,
    fields=(Field(ASK, "Your question", help="Press Enter to ask. Only you see the answer."),),
    send=Button("Ask", press(ASK), primary=True),
)

NOTHING_YET = Card(
    title="This is empty just now",
    text=("Lanyard cannot read its records. Worried about a child? Ring the DSL, or 999.",),
)
"""When the database cannot be read."""


def as_of(moment: datetime, zone: ZoneInfo) -> str:
    """Below a home that stays on a screen: it may be older than whoever looks at it thinks."""
    return f"As of {day_and_time(moment, zone)}. Opening Home draws it again."


def numbers(directory: Directory, person: Person, now: datetime) -> Card:
    """Whom to ring, those who are here first."""
    people = to_ring_about_a_child(person, directory, now)
    closed = directory.numbers.on_call
    return Card(
        title="Important numbers",
        facts=(
            ("Danger now", "999"),
            *((in_role(each, person.centre), each.phone) for each in people if each.phone),
            *((("When school is closed", number_of(closed)),) if closed else ()),
            *outside_numbers(directory),
        ),
    )


def waiting(count: int) -> Card:
    """To the Principal: how many questions wait for an answer of theirs."""
    return Card(
        title=f"Waiting for your answer: {count}",
        text=("Questions that the policy leaves open, passed on by staff.",),
        buttons=(Button("Show them", press("gaps"), primary=True),) if count else (),
    )
