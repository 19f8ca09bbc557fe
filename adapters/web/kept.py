"""The page's messages: sealed in the store, or in memory for as long as it cannot be reached."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ParamSpec, TypeVar

from bot.card import Card
from bot.door import Door
from bot.ports import Posted, Unavailable

P = ParamSpec("P")
T = TypeVar("T")

STORE_SECONDS = 2.0
MOST_SHOWN = 200
MOST_HELD = 200


class Kept:
    """The messages of every room. Asynchronous methods use
    the store and raise :class:`Unavailable` when it does not answer in time."""

    def __init__(self, door: Door) -> None:
        self._store, self._crossing = door.store, door.crossing
        self._held: deque[Posted] = deque(maxlen=MOST_HELD)

    async def add(self, *messages: tuple[Posted, str]) -> tuple[Posted, ...]:
        """Keep messages, each under its key; returns those that stand, in one transaction."""
        return await self._within(self._add, messages)

    def hold(self, *messages: Posted) -> tuple[Posted, ...]:
        """Keep messages in memory only: nothing else can be done, and a card that says whom to
        ring must still be seen."""
        self._held.extend(messages)
        return messages

    def held(self, room: str) -> tuple[Posted, ...]:
        return tuple(posted for posted in self._held if posted.room == room)

    def held_by(self, message: str) -> Posted | None:
        """The message with this id, if it is held in memory."""
        return next((posted for posted in self._held if posted.id == message), None)

    async def room(self, room: str) -> tuple[Posted, ...]:
        """The last messages of a room, oldest first, with those held in memory."""
        stored = await self._within(self._room, room)
        known = {posted.id for posted in stored}
        missing = [posted for posted in self.held(room) if posted.id not in known]
        whole = sorted((*stored, *missing), key=lambda posted: posted.at) if missing else stored
        return tuple(whole[-MOST_SHOWN:])

    async def redraw(self, message: str, card: Card, at: datetime) -> tuple[Posted, bool] | None:
        """Put ``card`` in place of what ``message`` showed; returns it and whether that changed
        anything, or ``None`` when there is no such message."""
        return await self._within(self._redraw, message, card, at)

    async def find(self, room: str, key: str) -> Posted | None:
        return await self._within(self._find, room, key)

    async def get(self, message: str) -> Posted | None:
        return await self._within(self._get, message)

    async def _within(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        doing = asyncio.ensure_future(self._crossing.run(work, *args, **kwargs))
        done, _ = await asyncio.wait({doing}, timeout=STORE_SECONDS)
        if not done:
            # It is not cut off and may still be kept; its end is nobody's business any more.
            doing.add_done_callback(lambda late: late.cancelled() or late.exception())
            raise Unavailable
        return doing.result()

    def _add(self, messages: Sequence[tuple[Posted, str]]) -> tuple[Posted, ...]:
        with self._store.work() as work:
            stand = tuple(work.pages.add(posted, key) for posted, key in messages)
            work.commit()
            return stand

    def _room(self, room: str) -> tuple[Posted, ...]:
        with self._store.work() as work:
            return work.pages.room(room)

    def _redraw(self, message: str, card: Card, at: datetime) -> tuple[Posted, bool] | None:
        with self._store.work() as work:
            posted = work.pages.get(message)
            if posted is None:
                return None
            if posted.card == card:
                return posted, False
            work.pages.redraw(message, card, at)
            work.commit()
            return replace(posted, card=card), True

    def _find(self, room: str, key: str) -> Posted | None:
        with self._store.work() as work:
            return work.pages.find(room, key)

    def _get(self, message: str) -> Posted | None:
        with self._store.work() as work:
            return work.pages.get(message)
