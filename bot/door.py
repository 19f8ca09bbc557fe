"""The asynchronous door to the bot, and what every adapter is made of."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from bot.bot import Bot
from bot.card import Card, Reply
from bot.channel import Channel
from bot.crossing import Crossing
from bot.finding import Finding
from bot.message import Message
from bot.people import Directory, Identity, Person
from bot.ports import Store
from bot.rooms import Rooms

if TYPE_CHECKING:
    from aiohttp import web

ANSWER_SECONDS = 2.0
"""Slack waits 3 seconds; whatever has not been saved by then is not said to have been."""


ALARMS = ("tell", "ring")


class Door:
    """What an adapter may use: one method to be heard, the people, and the store for what a
    platform must remember (the page's messages, Teams' references)."""

    def __init__(self, bot: Bot, store: Store, crossing: Crossing) -> None:
        self._bot, self.store, self.crossing = bot, store, crossing
        self.rooms: Rooms | None = None

    async def hear(self, message: Message) -> Reply:
        """The bot's reply, within :data:`ANSWER_SECONDS`, whatever state the database is in.

        A turn that takes longer is not cut off: it may still be saved, and pressing again finds
        it, because the submission is known by its key.
        """
        turn = asyncio.ensure_future(self._heard(message))
        done, _ = await asyncio.wait({turn}, timeout=ANSWER_SECONDS)
        return turn.result() if done else self._bot.too_slow(message)

    async def look(self, message: Message) -> Reply | None:
        """What the bot would say, with nothing kept of it, as for somebody's home, which is
        drawn again and again. ``None`` when the database cannot say in time."""
        turn = asyncio.ensure_future(self._looked(message))
        done, _ = await asyncio.wait({turn}, timeout=ANSWER_SECONDS)
        return turn.result() if done else None

    async def refused(self, identity: Identity, why: str) -> None:
        """Record that somebody was refused before they were heard; ``why`` is a code."""
        await self.crossing.run(self._bot.note_refusal, identity, why)

    async def introduction(self, identity: Identity) -> Card | None:
        """What somebody who was given Lanyard is to read once, if they have not."""
        return await self.crossing.run(self._bot.introduction, identity)

    async def introduced(self, identity: Identity) -> None:
        """They were shown it."""
        await self.crossing.run(self._bot.introduced, identity)

    async def _heard(self, message: Message) -> Reply:
        return await self.crossing.run(self._bot.hear, await self._with_rooms(message))

    async def _looked(self, message: Message) -> Reply | None:
        return await self.crossing.run(self._bot.look, await self._with_rooms(message))

    async def _with_rooms(self, message: Message) -> Message:
        """Role-holders are heard with what the platform says of the private rooms they are in;
        the first press of an alarm waits for nothing."""
        if self.rooms is not None and not _is_alarm(message):
            person = self.person(message)
            if person is not None and person.holdings:
                inside = await self.rooms.inside(person, message, self.directory())
                return replace(message, inside=inside)
        return message

    def directory(self) -> Directory:
        """The people last known, from memory."""
        return self._bot.directory()

    def person(self, message: Message) -> Person | None:
        return self.directory().known_as(message.identity)


def _is_alarm(message: Message) -> bool:
    return message.press is not None and message.press.verb in ALARMS


class Adapter(Channel, Protocol):
    """One platform: a channel to speak first on, and routes or a connection to hear by."""

    def mount(self, routes: web.Application) -> None:
        """Add this platform's HTTP routes, if it has any."""
        ...

    async def start(self) -> None:
        """Open connections; called once the loop runs."""
        ...

    async def stop(self) -> None:
        """Close them again."""
        ...

    async def check(self, directory: Directory) -> tuple[Finding, ...]:
        """What a look at the platform finds, asked now: the app, the private rooms and the
        role-holders of ``directory``. Nothing is shown to anybody, and nothing is raised."""
        ...
