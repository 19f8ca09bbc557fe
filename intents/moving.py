"""Moves a report to the centre where the child is, and says honestly what became of it."""

from __future__ import annotations

from bot.climb import concern_changed, tell
from bot.incident import Concern, Incident
from bot.notice import Kind
from bot.recipients import SAFEGUARDING_ROLES
from bot.turn import Turn
from bot.views.case import read
from intents.naming import note_named


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
    _keep_out_again(turn, incident, found)
    concern_changed(work, ref, turn.directory, turn.school, turn.now)
    after = work.escalations.get(ref)
    if before is None or before.taken is None or (after and after.taken):
        return
    nth = int(turn.now.timestamp())
    for person_id, kind in ((before.taken.by, Kind.PASSED_ON), (incident.reporter, Kind.TAKEN)):
        person = turn.directory.person(person_id)
        if person is not None:
            tell(work, person, kind, ref, turn.now, turn.school, nth)


def _keep_out_again(turn: Turn, incident: Incident, centre: str) -> None:
    """If somebody kept out of it is a DSL or deputy there, so are all of them; and the words are
    read once more for the roles of that centre."""
    there = [
        person for role in SAFEGUARDING_ROLES for person in turn.directory.holders(role, centre)
    ]
    subjects = {person for person, how in incident.concerns if how is Concern.SUBJECT}
    if any(person.id in subjects for person in there):
        for person in there:
            if person.id != incident.reporter:
                turn.work.incidents.concern(incident.ref, person.id, Concern.SUBJECT)
    for entry in turn.work.incidents.entries(incident.ref):
        if entry.author == incident.reporter and entry.step not in ("told", "number"):
            note_named(turn, incident.ref, read(entry.words))
