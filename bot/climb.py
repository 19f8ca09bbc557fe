"""Climbs a ladder: turns the calls owed into notices, in the caller's transaction."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from zlib import crc32

from bot import routes
from bot.escalation import Audience, Call, Escalation, Phase, Rung, counter, next_at, owed
from bot.form import Urgency
from bot.incident import Incident
from bot.ladder import calls_of, destinations, looked_at, rungs_for, start, wakes, woken_instead
from bot.may import Act, may
from bot.notice import Destination, Kind, Lane, Notice
from bot.people import Directory, Person
from bot.ports import Work
from bot.recipients import entitled
from bot.siblings import spread
from bot.turn import School

KINDS = {
    Audience.REPORTER: Kind.PHONE,
    Audience.OWNER: Kind.ON_IT,
    Audience.OFFERED: Kind.OFFER,
    Audience.OVERSEER: Kind.OVERDUE,
}
"""What a rung sends; every other one sends the report's card."""

LISTED_EVERY = timedelta(minutes=10)
"""Reminders are one list for each person (and room) in so long a time."""


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
    """Where ``person`` is written to, on the platforms and routes of ``school``."""
    return routes.to_person(person, school.platforms)


def tell(
    work: Work,
    person: Person,
    kind: Kind,
    about: str,
    now: datetime,
    school: School,
    nth: int = 0,
    *,
    lane: Lane = Lane.URGENT,
    waking: bool = False,
) -> None:
    """Owe ``person`` a notice wherever they are written to; if ``waking``, also where it wakes
    them while nobody looks at a chat."""
    asleep = waking and not school.terms.is_open(now)
    also = routes.wakes(person, school.platforms) if asleep else ()
    for to in dict.fromkeys((*to_person(person, school), *also)):
        work.notices.add(notice(kind, about, to, now, lane=lane, nth=nth))


def lane_of(incident: Incident) -> Lane:
    """How soon what a report's ladder sends must go: a drill is behind every alarm."""
    alarm = incident.urgency is Urgency.IMMEDIATE and not incident.drill
    return Lane.URGENT if alarm else Lane.NORMAL


def climb(
    work: Work,
    incident: Incident,
    escalation: Escalation,
    directory: Directory,
    school: School,
    now: datetime,
) -> Escalation:
    """Make every call owed by ``now``; returns the escalation as it was saved."""
    climbed = dict(escalation.climbed)
    for call in owed(escalation, now, school.terms):
        _make(work, call, incident, escalation, directory, school, now)
        climbed[counter(escalation, call.rung)] = call.nth + 1
    saved = replace(escalation, climbed=climbed)
    work.escalations.put(saved, looked_at(incident, saved, school.terms))
    return saved


def _make(
    work: Work,
    call: Call,
    incident: Incident,
    escalation: Escalation,
    directory: Directory,
    school: School,
    now: datetime,
) -> None:
    audience = call.rung.to
    # What is chased once somebody has it waits behind the alarms that nobody has.
    lane = lane_of(incident) if call.rung.during is Phase.WAITING else Lane.NORMAL
    reached = _reached(audience, incident, escalation, directory, school, now)
    kind = KINDS.get(audience, Kind.CASE)
    if call.rung.reminds and not incident.drill:
        # A drill stands on no list: it would make the reports on it wait for each other.
        for to in reached:
            list_for(work, to, lane, now)
        return
    nth = number_of(escalation, call.rung, call.nth)
    if call.rung.when_shut:
        # The receipt says who may look while the school is shut.
        work.notices.redraw(incident.ref, now, Kind.RECEIPT)
    for to in reached:
        if not work.notices.waits(kind, incident.ref, to, lane):
            work.notices.add(notice(kind, incident.ref, to, now, lane=lane, nth=nth))
    nobody = kind is Kind.CASE and all(to.person == incident.reporter for to in reached)
    if nobody and audience is not Audience.ON_CALL:
        _only_the_phone(work, incident, directory, school, now, nth)


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


def list_for(work: Work, to: Destination, lane: Lane, now: datetime) -> None:
    """Owe ``to`` the one list of what still waits, unless one is on its way already."""
    last = work.notices.latest(Kind.REMINDER, to)
    if last is not None and last.receipt is None and last.due_at is not None:
        return
    due = now
    if last is not None:
        after = datetime.fromtimestamp(last.nth * 60, tz=now.tzinfo) + LISTED_EVERY
        # A last one that lies ahead was made before the clock was set back.
        due = max(due, after) if after <= now + 2 * LISTED_EVERY else due
    # Its number is the minute it is for: two processes that owe one make it once between them.
    fresh = notice(Kind.REMINDER, to.lane, to, now, lane=lane, nth=ceil(due.timestamp() / 60))
    work.notices.add(replace(fresh, due_at=due))


def settle_ladder(work: Work, ref: str, school: School) -> None:
    """Note when the ladder must next be looked at, after something was done to the report."""
    escalation = work.escalations.get(ref)
    if escalation is not None:
        work.escalations.put(escalation, next_at(escalation, school.terms))


def touched(work: Work, ref: str, by: str, now: datetime, school: School) -> None:
    """The owner did something about a report: the clock that asks whether they are still on it
    begins anew."""
    escalation = work.escalations.get(ref)
    if escalation is not None and escalation.taken is not None and escalation.taken.by == by:
        again = replace(escalation, touched_at=now)
        work.escalations.put(again, next_at(again, school.terms))


def redraw(work: Work, ref: str, now: datetime) -> None:
    """What was shown of a report is drawn again, and so are the lists it may stand on."""
    work.notices.redraw(ref, now)
    work.notices.redraw_since(Kind.REMINDER, now - 2 * LISTED_EVERY, now)


def _reached(
    audience: Audience,
    incident: Incident,
    escalation: Escalation,
    directory: Directory,
    school: School,
    now: datetime,
) -> tuple[Destination, ...]:
    """Where a call of ``audience`` goes now. At night and in the holidays nobody looks at a chat:
    then a pressing call also goes where it wakes somebody, be it one who took an alarm and fell
    asleep. Only the reporter is never woken."""
    found = destinations(audience, incident, escalation, directory, school.platforms, now)
    if audience is Audience.REPORTER or school.terms.is_open(now) or not wakes(audience, incident):
        return found
    people = filter(None, (directory.person(to.person) for to in found))
    waking = [to for person in people for to in routes.wakes(person, school.platforms)]
    if audience is Audience.ON_CALL and not waking:
        instead = woken_instead(incident, directory, now)
        waking = [to for person in instead for to in routes.wakes(person, school.platforms)]
    return tuple(dict.fromkeys((*found, *waking)))


def reach_newly_entitled(
    work: Work,
    incident: Incident,
    escalation: Escalation,
    directory: Directory,
    school: School,
    now: datetime,
    *,
    only: Audience | None = None,
) -> None:
    """Call again whoever a rung already climbed (of one audience ``only``) would reach now and did
    not reach then."""
    calls = calls_of(escalation, work.notices.about(incident.ref))
    shown = {call.to for call in calls if call.receipt or call.due_at}
    for rung in escalation.rungs:
        made = escalation.climbed.get(rung.name, 0)
        if not made or rung.to in KINDS or rung.reminds or rung.during is not Phase.WAITING:
            continue
        if only not in (None, rung.to):
            continue
        nth = crc32(f"{now.isoformat()} {rung.name}".encode()) >> 1
        for to in _reached(rung.to, incident, escalation, directory, school, now):
            if to not in shown:
                fresh = notice(Kind.CASE, incident.ref, to, now, lane=Lane.URGENT, nth=nth)
                work.notices.add(fresh)


def concern_changed(
    work: Work, ref: str, directory: Directory, school: School, now: datetime
) -> None:
    """After it became known who is part of a report, or roles changed: whoever had it loses it if
    they may not know of it now, and everybody who may is called. What became known holds for the
    reports made of the same thing."""
    for each in (*spread(work, ref), ref):
        _call_whoever_may_know(work, each, directory, school, now)


def _call_whoever_may_know(
    work: Work, ref: str, directory: Directory, school: School, now: datetime
) -> None:
    incident, escalation = work.incidents.get(ref), work.escalations.get(ref)
    if incident is None or escalation is None:
        return
    if escalation.offered is not None and escalation.offered.to in incident.kept_from():
        work.escalations.withdraw_offer(ref)
        escalation = replace(escalation, offered=None)
    if incident.closed_at is None and lost_its_owner(incident, escalation, directory):
        escalation = start(incident, now)
        work.escalations.restart(escalation, now)
    moved = climb(work, incident, escalation, directory, school, now)
    reach_newly_entitled(work, incident, moved, directory, school, now)
    if all(person.id == incident.reporter for person in entitled(incident, directory)):
        nth = crc32(f"{now.isoformat()} nobody".encode()) >> 1
        _only_the_phone(work, incident, directory, school, now, nth)
    work.notices.redraw(ref, now)
    # A list shown long ago may name it to somebody who must not know of it any more.
    work.notices.redraw_since(Kind.REMINDER, incident.reported_at, now)


def lost_its_owner(incident: Incident, escalation: Escalation, directory: Directory) -> bool:
    """Whether a report was taken by somebody who may not know of it any more."""
    if escalation.taken is None:
        return False
    owner = directory.person(escalation.taken.by)
    return owner is None or not may(owner, Act.TAKE, incident, directory, called=True)


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
    # It is an alarm only now: everybody is alerted once more, and the minutes begin.
    faster = start(hastened, now) if escalation.taken is None else escalation
    faster = replace(faster, rungs=rungs_for(incident.route, Urgency.IMMEDIATE))
    climb(work, hastened, faster, directory, school, now)
    redraw(work, incident.ref, now)


def number_of(escalation: Escalation, rung: Rung, nth: int) -> int:
    """One number for each call of each rung of this ladder, so that two rungs may call the same
    person, and a ladder begun anew calls everybody again."""
    name = counter(escalation, rung)
    return crc32(f"{escalation.started_at.isoformat()} {name} {nth}".encode()) >> 1
