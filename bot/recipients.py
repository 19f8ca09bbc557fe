"""The one table of who a report is for: each audience's roles, and each route's audiences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.escalation import Audience
from bot.form import Route
from bot.incident import Incident
from bot.people import Directory, Person, Role

SAFEGUARDING_ROLES = (Role.DSL, Role.DEPUTY)

ROLES: Mapping[Audience, tuple[Role, ...]] = {
    Audience.SAFEGUARDING: SAFEGUARDING_ROLES,
    Audience.PRINCIPAL: (Role.PRINCIPAL,),
    Audience.CHAIR: (Role.CHAIR,),
    Audience.IT: (Role.IT,),
}
"""The roles behind an audience; the Principal's and the chair's are the whole school's."""

READERS: Mapping[Route, tuple[Audience, ...]] = {
    Route.CHILD: (Audience.SAFEGUARDING, Audience.PRINCIPAL),
    Route.SITE: (Audience.SAFEGUARDING, Audience.PRINCIPAL),
    Route.ADULT: (Audience.PRINCIPAL,),
}
"""Who may open a report of a route; the chair when nobody of them is left (rule zero)."""

TO_RING: Mapping[Route, tuple[Audience, ...]] = {
    Route.CHILD: (Audience.SAFEGUARDING, Audience.PRINCIPAL),
    Route.SITE: (Audience.SAFEGUARDING, Audience.PRINCIPAL),
    Route.ADULT: (Audience.PRINCIPAL, Audience.CHAIR),
}
"""Whom the reporter is told to ring, in this order."""


def members(audience: Audience, incident: Incident, directory: Directory) -> tuple[Person, ...]:
    """Who holds the roles of ``audience`` for the report's centre, minus those it concerns."""
    without = incident.kept_from()
    found = (
        person
        for role in ROLES[audience]
        for person in directory.holders(role, _centre(audience, incident), without=without)
    )
    return tuple(dict.fromkeys(found))


def entitled(incident: Incident, directory: Directory) -> tuple[Person, ...]:
    """The role-holders who may open a report: those of its route minus those it concerns.

    Nobody left: the chair, unless the chair is concerned too (rule zero; Keeping Children Safe
    in Education, Part Four).
    """
    found = [p for a in READERS[incident.route] for p in members(a, incident, directory)]
    return tuple(dict.fromkeys(found)) or members(Audience.CHAIR, incident, directory)


def called(
    audience: Audience, incident: Incident, directory: Directory, now: datetime
) -> tuple[Person, ...]:
    """Whom a call to ``audience`` reaches: those of it who are here, else the next who are.

    Somebody away is skipped, but never so that nobody remains: with everybody away the first
    audience that has anyone is called all the same.
    """
    first = () if _closed_to(audience, incident) else members(audience, incident, directory)
    groups = (
        first,
        members(Audience.PRINCIPAL, incident, directory),
        *([entitled(incident, directory)] if audience is not Audience.CHAIR else []),
        members(Audience.CHAIR, incident, directory),
    )
    open_to = groups if incident.route is Route.ADULT else groups[:-1]
    return next((here for group in open_to if (here := present(group, now))), ()) or next(
        (group for group in groups if group), ()
    )


def to_ring(incident: Incident, directory: Directory, now: datetime) -> tuple[Person, ...]:
    """Whom the reporter may ring about it, those who are here before those away."""
    groups = [members(a, incident, directory) for a in TO_RING[incident.route]]
    if incident.route is not Route.ADULT:
        groups = [next((group for group in groups if group), ())]
    people = [person for group in groups for person in group]
    return tuple(sorted(dict.fromkeys(people), key=lambda person: person.away(now)))


def present(people: Iterable[Person], now: datetime) -> tuple[Person, ...]:
    """Those of ``people`` who are not away."""
    return tuple(person for person in people if not person.away(now))


def _closed_to(audience: Audience, incident: Incident) -> bool:
    """A report about an adult never reaches the DSL or IT."""
    return incident.route is Route.ADULT and audience in (Audience.SAFEGUARDING, Audience.IT)


def _centre(audience: Audience, incident: Incident) -> str | None:
    return None if audience in (Audience.PRINCIPAL, Audience.CHAIR) else incident.centre
