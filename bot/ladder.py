"""Which ladder a report climbs, and which people and rooms each of its rungs reaches."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.escalation import Audience, Escalation, Rung
from bot.form import Route, Urgency
from bot.incident import Incident
from bot.may import room_may_know
from bot.notice import Destination
from bot.people import Directory, Person, Role


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


CHILD_NOW = (
    Rung("dsl", Audience.SAFEGUARDING, minutes(0), every=minutes(5)),
    Rung("principal", Audience.PRINCIPAL, minutes(5), every=minutes(15)),
    Rung("reporter", Audience.REPORTER, minutes(10), every=minutes(15)),
    Rung("owner", Audience.OWNER, minutes(15), every=minutes(15)),
)
CHILD_TODAY = (
    Rung("dsl", Audience.SAFEGUARDING, minutes(0)),
    Rung("again", Audience.SAFEGUARDING, minutes(30), every=minutes(30), school_time=True),
    Rung("principal", Audience.PRINCIPAL, minutes(60), every=minutes(60), school_time=True),
    Rung("reporter", Audience.REPORTER, minutes(60), school_time=True),
)
ADULT = (
    Rung("principal", Audience.PRINCIPAL, minutes(0), every=minutes(10)),
    Rung("reporter", Audience.REPORTER, minutes(10), every=minutes(30)),
    Rung("chair", Audience.CHAIR, minutes(30), every=minutes(30)),
    Rung("owner", Audience.OWNER, minutes(60), every=minutes(60)),
)
SITE = (
    Rung("it", Audience.IT, minutes(0)),
    Rung("dsl", Audience.SAFEGUARDING, minutes(0)),
    Rung("again", Audience.IT, minutes(120), every=minutes(120), school_time=True),
    Rung("dsl-again", Audience.SAFEGUARDING, minutes(240), every=minutes(240), school_time=True),
)


def rungs_for(route: Route, urgency: Urgency) -> tuple[Rung, ...]:
    """The ladder of a report: harm, disclosure and "not sure" climb in minutes at any hour."""
    if route is Route.ADULT:
        return ADULT
    if urgency is Urgency.IMMEDIATE:
        return CHILD_NOW if route is Route.CHILD else (SITE[0], *CHILD_NOW)
    return CHILD_TODAY if route is Route.CHILD else SITE


def start(incident: Incident, now: datetime) -> Escalation:
    return Escalation(incident.ref, now, rungs_for(incident.route, incident.urgency), {})


def reached(
    audience: Audience, incident: Incident, escalation: Escalation, directory: Directory
) -> tuple[Person, ...]:
    """The people a rung calls.

    A rung that nobody is left to answer goes to the Principal, else to the chair; the
    reporter's rungs are the reporter's.
    """
    without = incident.kept_from()
    if audience is Audience.REPORTER:
        reporter = directory.person(incident.reporter)
        return (reporter,) if reporter else ()
    if audience is Audience.OWNER:
        owner = directory.person(escalation.taken.by) if escalation.taken else None
        return (owner,) if owner and owner.id not in without else ()
    found: tuple[Person, ...] = ()
    if audience is Audience.SAFEGUARDING and incident.route is not Route.ADULT:
        found = (
            *directory.holders(Role.DSL, incident.centre, without=without),
            *directory.holders(Role.DEPUTY, incident.centre, without=without),
        )
    elif audience is Audience.IT:
        found = directory.holders(Role.IT, incident.centre, without=without)
    elif audience is Audience.CHAIR:
        found = directory.holders(Role.CHAIR, without=without)
    found = found or directory.holders(Role.PRINCIPAL, without=without)
    return tuple(dict.fromkeys(found)) or directory.holders(Role.CHAIR, without=without)


ROOMS = (Audience.SAFEGUARDING, Audience.IT)
"""The rungs that also call in a private room, where it may know."""


def destinations(
    audience: Audience,
    incident: Incident,
    escalation: Escalation,
    directory: Directory,
    platforms: Iterable[str],
) -> tuple[Destination, ...]:
    """Every room and account that a rung reaches, on the platforms in use."""
    people = reached(audience, incident, escalation, directory)
    found: list[Destination] = []
    centre = directory.centres.get(incident.centre)
    for platform in platforms:
        if centre is not None and audience in ROOMS:
            rooms = centre.it_rooms if audience is Audience.IT else centre.dsl_rooms
            room = rooms.get(platform, "")
            if room_may_know(room, incident, directory):
                found.append(Destination(platform, room))
        found.extend(
            Destination(platform, identity.user, person.id)
            for person in people
            for identity in person.identities
            if identity.platform == platform
        )
    return tuple(found)
