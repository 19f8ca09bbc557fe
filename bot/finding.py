"""What a look at a platform found of one thing: in order, or what is amiss and where to mend it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from bot.people import Directory, Identity, Person, Role
from bot.recipients import SAFEGUARDING_ROLES
from bot.views.wording import listed


@dataclass(frozen=True)
class Finding:
    """One thing looked at. ``what`` is amiss with it, in a sentence (empty: it is in order);
    ``mend`` is the exact place in the platform's administration."""

    about: str
    what: str = ""
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.about}: {self.what} Mend it: {self.mend}." if self.what else self.about


@dataclass(frozen=True)
class PrivateRoom:
    """A room of the settings: ``belong`` are those whose role is read there, ``may`` whoever
    else may be in it."""

    about: str
    room: str
    key: str
    belong: tuple[Person, ...]
    may: tuple[Person, ...]


async def of_rooms_and_people(
    directory: Directory,
    platform: str,
    room: Callable[[PrivateRoom, Directory], Awaitable[list[Finding]]],
    person: Callable[[Person, str], Awaitable[Finding]],
) -> list[Finding]:
    """Every private room and every role-holder's account on ``platform``, looked at by ``room``
    (nothing amiss: it is in order) and ``person``."""
    found: list[Finding] = []
    for each in private_rooms(directory, platform):
        found += await room(each, directory) or [Finding(each.about)]
    for holder in directory.role_holders():
        for identity in holder.identities:
            if identity.platform == platform:
                found.append(await person(holder, identity.user))
    return found


def private_rooms(directory: Directory, platform: str) -> Iterator[PrivateRoom]:
    """The rooms of every centre's DSL and IT on ``platform``."""
    principals = directory.holders(Role.PRINCIPAL)
    for centre in directory.centres.values():
        leads = tuple(p for role in SAFEGUARDING_ROLES for p in directory.holders(role, centre.id))
        it = directory.holders(Role.IT, centre.id)
        for kind, name, belong, may in (
            ("dsl_rooms", "the DSL's channel", leads, principals),
            ("it_rooms", "IT's channel", it, (*leads, *principals)),
        ):
            if room := getattr(centre, kind).get(platform):
                key = f"lanyard.toml → [centres.{centre.id}] → {kind}"
                yield PrivateRoom(f"{centre.name}, {name}", room, key, belong, may)


def membership(
    room: PrivateRoom, members: frozenset[str], directory: Directory, platform: str, mend: str
) -> Iterator[Finding]:
    """Who is not in ``room`` and should be, and who is and should not: their presence closes
    its cards. ``members`` are accounts."""
    inside = [directory.known_as(Identity(platform, account)) for account in members]
    here = {person.id for person in inside if person is not None}
    for person in dict.fromkeys(room.belong):
        if person.id not in here and any(i.platform == platform for i in person.identities):
            yield Finding(room.about, f"{person.name} is not in it, and cannot read there.", mend)
    allowed = {person.id for person in (*room.belong, *room.may)}
    known = [p.name for p in inside if p is not None and p.id not in allowed]
    strangers = sum(person is None for person in inside)
    if known or strangers:
        others = [f"{strangers} without a role"] if strangers else []
        yield Finding(
            room.about,
            f"in it, but not of it: {listed([*known, *others])}. While they are there, cards say "
            "only that a report waits.",
            mend,
        )
