"""Finds another way for a report that could not be shown where it should have been."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.climb import notice as new_notice
from bot.escalation import Audience, Escalation
from bot.incident import Incident
from bot.ladder import calls_of, reached
from bot.may import Act, may
from bot.notice import Kind, Lane, Notice
from bot.people import Directory, Person
from bot.ports import Work
from bot.put_back import went_another_way
from bot.routes import in_chat, otherwise_to, to_person
from bot.turn import School

NTH = 2**31 - 1
"""The number of the one call by another way; a ladder's own calls have other numbers."""


def reroute_late(work: Work, directory: Directory, school: School, now: datetime) -> None:
    """Take another way for everything that is still not shown after the minutes set for it."""
    for late in work.notices.stranded(now - school.second_route_after):
        reroute(late, work, directory, school, now)


def reroute(late: Notice, work: Work, directory: Directory, school: School, now: datetime) -> None:
    """Call whoever ``late`` was meant for by every other way of theirs, a room's people one by
    one; when nobody has been shown the report, tell its reporter to ring.

    Those who may not know of the report are not called. Nothing is called twice.
    """
    work.notices.rerouted(late, now)
    incident, escalation = work.incidents.get(late.about), work.escalations.get(late.about)
    if late.kind is not Kind.CASE or incident is None or escalation is None:
        return
    if escalation.taken is not None or incident.closed_at is not None:
        return
    for person in _meant(late, incident, escalation, directory, now):
        if not may(person, Act.KNOW, incident, directory, called=True):
            continue
        _call(work, person, Kind.CASE, late, school, now, late.lane)
    _tell_reporter(work, late, incident, escalation, directory, school, now)


def _meant(
    late: Notice,
    incident: Incident,
    escalation: Escalation,
    directory: Directory,
    now: datetime,
) -> tuple[Person, ...]:
    if late.to.person:
        person = directory.person(late.to.person)
        return (person,) if person else ()
    centre = directory.centres.get(incident.centre)
    of_it = centre is not None and late.to.address in centre.it_rooms.values()
    audience = Audience.IT if of_it else Audience.SAFEGUARDING
    return reached(audience, incident, escalation, directory, now)


def _tell_reporter(
    work: Work,
    late: Notice,
    incident: Incident,
    escalation: Escalation,
    directory: Directory,
    school: School,
    now: datetime,
) -> None:
    """Only once nobody has been shown it in the chat, and none may be in a moment: that a mail
    was accepted does not show that anyone knows."""
    calls = [n for n in calls_of(escalation, work.notices.about(incident.ref)) if in_chat(n)]
    young = now - school.second_route_after
    hopeful = [n for n in calls if not n.gone and n.id != late.id and (n.created_at or now) > young]
    if any(n.receipt is not None for n in calls) or (late.gone and hopeful):
        return
    work.notices.redraw(incident.ref, now, Kind.RECEIPT)
    reporter = directory.person(incident.reporter)
    if reporter is None:
        return
    _call(work, reporter, Kind.PHONE, late, school, now, Lane.URGENT)


def _call(
    work: Work, person: Person, kind: Kind, late: Notice, school: School, now: datetime, lane: Lane
) -> None:
    """Owe ``person`` a notice by every way of theirs on which ``late`` is not waiting itself."""
    ref, doubtful = late.about, went_another_way(late, work)
    for to in (*to_person(person, school.platforms), *otherwise_to(person, school.platforms)):
        if (kind, to) != (late.kind, late.to) and not work.notices.waits(kind, ref, to, lane):
            fresh = new_notice(kind, ref, to, now, lane=lane, nth=NTH)
            work.notices.add(replace(fresh, doubtful=doubtful))
