"""Who may do what with a report: one question, asked at every click and on every surface."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from bot.form import Route
from bot.incident import Incident
from bot.notice import Destination, Kind, Notice
from bot.people import Directory, Identity, Person, Role
from bot.recipients import SAFEGUARDING_ROLES, entitled


class Act(StrEnum):
    """What can be done with a report."""

    KNOW = "know"
    READ = "read"
    TAKE = "take"
    DECIDE = "decide"
    ADD = "add"


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
    if called and may_by_a_call(person, incident):
        return True
    return (
        incident.route is Route.SITE
        and act in (Act.KNOW, Act.TAKE)
        and person.holds(Role.IT, incident.centre)
    )


def may_by_a_call(person: Person, incident: Incident) -> bool:
    """Whether a call about it would let this person read a report that their role alone does
    not: nobody else's calls need be looked up."""
    return incident.route is Route.ADULT and person.holds(Role.CHAIR)


CALLS = (Kind.CASE, Kind.ON_IT, Kind.OFFER, Kind.OVERDUE, Kind.REPLY)
"""What calls a role-holder to a report: that it waits, that whoever has it forgot it or is away,
that it is offered to them, that there is more of it."""


def called(person: str, notices: Iterable[Notice]) -> bool:
    """Whether a call about a report went to this person."""
    return any(each.kind in CALLS and each.to.person == person for each in notices)


def room_to_be_in(person: Person, incident: Incident, directory: Directory, platform: str) -> str:
    """The private room that ``person`` must be in now to read a report on ``platform``; empty
    where their role alone is enough, or their centre has no room there."""
    centre = directory.centres.get(incident.centre)
    if centre is None or incident.route is Route.ADULT or person.holds(Role.PRINCIPAL):
        return ""
    if any(person.holds(role, incident.centre) for role in SAFEGUARDING_ROLES):
        return centre.dsl_rooms.get(platform, "")
    if person.holds(Role.IT, incident.centre):
        return centre.it_rooms.get(platform, "")
    return ""


class Showing(StrEnum):
    """How much of a report a private room may show."""

    CARD = "card"
    CALL_ONLY = "call-only"
    NOTHING = "nothing"


def showing(
    to: Destination, incident: Incident, directory: Directory, members: frozenset[str] | None
) -> Showing:
    """How much of a report a room may show, given who is in it now (``None``: not known).

    A room with somebody the report is kept from shows nothing of it, ever. One with anybody
    else who may not know, or of which the platform does not say who is in it, only calls those
    who may know to their own messages: reading is closed in doubt, delivering never.
    """
    if not room_may_know(to.address, incident, directory):
        return Showing.NOTHING
    if members is None:
        return Showing.CALL_ONLY
    people = [directory.known_as(Identity(to.platform, account)) for account in members]
    if any(person is not None and person.id in incident.kept_from() for person in people):
        return Showing.NOTHING
    if all(person is not None and may(person, Act.KNOW, incident, directory) for person in people):
        return Showing.CARD
    return Showing.CALL_ONLY


def room_may_know(room: str, incident: Incident, directory: Directory) -> bool:
    """Whether a private room may be told of a report: it is the DSL's (or, for a website, the
    IT's) of the report's centre, and nobody it is kept from could be in it by their role."""
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
        or any(person.holds(role, incident.centre) for role in SAFEGUARDING_ROLES)
        or (incident.route is Route.SITE and person.holds(Role.IT))
    }
    return room in rooms and not incident.kept_from() & inside
