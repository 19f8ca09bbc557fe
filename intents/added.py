"""Words added to a report reach whoever has it; one that was closed is open again, as if new."""

from __future__ import annotations

from dataclasses import replace

from bot.climb import climb, redraw, tell
from bot.escalation import Audience
from bot.incident import Incident
from bot.ladder import reached, start
from bot.notice import Kind
from bot.turn import Turn
from intents.naming import ask_reporter, look_again


def tell_of_words(turn: Turn, ref: str, nth: int) -> bool:
    """Tell of words this person has just added; whether the report, closed before, is open again.

    While nobody has it everybody is being called to it anyway. ``nth`` tells one message to the
    owner apart from the next.
    """
    incident, escalation = turn.work.incidents.get(ref), turn.work.escalations.get(ref)
    if incident is None or escalation is None:
        return False
    if incident.closed_at is not None and incident.reporter == turn.person.id:
        open_again(turn, incident)
        return True
    if escalation.taken is not None:
        people = reached(Audience.OWNER, incident, escalation, turn.directory, turn.now)
        for person in people:
            if person.id != turn.person.id:
                tell(turn.work, person, Kind.REPLY, ref, turn.now, turn.school, nth)
    return False


def open_again(turn: Turn, incident: Incident) -> None:
    """Open a closed report: nobody has it, and everybody is called as for a new one, but those
    whom its words name and who held no role when it was last looked through."""
    work, ref = turn.work, incident.ref
    turn.audit("reopen", ref)
    work.incidents.reopen(ref)
    named = look_again(work, incident, work.incidents.entries(ref), turn.directory.role_holders())
    opened = work.incidents.get(ref) or replace(incident, closed_at=None)
    escalation = start(opened, turn.now)
    work.escalations.restart(escalation, turn.now, again=True)
    climb(work, opened, escalation, turn.directory, turn.school, turn.now)
    nth = int(turn.now.timestamp())
    tell(work, turn.person, Kind.RECEIPT, ref, turn.now, turn.school, nth)
    if named:
        ask_reporter(work, opened, turn.directory, turn.school, turn.now)
    redraw(work, ref, turn.now)
