"""Links two reports of the same incident, and parts them again; nothing is ever merged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from bot.card import Card, Press, Reply, Tone, say
from bot.climb import touched
from bot.incident import Incident
from bot.intent import Intent
from bot.may import Act
from bot.turn import Turn
from bot.views import messages, same

NEAR = timedelta(hours=24)
"""How far apart two reports of one centre may be to be shown beside each other."""


class SameIncident(Intent):
    """Presses under an opened report."""

    verbs: ClassVar[Mapping[str, int]] = {"same": 2, "notsame": 2}
    for_vouched: ClassVar[bool] = True

    def typed(self, press: Press) -> bool:
        return False

    def answer(self, turn: Turn, press: Press) -> Reply:
        ref, other = (word.upper() for word in press.args[:2])
        incidents = [turn.work.incidents.get(each) for each in (ref, other)]
        first, second = incidents
        if (
            first is None
            or second is None
            or ref == other
            or not (turn.may(Act.READ, first) and turn.may(Act.READ, second))
        ):
            return turn.refuse(press.verb, ref)
        if press.verb == "same":
            turn.work.incidents.link(ref, other, turn.person.id, turn.now)
            told = f"{ref} and {other} are linked. Each stays a report of its own."
        else:
            turn.work.incidents.unlink(ref, other, turn.person.id, turn.now)
            told = f"{ref} and {other} are not linked any more."
        for each in (ref, other):
            # Without the other's reference: whoever may read one may not know of the other.
            turn.audit(press.verb, each)
            touched(turn.work, each, turn.person.id, turn.now, turn.school)
        return say(messages.note(told, tone=Tone.DONE))


def near(turn: Turn, incident: Incident) -> Card | None:
    """The reports linked with this one, and its centre's others of the last 24 hours, of which
    this person may read each."""
    linked = turn.work.incidents.linked(incident.ref)
    found = {other.ref: other for other in turn.work.incidents.since(turn.now - NEAR)}
    near_by = [other for other in found.values() if other.centre == incident.centre]
    joined = [turn.work.incidents.get(ref) for ref in linked]
    everything = {other.ref: other for other in (*near_by, *joined) if other is not None}
    shown = [
        other
        for other in everything.values()
        if other.ref != incident.ref and turn.may(Act.READ, other)
    ]
    read = {each.ref for each in shown if turn.opened_at(each.ref, turn.person) is not None}
    return same.others(incident, shown, linked, read, turn.now)
