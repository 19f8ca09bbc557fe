"""The one table of who a report is for: each audience's roles, and each route's audiences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.escalation import Audience
from bot.form import Route
from bot.incident import Concern, Incident
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
    return _holding(audience, incident.centre, directory, incident.kept_from())


def entitled(incident: Incident, directory: Directory) -> tuple[Person, ...]:
    """The role-holders who may open a report: those of its route minus those it concerns.

    Nobody left: the chair, unless the chair is concerned too (rule zero; Keeping Children Safe
    in Education, Part Four). One alone by a reader's word: the chair beside them, for nobody is to
    have a report to themselves by saying so.
    """
    groups = (members(a, incident, directory) for a in READERS[incident.route])
    found = tuple(dict.fromkeys(person for group in groups for person in group))
    if found and not _alone_by_a_word(found, incident, directory):
        return found
    return tuple(dict.fromkeys((*found, *members(Audience.CHAIR, incident, directory))))


def of_its_route(incident: Incident, directory: Directory) -> tuple[Person, ...]:
    """Who may open a report of its sort, whomever this one is kept from."""
    groups = (
        _holding(audience, incident.centre, directory, frozenset())
        for audience in READERS[incident.route]
    )
    return tuple(dict.fromkeys(person for group in groups for person in group))


def _alone_by_a_word(found: tuple[Person, ...], incident: Incident, directory: Directory) -> bool:
    """Whether at most one reader is left beside the reporter, and others are kept out by what a
    reader said or wrote; or none but the reporter, and others are kept out by anybody's word."""
    standing = dict(incident.concerns)
    by_readers = (Concern.KEPT, Concern.NOTED)
    others = sum(person.id != incident.reporter for person in found)
    ways = by_readers if others else tuple(how for how in Concern if how is not Concern.CLEARED)
    taken_off = any(standing.get(p.id) in ways for p in of_its_route(incident, directory))
    return taken_off and others <= 1


def called(
    audience: Audience, incident: Incident, directory: Directory, now: datetime
) -> tuple[Person, ...]:
    """Whom a call to ``audience`` reaches: those of it who are here, else the next who are.

    Somebody away is skipped, but never so that nobody remains: with everybody away the first
    audience that has anyone is called all the same. A DSL who reports about a child while no
    other is here would only tell themselves: the next are called.
    """
    first = () if _closed_to(audience, incident) else members(audience, incident, directory)
    groups = (
        first,
        members(Audience.PRINCIPAL, incident, directory),
        *([entitled(incident, directory)] if audience is not Audience.CHAIR else []),
        members(Audience.CHAIR, incident, directory),
    )
    open_to = groups if incident.route is Route.ADULT else groups[:-1]
    lead = incident.route is Route.CHILD and audience is Audience.SAFEGUARDING
    themselves = incident.reporter if lead else ""
    here = [present(group, now) for group in open_to]
    others = (group for group in (*here, *open_to) if any(p.id != themselves for p in group))
    return next(others, ()) or next(filter(None, groups), ())


def on_call(centre: str, directory: Directory) -> tuple[Person, ...]:
    """Whoever is on call for a centre and may open a report about a child there."""
    groups = [_holding(a, centre, directory, frozenset()) for a in READERS[Route.CHILD]]
    people = dict.fromkeys(person for group in groups for person in group)
    return tuple(person for person in people if person.holds(Role.ON_CALL, centre))


def to_ring(incident: Incident, directory: Directory, now: datetime) -> tuple[Person, ...]:
    """Whom the reporter may ring about it, those who are here before those away."""
    groups = _to_ring(
        incident.route, incident.centre, directory, incident.kept_from() | {incident.reporter}
    )
    return _here_first(groups, now)


def to_ring_about_a_child(
    person: Person, directory: Directory, now: datetime, without: frozenset[str] = frozenset()
) -> tuple[Person, ...]:
    """Whom ``person`` may ring about a child where there is no report, except ``without``."""
    groups = _to_ring(Route.CHILD, person.centre, directory, without | {person.id})
    return _here_first(groups, now)


def called_first(
    person: Person, directory: Directory, now: datetime, without: frozenset[str] = frozenset()
) -> tuple[Person, ...]:
    """Whom an alarm of ``person`` about a child calls before anybody else."""
    groups = _to_ring(Route.CHILD, person.centre, directory, without | {person.id})
    here = (present(group, now) for group in groups)
    return next(filter(None, here), ()) or next(filter(None, groups), ())


def present(people: Iterable[Person], now: datetime) -> tuple[Person, ...]:
    """Those of ``people`` who are not away."""
    return tuple(person for person in people if not person.away(now))


def _closed_to(audience: Audience, incident: Incident) -> bool:
    """A report about an adult never reaches the DSL or IT."""
    return incident.route is Route.ADULT and audience in (Audience.SAFEGUARDING, Audience.IT)


def _to_ring(
    route: Route, centre: str, directory: Directory, without: frozenset[str]
) -> list[tuple[Person, ...]]:
    return [_holding(audience, centre, directory, without) for audience in TO_RING[route]]


def _here_first(groups: Iterable[tuple[Person, ...]], now: datetime) -> tuple[Person, ...]:
    people = dict.fromkeys(person for group in groups for person in group)
    return tuple(sorted(people, key=lambda person: person.away(now)))


def _holding(
    audience: Audience, centre: str, directory: Directory, without: frozenset[str]
) -> tuple[Person, ...]:
    at = None if audience in (Audience.PRINCIPAL, Audience.CHAIR) else centre
    found = (p for role in ROLES[audience] for p in directory.holders(role, at, without=without))
    return tuple(dict.fromkeys(found))
