"""The Principal asks for last week's digest."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from bot.card import Card, Press, Reply, say
from bot.digest import Week
from bot.intent import Intent
from bot.people import Role
from bot.turn import Turn
from bot.views.digest import digest_card
from bot.weekly import weekly

PHRASES = frozenset({"digest", "weekly digest", "last week", "show me last week", "last digest"})


class LastWeek(Intent):
    """The digest of the last whole week, for the Principal alone."""

    for_vouched: ClassVar[bool] = True

    def hears(self, turn: Turn) -> bool:
        return turn.person.holds(Role.PRINCIPAL) and turn.typed.lower().strip(" .?") in PHRASES

    def answer(self, turn: Turn, press: Press) -> Reply:
        return say(last_week(turn))


def last_week(turn: Turn) -> Card:
    """The digest of the last whole week, as this person may read it."""
    today = turn.now.astimezone(turn.directory.zone).date()
    week = Week.of(today - timedelta(days=7))
    turn.audit("read-digest", detail=str(week))
    made = weekly(turn.work, week, turn.person.id, turn.directory.zone, turn.now)
    return digest_card(made)
