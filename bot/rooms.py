"""Who is in the school's private rooms now: asked of the platform, never older than a minute."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.channel import Channel, Unreachable
from bot.message import Inside, Message
from bot.notice import Destination
from bot.people import Directory, Person, Role
from bot.recipients import SAFEGUARDING_ROLES

FRESH, AGAIN = timedelta(seconds=60), timedelta(seconds=5)
"""How long an answer, and a silence, may stand."""

SECONDS = 1.0
"""A platform is waited for no longer: the person must hear within three."""

Members = frozenset[str]


class Rooms:
    """The live membership of private rooms, on every platform in use.

    What the platform does not say is ``None``: then nothing is shown there, and whoever may know
    only by being in that room reads nothing until it says.
    """

    def __init__(self, channels: Mapping[str, Channel], now: Callable[[], datetime]) -> None:
        self._channels, self._now = channels, now
        self._kept: dict[tuple[str, str], tuple[datetime, Members | None]] = {}

    def members(self, platform: str, room: str) -> Members | None:
        """The accounts in ``room`` as last asked, ``None`` when that is too long ago."""
        at, found = self._kept.get((platform, room), (None, None))
        return found if at is not None and self._stands(at, found) else None

    async def ask(self, platform: str, room: str) -> Members | None:
        """The accounts in ``room`` now."""
        at, found = self._kept.get((platform, room), (None, None))
        if at is not None and self._stands(at, found):
            return found
        found = await self._asked(platform, room)
        self._kept[platform, room] = (self._now(), found)
        return found

    def _stands(self, at: datetime, found: Members | None) -> bool:
        """Whether an answer of ``at`` still holds; one of tomorrow, by a wrong clock, does not."""
        return timedelta(0) <= self._now() - at < (AGAIN if found is None else FRESH)

    async def look(self, to: Destination) -> None:
        """Ask about the room a card is about to be drawn for."""
        if not to.person:
            await self.ask(to.platform, to.address)

    async def inside(self, person: Person, message: Message, directory: Directory) -> Inside:
        """Which of the private rooms they are in: those of their roles, and the one where this
        was said, if it is one."""
        platform = message.identity.platform
        wanted = rooms_of(person, directory, platform)
        if not message.place.private:
            wanted |= {message.place.room} & private_rooms(directory, platform)
        answers = await asyncio.gather(*(self.ask(platform, room) for room in sorted(wanted)))
        found = dict(zip(sorted(wanted), answers, strict=True))
        return Inside(
            frozenset(
                r for r, members in found.items() if message.identity.user in (members or ())
            ),
            frozenset(room for room, there in found.items() if there is None),
        )

    async def _asked(self, platform: str, room: str) -> Members | None:
        channel = self._channels.get(platform)
        if channel is None:
            return None
        try:
            async with asyncio.timeout(SECONDS):
                return await channel.members(room)
        except (TimeoutError, Unreachable):
            return None


def rooms_of(person: Person, directory: Directory, platform: str) -> set[str]:
    """The private rooms on ``platform`` that somebody's roles belong in."""
    found = set()
    for centre in directory.centres.values():
        if any(person.holds(role, centre.id) for role in SAFEGUARDING_ROLES):
            found.add(centre.dsl_rooms.get(platform, ""))
        if person.holds(Role.IT, centre.id):
            found.add(centre.it_rooms.get(platform, ""))
    return found - {""}


def private_rooms(directory: Directory, platform: str) -> set[str]:
    """Every DSL's and IT's room of the school on ``platform``."""
    return {
        rooms[platform]
        for centre in directory.centres.values()
        for rooms in (centre.dsl_rooms, centre.it_rooms)
        if platform in rooms
    }
