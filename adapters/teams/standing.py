"""What Teams vouches for about an account: a member of the school's tenant, or a guest."""

from __future__ import annotations

import asyncio
import logging
import time

from adapters.teams.connector import Connector, Member
from adapters.teams.faults import not_there
from adapters.teams.reading import Incoming
from adapters.teams.whereabouts import Whereabouts
from bot.channel import Unreachable
from bot.message import Standing

log = logging.getLogger(__name__)

GOOD_SECONDS, AGAIN_SECONDS = 60, 10
ASK_SECONDS, ELSEWHERE_SECONDS = 0.7, 1.5
MOST = 5000


class Standings:
    """Asks the roster about an account; remembers what it says for a minute, its silence for
    less."""

    def __init__(self, connector: Connector, whereabouts: Whereabouts, tenant: str) -> None:
        self._connector, self._whereabouts, self._tenant = connector, whereabouts, tenant
        self._known: dict[str, tuple[float, Standing]] = {}

    async def of(self, incoming: Incoming) -> Standing:
        """The standing behind ``incoming``. Somebody known may have become a guest since, so
        they are asked about as well; what an account says that the roster is silent about is
        taken, and it reads nothing."""
        if incoming.by_bot:
            return Standing.BOT
        if incoming.foreign:
            return Standing.OUTSIDE
        until, found = self._known.get(incoming.address, (0.0, Standing.UNKNOWN))
        return found if time.monotonic() < until else await self._ask(incoming)

    async def _ask(self, incoming: Incoming) -> Standing:
        found, seconds = Standing.UNKNOWN, AGAIN_SECONDS
        try:
            member = await self._member(incoming)
            found, seconds = standing(member, self._tenant), GOOD_SECONDS
        except (Unreachable, TimeoutError):
            log.warning("roster silent", extra={"action": "teams-standing"})
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[incoming.address] = (time.monotonic() + seconds, found)
        return found

    async def _member(self, incoming: Incoming) -> Member:
        """The account as the roster of the conversation has it. The message extension is also
        used where Lanyard is no member and is told nothing: then as their own chat has it, which
        says the same of guests and of other tenants."""
        try:
            async with asyncio.timeout(ASK_SECONDS):
                return await self._connector.member(incoming.here, incoming.sender)
        except Unreachable as fault:
            if incoming.private or not not_there(fault):
                raise
        async with asyncio.timeout(ELSEWHERE_SECONDS):
            return await self._whereabouts.in_chat(
                incoming.address, lambda chat: self._connector.member(chat, incoming.sender)
            )


def standing(member: Member, tenant: str) -> Standing:
    """What the roster says of an account, seen from ``tenant``."""
    if member.tenant not in ("", tenant) or member.role == "anonymous":
        return Standing.OUTSIDE
    if member.role == "guest" or "#ext#" in member.principal.lower():
        return Standing.GUEST
    return Standing.MEMBER
