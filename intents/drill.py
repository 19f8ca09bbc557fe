"""A DSL, a deputy or the Principal begins a drill: one sentence, and one press to mean it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from bot.card import Press, Reply, say
from bot.drill import begin, going_on, may_begin
from bot.intent import Intent
from bot.ladder import drill_over_at
from bot.people import Centre
from bot.turn import Turn
from bot.views import drill as drills
from bot.views.wording import clock_time


class Drill(Intent):
    """Begins a drill. To everybody else the same words are a question like any other."""

    verbs: ClassVar[Mapping[str, int]] = {"drill": 1}
    for_vouched: ClassVar[bool] = True
    PHRASES = frozenset({"drill", "start a drill", "run a drill", "start the drill"})

    def typed(self, press: Press) -> bool:
        return False

    def hears(self, turn: Turn) -> bool:
        return turn.typed.lower().strip(" .?!") in self.PHRASES and bool(_centres(turn))

    def answer(self, turn: Turn, press: Press) -> Reply:
        centres = _centres(turn)
        if press.verb == "":
            return say(drills.ask(centres))
        chosen = next((centre for centre in centres if centre.id == press.args[0]), None)
        if chosen is None:
            return turn.refuse(press.verb)
        drill = going_on(turn.work, chosen.id)
        if drill is not None:
            return say(drills.going_on(drill, turn.directory))
        drill = begin(turn.work, chosen.id, turn.person.id, turn.directory, turn.school, turn.now)
        escalation = turn.work.escalations.get(drill.ref)
        assert escalation is not None
        over_at = clock_time(drill_over_at(escalation, turn.school.terms), turn.directory.zone)
        return say(drills.begun(drill, turn.directory, over_at), replaces=True)


def _centres(turn: Turn) -> list[Centre]:
    return [c for c in turn.directory.centres.values() if may_begin(turn.person, c.id)]
