"""The local workspace as a stage: real HTTP to the page's server, screens read from its HTML."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import ClassVar

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from adapters.web.adapter import WebAdapter
from adapters.web.rooms import PLATFORM, accounts, own_room
from adapters.web.stream import Subscription
from bot.people import Directory
from tests.stages.stage import Shown, Stage, Traffic


@dataclass
class _Message:
    """One message on the page, in its place."""

    html: str
    redrawn: bool = False


@dataclass
class PageStage(Stage):
    """People act through ``POST /say`` as the page's script does.

    Screens are made from the events the page is sent, taken where they are handed to its
    connection: the wire adds a moment, and :meth:`screen` may not wait.
    """

    url: str
    session: ClientSession
    adapter: WebAdapter
    directory: Directory
    events: Subscription
    platform: str = PLATFORM
    traffic: Traffic = field(default_factory=Traffic)
    _rooms: dict[str, dict[str, _Message]] = field(default_factory=lambda: defaultdict(dict))
    _asides: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    @asynccontextmanager
    async def open(cls, adapter: WebAdapter, directory: Directory) -> AsyncIterator[PageStage]:
        """A server with only the page on it, and a browser's session."""
        app = web.Application()
        adapter.mount(app)
        with adapter.board.hub.listen() as events:
            async with TestServer(app, host="127.0.0.1") as server, ClientSession() as session:
                url = f"http://127.0.0.1:{server.port}"
                yield cls(url, session, adapter, directory, events)

    async def say(self, person: str, text: str, *, room: str = "", command: str = "") -> None:
        words = f"/{command} {text}".strip() if command else text
        if room and not command:
            words = f"@Lanyard {text}"
        await self._send(person, room, {"text": words})

    async def press(self, person: str, label: str, *, room: str = "") -> None:
        seen = self._seen(person, room)
        for name, message in reversed(seen):
            html = self._rooms[name][message].html
            for found, press in reversed(read(html).presses):
                if found == label:
                    what = {"press": press, "message": message}
                    await self._send(person, "" if name != room else room, what, aside=room)
                    return
        there = [b for n, m in seen for b in read(self._rooms[n][m].html).buttons]
        raise LookupError(f"{person} has no button “{label}”; there are: {there}")

    def screen(self, person: str, *, room: str = "") -> list[Shown]:
        people = {account: p.id for account, p in accounts(self.directory).items()}
        names = {p.name: people[account] for account, p in accounts(self.directory).items()}
        screen = []
        for name, message in self._seen(person, room):
            shown = self._rooms[name][message]
            words = read(shown.html)
            by = names.get(words.name, words.name) if words.theirs else "bot"
            lines, buttons = tuple(words.lines), tuple(words.buttons)
            screen.append(Shown(by, lines, buttons, shown.redrawn))
        return screen

    def _seen(self, person: str, room: str) -> list[tuple[str, str]]:
        """What ``person`` sees: their own room, or a channel with what they were told there."""
        self._take_events()
        own = own_room(self._account(person))
        if not room:
            return [(own, message) for message in self._rooms[own]]
        asides = [m for m in self._asides[person, room] if m in self._rooms[own]]
        return [*((room, message) for message in self._rooms[room]), *((own, m) for m in asides)]

    def _take_events(self) -> None:
        for shown in self.events.drain():
            self.traffic.sent.append(shown.html.encode())
            room = self._rooms[shown.room]
            old = room.get(shown.id)
            if old is None:
                room[shown.id] = _Message(shown.html)
            elif old.html != shown.html:
                room[shown.id] = _Message(shown.html, redrawn=True)

    async def _send(
        self, person: str, room: str, what: dict[str, str], aside: str | None = None
    ) -> None:
        account = self._account(person)
        body = {"as": account, "room": room or own_room(account), "key": str(uuid.uuid4()), **what}
        async with self.session.post(
            f"{self.url}/say", json=body, headers={"Origin": self.url}
        ) as response:
            answer = await response.json()
            if response.status != 200:
                raise AssertionError(f"{response.status}: {answer['error']}")
        channel = room if aside is None else aside
        if channel:
            told = self._asides[person, channel]
            told += [each for each in answer["answers"] if each not in told]

    def _account(self, person: str) -> str:
        found = {p.id: account for account, p in accounts(self.directory).items()}
        return found[person]


class _Words(HTMLParser):
    """Reads one rendered message back into words, in the order they stand."""

    LINES: ClassVar[set[str]] = {"h3", "p.text", "p.source", "p.said"}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.presses: list[tuple[str, str]] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.name, self.tone, self.theirs, self.updated = "", "", False, ""
        self._text: list[str] = []
        self._label = self._press = ""

    @property
    def buttons(self) -> list[str]:
        return [label for label, _ in self.presses]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = dict(attrs).get("class") or ""
        self.attributes += attrs
        self.tags.append(f"{tag}.{kind.split()[0]}" if kind else tag)
        if tag == "article":
            self.theirs = "theirs" in kind.split()
        if tag == "button":
            self._press = dict(attrs).get("data-press") or ""
        if "span.unseen" not in self.tags[-1]:
            self._text = []

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        opened = self.tags.pop()
        assert opened.split(".")[0] == tag, f"{opened} closed by {tag}"
        if opened == "span.unseen":
            return
        text = "".join(self._text)
        self._text = []
        if opened in self.LINES:
            self.lines.append(text)
        elif opened in ("dt", "figcaption"):
            self._label = text
        elif opened in ("dd", "blockquote"):
            self.lines.append(f"{self._label}: {text}")
        elif tag == "button":
            self.presses.append((text, self._press))
        elif opened == "span.name":
            self.name = text
        elif opened == "p.tone":
            self.tone = text
        elif opened == "span.changed":
            self.updated = text


def read(html: str) -> _Words:
    """The words of one rendered message."""
    words = _Words()
    words.feed(html)
    words.close()
    assert not words.tags, f"left open: {words.tags}"
    return words
