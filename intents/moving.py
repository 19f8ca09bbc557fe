"""Moves a report to the centre where the child is, and says honestly what became of it."""

from __future__ import annotations

from bot.afresh import concern_changed
from bot.climb import tell
from bot.incident import Incident
from bot.notice import Kind
from bot.turn import Turn
from intents.naming import regroup


def move(turn: Turn, incident: Incident, name: str) -> None:
    """Call the DSL of the centre called ``name``, where the child is.

    Whoever has it keeps it only if they hold a role there; otherwise they are told that they no
    longer have it, and the reporter that somebody else is called. Who is kept out of it is asked
    again for the new centre: the DSL the words speak of is now another one.
    """
    work, ref = turn.work, incident.ref
    found = next((c.id for c in turn.directory.centres.values() if c.name == name), None)
    if found is None or found == incident.centre:
        return
    before = work.escalations.get(ref)
    work.incidents.move(ref, found)
    turn.audit("move", ref, found)
    regroup(turn, ref)
    concern_changed(work, ref, turn.directory, turn.school, turn.now)
    after = work.escalations.get(ref)
    if before is None or before.taken is None or (after and after.taken):
        return
    nth = int(turn.now.timestamp())
    for person_id, kind in ((before.taken.by, Kind.PASSED_ON), (incident.reporter, Kind.TAKEN)):
        person = turn.directory.person(person_id)
        if person is not None:
            tell(work, person, kind, ref, turn.now, turn.school, nth)
