"""Who is here and who is away: role-holders see it, a DSL, deputy or the Principal changes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from bot.card import Card, Press, Reply, Tone, say
from bot.intent import Intent
from bot.people import Person
from bot.rota import mark_away, may_mark, until_midnight
from bot.turn import Turn
from bot.views import messages
from bot.views.rota import rota, state


class Rota(Intent):
    """The rota as a card, and its presses: away today (or for so many days), and here again."""

    verbs: ClassVar[Mapping[str, int]] = {"rota": 0, "away": 1, "back": 1}
    PHRASES = ("rota", "who is here", "who is away", "show the rota")

    def typed(self, press: Press) -> bool:
        return False

    def hears(self, turn: Turn) -> bool:
        said = turn.typed.lower().strip(" .?!")
        return bool(turn.person.holdings) and not turn.person.guest and said in self.PHRASES

    def answer(self, turn: Turn, press: Press) -> Reply:
        allowed = may_mark(turn.person)
        if press.verb in ("rota", ""):
            if not turn.person.holdings or turn.person.guest:
                return say(messages.not_yours(turn.directory))
            return say(rota(turn.directory, turn.now, may_mark=allowed))
        person = turn.directory.person(press.args[0].lower())
        mine = person is not None and person.id == turn.person.id
        if person is None or not person.holdings or not (allowed or mine):
            return turn.refuse(press.verb)
        until = None
        if press.verb == "away":
            until = until_midnight(_days(press), turn.directory.zone, turn.now)
        return say(self._mark(turn, person, until))

    def _mark(self, turn: Turn, person: Person, until: datetime | None) -> Card:
        marked = mark_away(
            turn.work, person, until, turn.person.id, turn.directory, turn.school, turn.now
        )
        said = state(marked, turn.directory, turn.now)
        return messages.note(f"{person.name}: {said}. It is recorded.", tone=Tone.DONE)


def _days(press: Press) -> int:
    days = press.args[1] if len(press.args) > 1 else "1"
    return min(int(days), 366) if days.isdigit() and int(days) else 1
