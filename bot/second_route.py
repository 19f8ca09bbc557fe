"""Finds another way for a report that could not be shown where it should have been."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zlib import crc32

from bot.climb import notice as new_notice
from bot.escalation import Audience, Escalation
from bot.incident import Incident
from bot.ladder import calls_of, reached
from bot.may import Act, may
from bot.notice import Kind, Lane, Notice
from bot.people import Directory, Person
from bot.platforms import ROUTES
from bot.ports import Work
from bot.put_back import went_another_way
from bot.routes import in_chat, otherwise_to, to_person
from bot.turn import School

KINDS = (Kind.CASE, Kind.ON_IT, Kind.OFFER, Kind.OVERDUE, Kind.REPLY, Kind.STUCK)
"""What is not left to a chat that answers nobody; anything else may wait for it."""

AGAIN = timedelta(hours=1)
"""After so long in which it is still not shown another way is taken once more."""


def number_of_other_way(escalation: Escalation) -> int:
    """The number of a ladder's call by another way, one however many of its calls are not shown:
    a ladder begun anew, or a faster one, has another."""
    began, rungs = escalation.started_at.isoformat(), [rung.name for rung in escalation.rungs]
    return crc32(f"{began} {rungs} another way".encode()) >> 1


def reroute_late(work: Work, directory: Directory, school: School, now: datetime) -> None:
    """Take another way for everything that is still not shown after the minutes set for it."""
    for late in work.notices.stranded(KINDS, now - school.second_route_after, now - AGAIN):
        reroute(late, work, directory, school, now)


def reroute(late: Notice, work: Work, directory: Directory, school: School, now: datetime) -> None:
    """Call whoever ``late`` was meant for by every other way of theirs, a room's people one by
    one; when nobody has been shown a report that waits, tell its reporter to ring.

    Those who may not know of the report are not called. Nothing is called twice, also where
    several processes find ``late`` at once.
    """
    if late.kind not in KINDS or not work.notices.rerouted(late, now, now - AGAIN):
        return
    incident, escalation = work.incidents.get(late.about), work.escalations.get(late.about)
    if late.kind is Kind.STUCK:
        _pass_on(late, None, work, directory, school, now)
    elif incident is None or escalation is None or incident.closed_at is not None:
        return
    elif late.kind is not Kind.CASE:
        _pass_on(late, incident, work, directory, school, now)
    elif escalation.taken is None:
        number = number_of_other_way(escalation)
        for person in _meant(late, incident, escalation, directory, now):
            if may(person, Act.KNOW, incident, directory, called=True):
                _call(work, person, Kind.CASE, late, school, now, late.lane, number)
        _tell_reporter(work, late, incident, escalation, directory, school, now)


def _pass_on(
    late: Notice,
    incident: Incident | None,
    work: Work,
    directory: Directory,
    school: School,
    now: datetime,
) -> None:
    """Say the same to the same person by mail and text; each time with a number of its own."""
    person = directory.person(late.to.person)
    if person is None or late.to.platform in ROUTES:
        return
    if incident is not None and not may(person, Act.KNOW, incident, directory, called=True):
        return
    number = crc32(f"{late.id} {now.isoformat()}".encode()) >> 1
    for to in otherwise_to(person, school.platforms):
        if not work.notices.waits(late.kind, late.about, to, late.lane):
            again = new_notice(late.kind, late.about, to, now, lane=late.lane, nth=number)
            work.notices.add(again)


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
    number = number_of_other_way(escalation)
    _call(work, reporter, Kind.PHONE, late, school, now, Lane.URGENT, number)


def _call(
    work: Work,
    person: Person,
    kind: Kind,
    late: Notice,
    school: School,
    now: datetime,
    lane: Lane,
    number: int,
) -> None:
    """Owe ``person`` a notice by every way of theirs on which ``late`` is not waiting itself."""
    ref, doubtful = late.about, went_another_way(late, work)
    for to in (*to_person(person, school.platforms), *otherwise_to(person, school.platforms)):
        if (kind, to) != (late.kind, late.to) and not work.notices.waits(kind, ref, to, lane):
            fresh = new_notice(kind, ref, to, now, lane=lane, nth=number)
            work.notices.add(replace(fresh, doubtful=doubtful))
