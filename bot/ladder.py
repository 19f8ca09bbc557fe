"""Which ladder a report climbs, and which people and rooms each of its rungs reaches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from bot.escalation import Audience, Escalation, Phase, Rung, SchoolTime, call_at, next_at
from bot.form import Route, Urgency
from bot.incident import Incident
from bot.may import Act, may, room_may_know
from bot.notice import Destination, Kind, Notice
from bot.people import Directory, Person, Role
from bot.recipients import ROLES, called, entitled, members, present
from bot.routes import to_person


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


SCHOOL_DAY = minutes(8 * 60)
"""What "a school day later" is in school time, however long the school's own day."""


def chased(
    every: timedelta,
    told: timedelta,
    then: timedelta,
    *,
    most: int | None = None,
    school_time: bool = False,
) -> tuple[Rung, ...]:
    """The second clock: it asks the owner ``every`` so often whether they have spoken to the
    reporter, without end, or ``most`` times and after that ``then``; somebody above them is
    ``told``, and again after four times ``then``. Once they have spoken it asks whether they are
    still on it, a school day apart. An offer that is not accepted is repeated to whom it was made.
    """
    owner = [Rung("owner", Audience.OWNER, every, every, school_time, Phase.TAKEN, most)]
    if most is not None:
        late = every * most + then
        owner.append(Rung("owner-later", Audience.OWNER, late, then, school_time, Phase.TAKEN))
    return (
        *owner,
        Rung("overseer", Audience.OVERSEER, told, then * 4, school_time, Phase.TAKEN),
        Rung("still", Audience.OWNER, SCHOOL_DAY, SCHOOL_DAY, True, Phase.WORKING),
        Rung("forgotten", Audience.OVERSEER, SCHOOL_DAY * 5, SCHOOL_DAY * 5, True, Phase.WORKING),
        Rung("offer", Audience.OFFERED, every, every, school_time, Phase.OFFERED, 4),
    )


AT_ONCE = chased(minutes(15), minutes(60), minutes(60))
TODAY = chased(minutes(120), minutes(360), SCHOOL_DAY, most=2, school_time=True)

CHILD_NOW = (
    Rung("dsl", Audience.SAFEGUARDING, minutes(0)),
    Rung("principal", Audience.PRINCIPAL, minutes(5)),
    Rung("dsl-again", Audience.SAFEGUARDING, minutes(10), every=minutes(10), reminds=True),
    Rung("reporter", Audience.REPORTER, minutes(10), every=minutes(15)),
    Rung("principal-again", Audience.PRINCIPAL, minutes(15), every=minutes(10), reminds=True),
    *AT_ONCE,
)
CHILD_TODAY = (
    Rung("dsl", Audience.SAFEGUARDING, minutes(0)),
    Rung("on-call", Audience.ON_CALL, minutes(0), when_shut=True),
    Rung("dsl-again", Audience.SAFEGUARDING, minutes(30), minutes(30), True, reminds=True),
    Rung("principal", Audience.PRINCIPAL, minutes(60), school_time=True),
    Rung("reporter", Audience.REPORTER, minutes(60), minutes(240), True),
    Rung("principal-again", Audience.PRINCIPAL, minutes(120), minutes(60), True, reminds=True),
    *TODAY,
)
ADULT = (
    Rung("principal", Audience.PRINCIPAL, minutes(0)),
    Rung("principal-again", Audience.PRINCIPAL, minutes(10), minutes(10), reminds=True),
    Rung("reporter", Audience.REPORTER, minutes(10)),
    Rung("chair", Audience.CHAIR, minutes(15)),
    Rung("chair-again", Audience.CHAIR, minutes(25), minutes(10), reminds=True),
    Rung("authority", Audience.REPORTER, minutes(30), minutes(30)),
    *AT_ONCE,
)
SITE = (
    Rung("it", Audience.IT, minutes(0)),
    Rung("dsl", Audience.SAFEGUARDING, minutes(0)),
    Rung("again", Audience.IT, minutes(120), minutes(120), True, reminds=True),
    Rung("dsl-again", Audience.SAFEGUARDING, minutes(240), minutes(240), True, reminds=True),
    Rung("principal", Audience.PRINCIPAL, SCHOOL_DAY, school_time=True),
    *TODAY,
)
ROUTINE = (
    Rung("it", Audience.IT, minutes(0), school_time=True),
    Rung("dsl", Audience.SAFEGUARDING, minutes(0), school_time=True),
    Rung("again", Audience.IT, SCHOOL_DAY, SCHOOL_DAY, True, reminds=True),
    Rung("dsl-again", Audience.SAFEGUARDING, 2 * SCHOOL_DAY, SCHOOL_DAY, True, reminds=True),
    *chased(SCHOOL_DAY, 5 * SCHOOL_DAY, 5 * SCHOOL_DAY, most=2, school_time=True),
)

LADDERS: Mapping[tuple[Route, Urgency], tuple[Rung, ...]] = {
    **{(Route.ADULT, urgency): ADULT for urgency in Urgency},
    **{(Route.CHILD, urgency): CHILD_TODAY for urgency in Urgency},
    (Route.CHILD, Urgency.IMMEDIATE): CHILD_NOW,
    (Route.SITE, Urgency.IMMEDIATE): (SITE[0], *CHILD_NOW),
    (Route.SITE, Urgency.SAME_DAY): SITE,
    (Route.SITE, Urgency.ROUTINE): ROUTINE,
}
"""Harm, disclosure and "not sure" climb in minutes at any hour; a report about an adult always
does; what concerns a child is never routine."""


def rungs_for(route: Route, urgency: Urgency) -> tuple[Rung, ...]:
    """The ladder of a report of this kind."""
    return LADDERS[route, urgency]


def start(incident: Incident, now: datetime) -> Escalation:
    return Escalation(incident.ref, now, rungs_for(incident.route, incident.urgency))


def calls_of(escalation: Escalation, notices: Iterable[Notice]) -> list[Notice]:
    """The calls to a report since its ladder began: a card shown before that, to whoever had it
    then, shows nobody that it waits now."""
    began = escalation.started_at
    return [
        each
        for each in notices
        if each.kind is Kind.CASE
        and (each.receipt is None or max(each.receipt.at, each.created_at or began) >= began)
    ]


LAST_WORD = minutes(10)
"""How long somebody may still take a drill once its last rung has called."""


def drill_over_at(escalation: Escalation, clock: SchoolTime) -> datetime:
    """When a drill that nobody takes is over: a real report is called on for ever."""
    waiting = (rung for rung in escalation.rungs if rung.during is Phase.WAITING)
    last = max((call_at(escalation, rung, 0, clock) for rung in waiting), default=None)
    return (last or escalation.started_at) + LAST_WORD


def looked_at(incident: Incident, escalation: Escalation, clock: SchoolTime) -> datetime | None:
    """When the ladder of a report must next be looked at, ``None`` when it owes no more."""
    due = next_at(escalation, clock)
    if due is None or not incident.drill:
        return due
    return min(due, drill_over_at(escalation, clock))


def reached(
    audience: Audience,
    incident: Incident,
    escalation: Escalation,
    directory: Directory,
    now: datetime,
) -> tuple[Person, ...]:
    """The people a rung calls. Nobody the report is kept from is ever among them."""
    match audience:
        case Audience.REPORTER:
            reporter = directory.person(incident.reporter)
            return (reporter,) if reporter else ()
        case Audience.OWNER:
            return _owner_or_cover(incident, escalation, directory, now)
        case Audience.OFFERED:
            to = directory.person(escalation.offered.to) if escalation.offered else None
            return (to,) if to and to.id not in incident.kept_from() else ()
        case Audience.OVERSEER:
            return _overseers(incident, escalation, directory, now)
        case Audience.ON_CALL:
            on_call = [
                person
                for person in entitled(incident, directory)
                if person.holds(Role.ON_CALL, incident.centre) and person.id != incident.reporter
            ]
            # Nobody of them here: whoever is woken instead (see :func:`woken_instead`).
            return present(on_call, now)
    return called(audience, incident, directory, now)


def wakes(audience: Audience, incident: Incident) -> bool:
    """Whether a call may wake people at night: any call of an alarm, else those on call."""
    return incident.urgency is Urgency.IMMEDIATE or audience is Audience.ON_CALL


def woken_instead(incident: Incident, directory: Directory, now: datetime) -> tuple[Person, ...]:
    """Whom a call to those on call wakes where none of them is here or can be: the report's
    own."""
    people = called(Audience.SAFEGUARDING, incident, directory, now)
    return tuple(person for person in people if person.id != incident.reporter)


def to_be_woken(
    incident: Incident, escalation: Escalation, directory: Directory, now: datetime
) -> tuple[Person, ...]:
    """The role-holders whom the ladder of a report may wake."""
    audiences = {rung.to for rung in escalation.rungs} & {*ROLES, Audience.ON_CALL}
    found = [
        person
        for audience in audiences
        if wakes(audience, incident)
        for person in reached(audience, incident, escalation, directory, now)
    ]
    if Audience.ON_CALL in audiences:
        found += woken_instead(incident, directory, now)
    return tuple(dict.fromkeys(found))


SOON_SHUT = minutes(60)
"""How long before the school closes a receipt says that what waits until morning will rest."""


def rests_from(incident: Incident, clock: SchoolTime, now: datetime) -> datetime:
    """From when on nobody may look at a report: now, or, for what is no alarm, when the school
    closes if that is soon."""
    shut = clock.shut_from(now)
    soon = incident.urgency is Urgency.SAME_DAY and shut - now <= SOON_SHUT
    return shut if soon else now


def _owner_or_cover(
    incident: Incident, escalation: Escalation, directory: Directory, now: datetime
) -> tuple[Person, ...]:
    """Whoever has it; while they are away, whoever could take it over as well; only those if
    the owner holds no role any more that lets them."""
    owner = directory.person(escalation.taken.by) if escalation.taken else None
    if owner is None or not may(owner, Act.TAKE, incident, directory, called=True):
        return called(_first_audience(incident), incident, directory, now)
    if not owner.away(now):
        return (owner,)
    cover = called(_first_audience(incident), incident, directory, now)
    return tuple(dict.fromkeys((owner, *cover)))


def _overseers(
    incident: Incident, escalation: Escalation, directory: Directory, now: datetime
) -> tuple[Person, ...]:
    """Who is told that an owner is late: the Principal, and in the Principal's own cases the
    DSL, or the chair for a report about an adult."""
    owner = escalation.taken.by if escalation.taken else ""
    adult = incident.route is Route.ADULT
    for audience in (Audience.PRINCIPAL, Audience.CHAIR if adult else Audience.SAFEGUARDING):
        others = [p for p in members(audience, incident, directory) if p.id != owner]
        if others:
            return present(others, now) or tuple(others)
    return tuple(p for p in entitled(incident, directory) if p.id != owner)


def _first_audience(incident: Incident) -> Audience:
    adult = incident.route is Route.ADULT
    return Audience.PRINCIPAL if adult else Audience.SAFEGUARDING


ROOMS = (Audience.SAFEGUARDING, Audience.IT)
"""The rungs that also call in a private room, where it may know."""


def destinations(
    audience: Audience,
    incident: Incident,
    escalation: Escalation,
    directory: Directory,
    platforms: Collection[str],
    now: datetime,
) -> tuple[Destination, ...]:
    """Every room and account that a rung reaches, on the platforms in use."""
    people = reached(audience, incident, escalation, directory, now)
    found: list[Destination] = []
    centre = directory.centres.get(incident.centre)
    for platform in platforms:
        if centre is not None and audience in ROOMS:
            rooms = centre.it_rooms if audience is Audience.IT else centre.dsl_rooms
            room = rooms.get(platform, "")
            if room_may_know(room, incident, directory):
                found.append(Destination(platform, room))
    for person in people:
        found.extend(to_person(person, platforms))
    return tuple(found)
