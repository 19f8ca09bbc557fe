"""Climbs a ladder: turns the calls owed into notices, in the caller's transaction."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime
from zlib import crc32

from bot.escalation import Audience, Escalation, next_at, owed
from bot.form import Urgency
from bot.incident import Incident
from bot.ladder import destinations, rungs_for, start
from bot.may import Act, entitled, may
from bot.notice import Destination, Kind, Lane, Notice
from bot.people import Directory, Person
from bot.ports import Work
from bot.turn import School

KINDS = {Audience.REPORTER: Kind.PHONE, Audience.OWNER: Kind.ON_IT}


def notice(
    kind: Kind,
    about: str,
    to: Destination,
    now: datetime,
    *,
    lane: Lane = Lane.NORMAL,
    nth: int = 0,
) -> Notice:
    """A new notice, due at once."""
    return Notice(secrets.token_hex(8), kind, about, to, lane, now, nth, created_at=now)


def to_person(person: Person, school: School) -> tuple[Destination, ...]:
    """The person's own messages on every platform in use."""
    return tuple(
        Destination(identity.platform, identity.user, person.id)
        for platform in school.platforms
        for identity in person.identities
        if identity.platform == platform
    )


def tell(
    work: Work, person: Person, kind: Kind, about: str, now: datetime, school: School, nth: int = 0
) -> None:
    """Owe ``person`` a notice on every platform of theirs."""
    for to in to_person(person, school):
        work.notices.add(notice(kind, about, to, now, lane=Lane.URGENT, nth=nth))


def climb(
    work: Work,
    incident: Incident,
    escalation: Escalation,
    directory: Directory,
    school: School,
    now: datetime,
) -> Escalation:
    """Make every call owed by ``now``; returns the escalation as it was saved."""
    lane = Lane.URGENT if incident.urgency is Urgency.IMMEDIATE else Lane.NORMAL
    climbed = dict(escalation.climbed)
    for call in owed(escalation, now, school.terms):
        kind = KINDS.get(call.rung.to, Kind.CASE)
        nth = _number(escalation, call.rung.name, call.nth)
        reached = destinations(call.rung.to, incident, escalation, directory, school.platforms)
        for to in reached:
            work.notices.add(notice(kind, incident.ref, to, now, lane=lane, nth=nth))
        if kind is Kind.CASE and all(to.person == incident.reporter for to in reached):
            _only_the_phone(work, incident, directory, school, now, nth)
        climbed[call.rung.name] = call.nth + 1
    saved = replace(escalation, climbed=climbed)
    work.escalations.put(saved, next_at(saved, now, school.terms))
    return saved


def tell_unreadable(
    work: Work, incident: Incident, directory: Directory, school: School, now: datetime
) -> None:
    """Owe everybody who may read a report one word, once, that part of it cannot be read."""
    for person in entitled(incident, directory):
        tell(work, person, Kind.UNREADABLE, incident.ref, now, school)


def _only_the_phone(
    work: Work, incident: Incident, directory: Directory, school: School, now: datetime, nth: int
) -> None:
    """Nobody but the reporter can be called: the telephone is all there is, and they must know
    now."""
    reporter = directory.person(incident.reporter)
    if reporter is not None:
        tell(work, reporter, Kind.PHONE, incident.ref, now, school, nth)


def reach_newly_entitled(
    work: Work,
    incident: Incident,
    escalation: Escalation,
    directory: Directory,
    school: School,
    now: datetime,
) -> None:
    """Call again whoever a rung already climbed would reach now and did not reach then."""
    shown = {
        notice.to
        for notice in work.notices.about(incident.ref)
        if notice.kind is Kind.CASE and notice.receipt is not None
    }
    for rung in escalation.rungs:
        made = escalation.climbed.get(rung.name, 0)
        if not made or rung.to in KINDS:
            continue
        nth = crc32(f"{now.isoformat()} {rung.name}".encode()) >> 1
        for to in destinations(rung.to, incident, escalation, directory, school.platforms):
            if to not in shown:
                fresh = notice(Kind.CASE, incident.ref, to, now, lane=Lane.URGENT, nth=nth)
                work.notices.add(fresh)


def concern_changed(
    work: Work, ref: str, directory: Directory, school: School, now: datetime
) -> None:
    """After it became known who is part of a report, or roles changed: whoever had it loses it if
    they may not know of it now, and everybody who may is called."""
    incident, escalation = work.incidents.get(ref), work.escalations.get(ref)
    if incident is None or escalation is None:
        return
    if lost_its_owner(incident, escalation, directory):
        escalation = start(incident, now)
        work.escalations.restart(escalation, now)
    moved = climb(work, incident, escalation, directory, school, now)
    reach_newly_entitled(work, incident, moved, directory, school, now)
    if all(person.id == incident.reporter for person in entitled(incident, directory)):
        nth = crc32(f"{now.isoformat()} nobody".encode()) >> 1
        _only_the_phone(work, incident, directory, school, now, nth)
    work.notices.redraw(ref, now)


def lost_its_owner(incident: Incident, escalation: Escalation, directory: Directory) -> bool:
    """Whether a report was taken by somebody who may not know of it any more."""
    if escalation.taken is None:
        return False
    owner = directory.person(escalation.taken.by)
    return owner is None or not may(owner, Act.KNOW, incident, directory, called=True)


def raise_urgency(
    work: Work,
    incident: Incident,
    escalation: Escalation,
    directory: Directory,
    school: School,
    now: datetime,
) -> None:
    """Move a report to the fastest ladder of its route; there is no way down."""
    if incident.urgency is Urgency.IMMEDIATE:
        return
    work.incidents.hasten(incident.ref)
    hastened = replace(incident, urgency=Urgency.IMMEDIATE)
    faster = replace(escalation, rungs=rungs_for(incident.route, Urgency.IMMEDIATE))
    climb(work, hastened, faster, directory, school, now)


def _number(escalation: Escalation, rung: str, nth: int) -> int:
    """One number for each call of each rung of this ladder, so that two rungs may call the same
    person, and a ladder begun anew calls everybody again."""
    return crc32(f"{escalation.started_at.isoformat()} {rung} {nth}".encode()) >> 1
