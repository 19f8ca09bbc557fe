"""Takes a report in: its record, its ladder, its first calls and its receipt, or nothing of it."""

from __future__ import annotations

from datetime import datetime

from bot.climb import climb, tell
from bot.incident import Incident, new_ref
from bot.ladder import start
from bot.notice import Kind, Lane
from bot.people import Directory
from bot.ports import Work
from bot.turn import School


def unused_ref(work: Work) -> str:
    """A reference that no report has."""
    while work.incidents.get(ref := new_ref()) is not None:
        continue
    return ref


def take_in(
    work: Work, incident: Incident, directory: Directory, school: School, now: datetime
) -> None:
    """Keep a new report and call whoever is called first, in the caller's transaction."""
    work.incidents.add(incident)
    climb(work, incident, start(incident, now), directory, school, now)
    reporter = directory.person(incident.reporter)
    if reporter is not None:
        lane = Lane.NORMAL if incident.drill else Lane.URGENT
        tell(work, reporter, Kind.RECEIPT, incident.ref, now, school, lane=lane)
    act = "drill" if incident.drill else "report"
    work.audit.record(now, incident.reporter, act, incident.ref, incident.form, incident.register)
