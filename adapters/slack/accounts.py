"""Who is behind an account, and whether a room is shared with another organisation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from adapters.slack.api import Data, SlackApi
from bot.channel import Unreachable
from bot.message import Standing

SECONDS = 0.5
"""Slack's answer is waited for no longer: the person must hear within three seconds."""

FRESH, AGAIN, MOST = 60.0, 10.0, 5000

HIDDEN_ROOM = "channel_not_found"

T = TypeVar("T")


class Sharing(StrEnum):
    """Whether people of another organisation are in a room. ``HIDDEN``: Slack tells Lanyard
    nothing of it, which is no member; ``SILENT``: it did not say in time."""

    NO = "no"
    YES = "yes"
    HIDDEN = "hidden"
    SILENT = "silent"


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
        self._sharing: Known[Sharing] = Known(now)

    async def account(self, user: str) -> Account:
        """Never older than a minute; never raises."""
        known = self._accounts.get(user)
        if known is not None:
            return known
        try:
            answer = await self._ask("users.info", {"user": user})
        except Unreachable:
            return self._accounts.put(user, Account(), AGAIN)
        return self._accounts.put(user, _account(answer.get("user") or {}, self._team), FRESH)

    async def sharing(self, room: str) -> Sharing:
        """Whether people of another organisation are in ``room``."""
        if room.startswith("D"):
            # Messages between two people: what is answered there is for one of them alone.
            return Sharing.NO
        known = self._sharing.get(room)
        if known is not None:
            return known
        try:
            answer = await self._ask("conversations.info", {"channel": room})
        except Unreachable as fault:
            hidden = fault.fault == HIDDEN_ROOM
            return self._sharing.put(room, Sharing.HIDDEN if hidden else Sharing.SILENT, AGAIN)
        channel = answer.get("channel") or {}
        shared = channel.get("is_ext_shared") or channel.get("is_pending_ext_shared")
        return self._sharing.put(room, Sharing.YES if shared else Sharing.NO, FRESH)

    async def _ask(self, method: str, arguments: Data) -> Data:
        try:
            async with asyncio.timeout(SECONDS):
                return await self._api.call(method, arguments)
        except TimeoutError:
            raise Unreachable("slow") from None


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
