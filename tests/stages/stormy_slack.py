"""A Slack that fails most calls, in this process: put in the place of the HTTP session.

Everything of Lanyard above the socket is the real code; sockets would make two weeks last hours.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp

Data = dict[str, Any]

SECOND_COPY = "second copy"
BURST = 5
"""Posts to one room within as many seconds; more are refused (documented: about one a second)."""


@dataclass(frozen=True)
class Answer:
    """What the session's ``post`` gives."""

    status: int
    data: Data
    headers: Mapping[str, str] = field(default_factory=dict)

    async def read(self) -> bytes:
        return json.dumps(self.data).encode()


@dataclass(frozen=True)
class Copy:
    """One message as it was first posted."""

    ts: str
    key: str
    marked: bool


@dataclass
class StormySlack:
    """``share`` of the calls fail, all of them between ``dead_from`` and ``dead_until``; in
    ``unreadable`` rooms history is refused."""

    now: Callable[[], datetime]
    chance: random.Random
    share: float
    dead_from: datetime
    dead_until: datetime
    unreadable: frozenset[str] = frozenset()
    members: tuple[str, ...] = ()
    rooms: dict[str, list[Copy]] = field(default_factory=lambda: defaultdict(list))
    calls: int = 0
    too_early: int = 0
    _number: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _not_before: dict[str, datetime] = field(default_factory=dict)
    _posted: dict[str, deque[datetime]] = field(
        default_factory=lambda: defaultdict(lambda: deque(maxlen=BURST))
    )

    def post(self, url: str, *, json: Data | None, data: Data | None, **_: Any) -> _Call:
        """As :meth:`aiohttp.ClientSession.post`."""
        method, asked = url.rpartition("/")[2], json or data or {}
        if self.now() < self._not_before.get(_counted(method, asked), self.now()):
            self.too_early += 1
        return _Call(self, method, asked)

    async def close(self) -> None:
        """There is nothing to close."""

    def doubles(self) -> tuple[int, int]:
        """How many cards stand twice, and how many of those are not marked."""
        copies: dict[tuple[str, str], list[Copy]] = defaultdict(list)
        for room, posted in self.rooms.items():
            for copy in posted:
                copies[room, copy.key].append(copy)
        twice = [each[1:] for each in copies.values() if len(each) > 1]
        unmarked = sum(not copy.marked for each in twice for copy in each)
        return sum(map(len, twice)), unmarked

    def answer(self, method: str, asked: Data) -> Answer:
        """The answer to one call; raises what aiohttp raises."""
        self.calls += 1
        now, counted = self.now(), _counted(method, asked)
        if self.dead_from <= now < self.dead_until:
            raise self.chance.choice(
                (aiohttp.ConnectionTimeoutError, aiohttp.ServerDisconnectedError)
            )
        if self.chance.random() >= self.share:
            return self._act(method, counted, asked)
        match self.chance.randrange(4):
            case 0:
                return self._slow_down(counted, self.chance.randint(1, 5))
            case 1:
                return Answer(500, {})
            case 2:
                self._unheard(method, counted, asked)
                raise TimeoutError
            case _:
                if self.chance.random() < 0.5:
                    self._unheard(method, counted, asked)
                raise aiohttp.ServerDisconnectedError

    def _unheard(self, method: str, counted: str, asked: Data) -> None:
        """Act, but the answer is lost, and with it any time asked for."""
        told = self._not_before.get(counted)
        self._act(method, counted, asked)
        self._not_before.pop(counted, None)
        if told is not None:
            self._not_before[counted] = told

    def _slow_down(self, counted: str, seconds: int) -> Answer:
        self._not_before[counted] = self.now() + timedelta(seconds=seconds)
        return Answer(429, {"ok": False}, {"Retry-After": str(seconds)})

    def _act(self, method: str, counted: str, asked: Data) -> Answer:
        match method:
            case "conversations.open":
                return Answer(200, {"ok": True, "channel": {"id": f"D{asked['users'][1:]}"}})
            case "auth.test":
                return Answer(200, {"ok": True, "user_id": "UBOT"})
            case "conversations.members":
                return Answer(200, {"ok": True, "members": ["UBOT", *self.members]})
            case "conversations.history":
                return Answer(200, self._history(asked))
            case "chat.update":
                return Answer(200, {"ok": True})
            case "chat.postMessage":
                return self._post(counted, asked)
        raise AssertionError(method)

    def _post(self, counted: str, asked: Data) -> Answer:
        now, room = self.now(), asked["channel"]
        recent = self._posted[room]
        if len(recent) == BURST and now - recent[0] < timedelta(seconds=BURST):
            return self._slow_down(counted, 1)
        recent.append(now)
        ts = f"{now.timestamp():.0f}.{next(self._number):06d}"
        key = asked["metadata"]["event_payload"]["key"]
        self.rooms[room].append(Copy(ts, key, SECOND_COPY in json.dumps(asked)))
        return Answer(200, {"ok": True, "ts": ts})

    def _history(self, asked: Data) -> Data:
        if asked["channel"] in self.unreadable:
            return {"ok": False, "error": "missing_scope"}
        oldest, limit = float(asked["oldest"]), int(asked["limit"])
        until = int(asked.get("cursor") or len(self.rooms[asked["channel"]]))
        found = []
        for copy in reversed(self.rooms[asked["channel"]][:until]):
            if float(copy.ts) < oldest or len(found) == limit:
                break
            payload = {"event_type": "lanyard_notice", "event_payload": {"key": copy.key}}
            found.append({"ts": copy.ts, "metadata": payload})
        cursor = str(until - limit) if len(found) == limit else ""
        return {"ok": True, "messages": found, "response_metadata": {"next_cursor": cursor}}


def _counted(method: str, asked: Data) -> str:
    """What Slack counts together: messages by room, everything else by method."""
    return f"{method} {asked['channel']}" if method.startswith("chat.") else method


@dataclass(frozen=True)
class _Call:
    slack: StormySlack
    method: str
    asked: Data

    async def __aenter__(self) -> Answer:
        await asyncio.sleep(0)
        return self.slack.answer(self.method, self.asked)

    async def __aexit__(self, *_: object) -> None:
        return None
