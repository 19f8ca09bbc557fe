"""A receipt says of each person when their card arrived, and of nobody that they read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.escalation import Escalation
from bot.form import Route, Urgency
from bot.incident import Incident
from bot.notice import Destination, Kind, Lane, Notice, Receipt
from bot.views.receipt import receipt
from tests.troupe import TUESDAY, school

INCIDENT = Incident("7KQ2M", "child", Route.CHILD, Urgency.IMMEDIATE, "oak", "amira", TUESDAY)


def arrived(person: str, minutes: int) -> Notice:
    to = Destination("slack", f"T1/{person}", person)
    here = Receipt("D1", f"{person}-{minutes}", TUESDAY + timedelta(minutes=minutes))
    return Notice(f"n-{person}-{minutes}", Kind.CASE, "7KQ2M", to, Lane.URGENT, None, receipt=here)


def test_everybody_is_named_with_the_time_their_own_card_arrived() -> None:
    escalation = Escalation("7KQ2M", TUESDAY, ())
    notices = [
        arrived("farrow", 5),
        arrived("khan", 0),
        arrived("okoro", 0),
        replace(arrived("khan", 7), nth=1),
    ]
    shown = receipt(INCIDENT, escalation, notices, school().directory(), TUESDAY)
    assert shown.text[0] == (
        "Delivered 10:12 to Ms Khan and Mr Okoro; 10:17 to Dr Farrow. Delivered is not read."
    )
