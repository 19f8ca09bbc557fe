"""Who may do what with a report: one question, asked at every click and on every surface."""

from __future__ import annotations

from enum import StrEnum

from bot.form import Route
from bot.incident import Incident
from bot.people import Directory, Person, Role
from bot.recipients import readers


class Act(StrEnum):
    """What can be done with a report."""

    KNOW = "know"
    READ = "read"
    TAKE = "take"
    DECIDE = "decide"
    ADD = "add"


def entitled(incident: Incident, directory: Directory) -> tuple[Person, ...]:
    """The role-holders who may open a report (``bot.recipients`` has the table)."""
    return readers(incident, directory)


def may(
    person: Person,
    act: Act,
    incident: Incident,
    directory: Directory,
    *,
    called: bool = False,
) -> bool:
    """Whether ``person`` may do ``act``. Someone it concerns may not even know of it.

    The chair may also read an adult's report once it has climbed to them (``called``: a notice
    of it went to this person). IT may know of and take a filtering breach, never read it.
    """
    if person.id in incident.kept_from() or person.guest:
        return False
    if act is Act.ADD and person.id == incident.reporter:
        return True
    if person in entitled(incident, directory):
        return True
    if incident.route is Route.ADULT and called and person.holds(Role.CHAIR):
        return True
    return (
        incident.route is Route.SITE
        and act in (Act.KNOW, Act.TAKE)
        and person.holds(Role.IT, incident.centre)
    )


def room_may_know(room: str, incident: Incident, directory: Directory) -> bool:
    """Whether a private room may show a report: it is the DSL's (or, for a website, the IT's) of
    the report's centre, and nobody the report is kept from could be in it by their role."""
    centre = directory.centres.get(incident.centre)
    if centre is None or incident.route is Route.ADULT:
        return False
    rooms = set(centre.dsl_rooms.values())
    if incident.route is Route.SITE:
        rooms |= set(centre.it_rooms.values())
    inside = {
        person.id
        for person in directory.role_holders()
        if person.holds(Role.PRINCIPAL)
        or any(person.holds(role, incident.centre) for role in (Role.DSL, Role.DEPUTY))
        or (incident.route is Route.SITE and person.holds(Role.IT))
    }
    return room in rooms and not incident.kept_from() & inside
