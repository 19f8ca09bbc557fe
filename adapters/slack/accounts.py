"""Who is behind an account, and whether a room is shared with another organisation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from adapters.slack.api import Data, SlackApi
from bot.channel import Unreachable
from bot.message import Standing

SECONDS = 0.5
"""Slack's answer is waited for no longer: the person must hear within three seconds."""

FRESH, AGAIN, MOST = 60.0, 10.0, 5000

T = TypeVar("T")


@dataclass(frozen=True)
class Account:
    """What Slack vouches for; an account it says nothing about is not vouched for."""

    name: str = ""
    standing: Standing = Standing.UNKNOWN


class Known(Generic[T]):
    """Answers kept for a minute, and failures for ten seconds."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._kept: dict[str, tuple[float, T]] = {}

    def get(self, name: str) -> T | None:
        until, value = self._kept.get(name, (0.0, None))
        return value if self._now().timestamp() < until else None

    def put(self, name: str, value: T, seconds: float) -> T:
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[name] = (self._now().timestamp() + seconds, value)
        return value


class Accounts:
    """Asks Slack about accounts and rooms."""

    def __init__(self, api: SlackApi, team: str, now: Callable[[], datetime]) -> None:
        self._api, self._team = api, team
        self._accounts: Known[Account] = Known(now)
        self._shared: Known[bool | None] = Known(now)

    async def account(self, user: str) -> Account:
        """Never older than a minute; never raises."""
        known = self._accounts.get(user)
        if known is not None:
            return known
        answer = await self._ask("users.info", {"user": user})
        if answer is None:
            return self._accounts.put(user, Account(), AGAIN)
        return self._accounts.put(user, _account(answer.get("user") or {}, self._team), FRESH)

    async def shared(self, room: str) -> bool | None:
        """Whether people of another organisation are in ``room``; ``None`` when Slack does not
        say."""
        if room.startswith("D"):
            # Messages between two people: what is answered there is for one of them alone.
            return False
        known = self._shared.get(room)
        if known is not None:
            return known
        answer = await self._ask("conversations.info", {"channel": room})
        if answer is None:
            return self._shared.put(room, None, AGAIN)
        channel = answer.get("channel") or {}
        shared = channel.get("is_ext_shared") or channel.get("is_pending_ext_shared")
        return self._shared.put(room, bool(shared), FRESH)

    async def _ask(self, method: str, arguments: Data) -> Data | None:
        try:
            async with asyncio.timeout(SECONDS):
                return await self._api.call(method, arguments)
        except (TimeoutError, Unreachable):
            return None


def _account(user: Data, team: str) -> Account:
    profile = user.get("profile") or {}
    name = profile.get("real_name") or user.get("real_name") or user.get("name") or ""
    teams = {user.get("team_id"), *(user.get("enterprise_user") or {}).get("teams", ())}
    if user.get("is_bot"):
        return Account(name, Standing.BOT)
    if user.get("is_stranger") or user.get("deleted") or team not in teams:
        return Account(name, Standing.OUTSIDE)
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Account(name, Standing.GUEST)
    return Account(name, Standing.MEMBER)
