"""The rooms of the workspace: everyone's own messages, the centres' channels, the staff room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.people import ROLE_NAMES, Directory, Person, Role

PLATFORM = "web"
STAFF_ROOM = "staff"


@dataclass(frozen=True)
class Room:
    """One room. ``own``: a person's messages with Lanyard, which only they can see."""

    name: str
    title: str
    about: str
    members: Mapping[str, Person]
    own: bool = False


def own_room(account: str) -> str:
    """The name of a person's messages with Lanyard."""
    return f"dm:{account}"


def rooms(directory: Directory) -> dict[str, Room]:
    """Every room there is, by name: people first, then channels."""
    everyone = accounts(directory)
    found = {
        own_room(account): Room(
            own_room(account), person.name, duty(person, directory), {account: person}, own=True
        )
        for account, person in everyone.items()
    }
    for centre in directory.centres.values():
        for kind, named, roles in (
            ("DSL channel", centre.dsl_rooms, (Role.DSL, Role.DEPUTY)),
            ("IT room", centre.it_rooms, (Role.IT,)),
        ):
            name = named.get(PLATFORM)
            if name is None:
                continue
            members = {
                account: person
                for account, person in everyone.items()
                if any(person.holds(role, centre.id) for role in roles) and not person.guest
            }
            if name in found:
                members = {**found[name].members, **members}
                title = f"{kind} of {_of_all(directory, name)}"
            else:
                title = f"{kind} of {centre.name}"
            found[name] = Room(name, title, "Private channel", members)
    found.setdefault(STAFF_ROOM, Room(STAFF_ROOM, "Staff room", "Open to everyone", everyone))
    return found


def accounts(directory: Directory) -> dict[str, Person]:
    """Everyone with an account here, by account."""
    return {
        identity.user: person
        for person in directory.people.values()
        for identity in person.identities
        if identity.platform == PLATFORM
    }


def duty(person: Person, directory: Directory) -> str:
    """What somebody does, in a few words: ``deputy DSL, Oak Centre``."""
    duties = []
    for held in person.holdings:
        centre = directory.centres.get(held.centre or "")
        duties.append(ROLE_NAMES[held.role] + (f", {centre.name}" if centre else ""))
    if not duties:
        centre = directory.centres.get(person.centre)
        duties.append("Staff" + (f", {centre.name}" if centre else ""))
    return "; ".join(duties)


def first_columns(directory: Directory) -> tuple[str, ...]:
    """What is shown at first: a member of staff, the DSL channel of their centre, the Principal."""
    people = accounts(directory)
    staff = next((a for a, person in people.items() if not person.holdings), next(iter(people)))
    centre = directory.centres.get(people[staff].centre)
    channel = centre.dsl_rooms.get(PLATFORM, STAFF_ROOM) if centre else STAFF_ROOM
    principal = next((a for a, p in people.items() if p.holds(Role.PRINCIPAL)), staff)
    return own_room(staff), channel, own_room(principal)


def _of_all(directory: Directory, room: str) -> str:
    names = [
        centre.name
        for centre in directory.centres.values()
        if room in (centre.dsl_rooms.get(PLATFORM), centre.it_rooms.get(PLATFORM))
    ]
    return " and ".join(names)
