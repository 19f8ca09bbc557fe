"""What Teams vouches for about an account: a member of the school's tenant, or a guest."""

from __future__ import annotations

import asyncio
import logging
import time

from adapters.teams.connector import Connector, Member
from adapters.teams.reading import Incoming
from adapters.teams.references import PLATFORM
from bot.channel import Unreachable
from bot.door import Door
from bot.message import Standing
from bot.people import Identity

log = logging.getLogger(__name__)

GOOD_SECONDS = 600
ASK_SECONDS = 1.5


class Standings:
    """Asks the roster about accounts the school does not know; remembers for ten minutes."""

    def __init__(self, door: Door, connector: Connector, tenant: str) -> None:
        self._door, self._connector, self._tenant = door, connector, tenant
        self._known: dict[str, tuple[float, Standing]] = {}

    async def of(self, incoming: Incoming) -> Standing:
        """The standing behind ``incoming``. An account the roster cannot vouch for is a guest:
        it may raise an alarm, marked unchecked, and read nothing."""
        if incoming.by_bot:
            return Standing.BOT
        if incoming.foreign:
            return Standing.OUTSIDE
        person = self._door.directory().known_as(Identity(PLATFORM, incoming.address))
        if person is not None and not person.guest:
            return Standing.MEMBER
        at, standing = self._known.get(incoming.address, (0.0, Standing.GUEST))
        if not at or time.monotonic() - at > GOOD_SECONDS:
            standing = await self._ask(incoming)
        return standing

    async def _ask(self, incoming: Incoming) -> Standing:
        for _ in range(2):
            try:
                async with asyncio.timeout(ASK_SECONDS):
                    member = await self._connector.member(incoming.here, incoming.sender)
            except (Unreachable, TimeoutError):
                continue
            standing = self._read(member)
            self._known[incoming.address] = (time.monotonic(), standing)
            return standing
        log.warning("roster silent", extra={"action": "teams-standing"})
        return Standing.GUEST

    def _read(self, member: Member) -> Standing:
        if member.tenant not in ("", self._tenant) or member.role == "anonymous":
            return Standing.OUTSIDE
        if member.role == "guest" or "#ext#" in member.principal.lower():
            return Standing.GUEST
        return Standing.MEMBER
