"""Whether the private channels are as they must be: asked of the platforms, before it matters."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Iterator
from dataclasses import astuple, dataclass
from enum import StrEnum

from bot.people import Centre, Directory, Identity, Person, Role
from bot.platforms import ROUTES
from bot.recipients import SAFEGUARDING_ROLES
from bot.rooms import Rooms
from bot.set_up import Fault


class How(StrEnum):
    """What is wrong with a channel."""

    SILENT = "room-silent"
    STRANGER = "room-stranger"
    MISSING = "room-missing"


@dataclass(frozen=True, order=True)
class RoomFault:
    """One fault of one centre's DSL channel on one platform; codes and ids only."""

    how: How
    platform: str
    centre: str
    person: str = ""

    @property
    def code(self) -> str:
        return " ".join(filter(None, astuple(self)))


PAUSES = (6.0, 6.0, 0.0)
"""Seconds between the times a platform is asked that does not say who is in a channel."""


async def look(
    rooms: Rooms, directory: Directory, platforms: Collection[str]
) -> tuple[RoomFault, ...]:
    """Ask every platform in use who is in each centre's DSL channel; one that is silent is asked
    again, for it may only have been slow."""
    for pause in PAUSES:
        found = await _asked(rooms, directory, platforms)
        if all(fault.how is not How.SILENT for fault in found):
            break
        await asyncio.sleep(pause)
    return found


async def _asked(
    rooms: Rooms, directory: Directory, platforms: Collection[str]
) -> tuple[RoomFault, ...]:
    asked = [
        (platform, centre, centre.dsl_rooms[platform])
        for platform in platforms
        if platform not in ROUTES
        for centre in directory.centres.values()
        if platform in centre.dsl_rooms
    ]
    answers = await asyncio.gather(*(rooms.ask(platform, room) for platform, _, room in asked))
    return tuple(
        fault
        for (platform, centre, _), members in zip(asked, answers, strict=True)
        for fault in judged(platform, centre, members, directory)
    )


def judged(
    platform: str, centre: Centre, members: frozenset[str] | None, directory: Directory
) -> Iterator[RoomFault]:
    """What is wrong with a channel that has these accounts in it (``None``: nobody can say)."""
    if members is None:
        yield RoomFault(How.SILENT, platform, centre.id)
        return
    inside = {directory.known_as(Identity(platform, account)) for account in members}
    if any(person is None or not _may_be_in(person, centre) for person in inside):
        yield RoomFault(How.STRANGER, platform, centre.id)
    for person in directory.role_holders():
        has_account = any(identity.platform == platform for identity in person.identities)
        if has_account and _belongs_in(person, centre) and person not in inside:
            yield RoomFault(How.MISSING, platform, centre.id, person.id)


def sentences(found: Iterable[RoomFault], directory: Directory) -> Iterator[Fault]:
    """The faults in words; one about somebody who is known no more is none."""
    for each in found:
        centre, person = directory.centres.get(each.centre), directory.person(each.person)
        channel = f"the DSL channel of {centre.name if centre else each.centre} on {each.platform}"
        match each.how:
            case How.SILENT:
                yield Fault(
                    each.code,
                    f"Lanyard cannot see who is in {channel}, so cards there say only that a "
                    "report waits.",
                    "Invite Lanyard to it, or correct its id in lanyard.toml (dsl_rooms).",
                )
            case How.STRANGER:
                yield Fault(
                    each.code,
                    f"Somebody is in {channel} who may not know of reports, so cards there say "
                    "only that one waits.",
                    "Take them out, or give them their role.",
                )
            case How.MISSING if person is not None:
                yield Fault(
                    each.code,
                    f"{person.name} is not in {channel}, so they can open nothing there.",
                    "Add them to it.",
                )


def _belongs_in(person: Person, centre: Centre) -> bool:
    """Whose role must be in the channel: without it they read nothing."""
    safeguards = any(person.holds(role, centre.id) for role in SAFEGUARDING_ROLES)
    return safeguards and not person.guest and not person.holds(Role.PRINCIPAL)


def _may_be_in(person: Person, centre: Centre) -> bool:
    """Who may know of every report about a child of the centre."""
    roles = (*SAFEGUARDING_ROLES, Role.PRINCIPAL)
    return not person.guest and any(person.holds(role, centre.id) for role in roles)
