"""A hand-over accepted or declined, and the owner's word that they are still on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from bot.card import Press, Reply, Tone, say
from bot.climb import redraw, settle_ladder, tell, touched
from bot.escalation import Escalation
from bot.incident import Incident
from bot.intent import Intent
from bot.may import Act
from bot.notice import Kind
from bot.turn import Turn
from bot.views import messages
from bot.views.case import already_taken
from bot.views.wording import clock_time
from intents.case import accept, has_opened, open_it


class Handing(Intent):
    """Presses under an offer and under the question whether one is still on it."""

    verbs: ClassVar[Mapping[str, int]] = {"accept": 1, "decline": 1, "still": 1}
    for_vouched: ClassVar[bool] = True

    def answer(self, turn: Turn, press: Press) -> Reply:
        ref = press.args[0].upper()
        incident = turn.work.incidents.get(ref)
        escalation = turn.work.escalations.get(ref)
        if incident is None or escalation is None or not turn.may(Act.TAKE, incident):
            return turn.refuse(press.verb, ref)
        if press.verb == "still":
            return self._still(turn, incident, escalation)
        offered = escalation.offered
        if escalation.taken is None or offered is None or offered.to != turn.person.id:
            return say(messages.note(f"{ref} is not offered to you any more."))
        if press.verb == "decline":
            return self._decline(turn, incident, escalation)
        if not has_opened(turn, incident):
            return open_it(turn, incident, escalation)
        return accept(turn, incident, escalation)

    def _decline(self, turn: Turn, incident: Incident, escalation: Escalation) -> Reply:
        turn.work.escalations.withdraw_offer(incident.ref)
        settle_ladder(turn.work, incident.ref, turn.school)
        turn.audit("decline", incident.ref)
        owner = turn.directory.person(escalation.taken.by) if escalation.taken else None
        if owner is not None:
            nth = int(turn.now.timestamp())
            tell(turn.work, owner, Kind.DECLINED, incident.ref, turn.now, turn.school, nth)
        redraw(turn.work, incident.ref, turn.now)
        name = owner.name if owner else "Its owner"
        return say(messages.note(f"{name} still has {incident.ref} and is being told."))

    def _still(self, turn: Turn, incident: Incident, escalation: Escalation) -> Reply:
        if escalation.taken is None or escalation.taken.by != turn.person.id:
            if escalation.taken is None:
                return say(messages.note(f"Nobody has {incident.ref} now. Open it and take it."))
            return say(already_taken(escalation, turn.directory, incident.ref))
        if escalation.spoken_at is None:
            told = "you are asked until you have spoken to the reporter and said so."
            return say(messages.note(f"{incident.ref}: {told}"))
        touched(turn.work, incident.ref, turn.person.id, turn.now, turn.school)
        turn.audit("still", incident.ref)
        redraw(turn.work, incident.ref, turn.now)
        at = clock_time(turn.now, turn.directory.zone)
        return say(
            messages.note(f"{incident.ref}: still on it, {at}.", tone=Tone.DONE),
            replaces=turn.message.press is not None and turn.message.place.private,
        )


def offer(turn: Turn, ref: str, to: str) -> None:
    """Offer a report to ``to``: until they accept, its owner has it and is asked about it."""
    turn.work.escalations.offer(ref, to, turn.now)
    escalation = turn.work.escalations.get(ref)
    if escalation is not None:
        turn.work.escalations.put(replace(escalation, touched_at=turn.now), None)
    settle_ladder(turn.work, ref, turn.school)
