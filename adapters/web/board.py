"""What is on the page: messages kept, drawn and shown to everyone who is looking."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from adapters.web.kept import Kept
from adapters.web.render import BOT, message_html
from adapters.web.rooms import accounts
from adapters.web.stream import Hub, Shown, Snapshot
from bot.card import Card
from bot.door import Door
from bot.ports import Posted, Unavailable


class Board:
    """Every room's messages. What raises :class:`Unavailable` changed and showed nothing."""

    def __init__(self, door: Door, now: Callable[[], datetime]) -> None:
        self._door, self._now = door, now
        self._kept = Kept(door)
        self._changed: dict[str, datetime] = {}
        self.hub = Hub()

    def new(self, room: str, author: str, text: str, card: Card | None = None) -> Posted:
        """A message not kept or shown yet."""
        return Posted(secrets.token_hex(8), room, self._now(), author, text, card)

    async def add(self, *messages: tuple[Posted, str]) -> tuple[Posted, ...]:
        """Keep messages, each under its key, and show them; returns those that stand."""
        return self._show(await self._kept.add(*messages))

    def hold(self, *messages: Posted) -> tuple[Posted, ...]:
        """Show messages that the store cannot keep now."""
        return self._show(self._kept.hold(*messages))

    async def put(self, message: str, card: Card) -> Posted | None:
        """Redraw a message where it is shown; ``None`` when there is no such message."""
        now = self._now()
        done = await self._kept.redraw(message, card, now)
        if done is None:
            return None
        posted, changed = done
        if changed:
            self._changed[posted.id] = now
            self._show((posted,))
        return posted

    async def get(self, message: str) -> Posted | None:
        return self._kept.held_by(message) or await self._kept.get(message)

    async def find(self, room: str, key: str) -> Posted | None:
        return await self._kept.find(room, key)

    async def snapshot(self, room: str) -> Snapshot:
        """The room as it is now; what is held in memory when the store does not answer."""
        try:
            messages, whole = await self._kept.room(room), True
        except Unavailable:
            messages, whole = self._kept.held(room), False
        return Snapshot(room, tuple(map(self._drawn, messages)), whole)

    def _show(self, messages: tuple[Posted, ...]) -> tuple[Posted, ...]:
        for posted in messages:
            self.hub.publish(self._drawn(posted))
        return messages

    def _drawn(self, posted: Posted) -> Shown:
        directory = self._door.directory()
        person = accounts(directory).get(posted.author)
        author = "" if posted.author == BOT else person.name if person else posted.author
        changed = self._changed.get(posted.id)
        return Shown(posted.room, posted.id, message_html(posted, author, directory.zone, changed))
