"""A door to nothing: keeps the page's messages in memory and answers as it is told to."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import bot
from adapters.web.adapter import WebAdapter
from bot.bot import Bot
from bot.card import Button, Card, Reply, Tone, press, say
from bot.crossing import Crossing
from bot.door import Door
from bot.message import Message
from bot.people import Directory
from bot.ports import Posted, Store, Unavailable, Work
from bot.settings import read_school
from tests.stages.page import PageStage

NOW = datetime(2026, 11, 20, 16, 12, tzinfo=UTC)
DIRECTORY: Directory = read_school(Path(bot.__file__).parent / "demo.toml").directory()

ALARM = Card(
    title="If a child may be at risk, act now",
    tone=Tone.URGENT,
    text=("Child in danger now? Ring 999.",),
    buttons=(Button("Child: tell Ms Khan", press("tell", "child", "-"), primary=True),),
)
RAISED = Card(title="Alarm raised. Reference 7KQ2.", tone=Tone.DONE)
CASE = Card(
    title="URGENT, child, Oak Centre, 7KQ2, 16:12",
    tone=Tone.URGENT,
    text=("Nobody has this yet.",),
    facts=(("Reference", "7KQ2"),),
    buttons=(Button("Open", press("open", "7KQ2"), primary=True),),
)
OPENED = Card(title="Report 7KQ2", text=("He told me that at home they hit him.",))


class MemoryPages:
    """The port's promises, kept in a list."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, Posted]] = []

    def add(self, posted: Posted, key: str) -> Posted:
        standing = self.find(posted.room, key)
        if standing is None:
            self.kept.append((key, posted))
        return standing or posted

    def redraw(self, message: str, card: Card, at: datetime) -> None:
        self.kept = [(k, replace(p, card=card) if p.id == message else p) for k, p in self.kept]

    def find(self, room: str, key: str) -> Posted | None:
        return next((p for k, p in self.kept if (k, p.room) == (key, room)), None)

    def get(self, message: str) -> Posted | None:
        return next((p for _, p in self.kept if p.id == message), None)

    def room(self, room: str) -> tuple[Posted, ...]:
        return tuple(p for _, p in self.kept if p.room == room)


class MemoryStore:
    """Transactions over :class:`MemoryPages`; ``down`` refuses them, ``stuck`` makes them wait."""

    def __init__(self) -> None:
        self.pages = MemoryPages()
        self.down = False
        self.stuck = threading.Event()
        self.stuck.set()

    @contextmanager
    def work(self) -> Iterator[Work]:
        self.stuck.wait(10)
        if self.down:
            raise Unavailable
        yield cast(Work, _Work(self.pages))


class _Work:
    def __init__(self, pages: MemoryPages) -> None:
        self.pages = pages

    def commit(self) -> None:
        """Everything here lasts at once."""


class Script:
    """Stands in for the bot: hears, remembers, and answers what it is told to."""

    def __init__(self, store: MemoryStore) -> None:
        self.heard: list[Message] = []
        self.replies: dict[str, Reply] = {}
        self.answer: Callable[[Message], Reply] = play
        self._store = store

    def directory(self) -> Directory:
        return DIRECTORY

    def hear(self, message: Message) -> Reply:
        self._store.stuck.wait(10)
        if self._store.down:
            return self.without_store(message)
        if message.key not in self.replies:
            self.heard.append(message)
            self.replies[message.key] = self.answer(message)
        return self.replies[message.key]

    def too_slow(self, message: Message) -> Reply:
        return self.without_store(message)

    def without_store(self, message: Message) -> Reply:
        return say(ALARM.without_buttons(), Card(title="NOT SENT."))


def play(message: Message) -> Reply:
    """A worry gets the alarm; its button replaces it; a case may be opened."""
    if message.press is None:
        return say(ALARM)
    if message.press.verb == "tell":
        return say(RAISED, replaces=True)
    return say(OPENED, replaces=True)


class Scene:
    """A page's server with a scripted bot behind it."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.bot = Script(self.store)
        self.crossing = Crossing()
        self.door = Door(cast(Bot, self.bot), cast(Store, self.store), self.crossing)
        self.adapter = WebAdapter(self.door, lambda: NOW)
        self.page: PageStage


@asynccontextmanager
async def scene() -> AsyncIterator[Scene]:
    made = Scene()
    async with PageStage.open(made.adapter, DIRECTORY) as stage:
        made.page = stage
        try:
            yield made
        finally:
            made.store.stuck.set()
            made.crossing.close()
