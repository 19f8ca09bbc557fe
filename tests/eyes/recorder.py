"""A platform that only remembers: what was shown where, as its real renderer draws it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from adapters.slack import render as slack
from adapters.teams import render as teams
from adapters.web import render as page
from bot.card import Card
from bot.channel import Unreachable
from bot.door import Adapter, Door
from bot.notice import Destination, Receipt
from bot.ports import Posted
from bot.settings import Secrets


def drawn(platform: str, card: Card) -> str:
    """The very characters a platform is sent for ``card``, notification included."""
    if platform == "slack":
        return json.dumps(slack.notice(card).payload(), ensure_ascii=False, sort_keys=True)
    if platform == "teams":
        shown = {"card": teams.adaptive_card(card), "summary": card.summary}
        return json.dumps(shown, ensure_ascii=False, sort_keys=True)
    epoch = datetime(2026, 1, 1, tzinfo=UTC)
    posted = Posted("0", "room", epoch, "bot", "", card)
    return page.message_html(posted, "bot", UTC, None)  # type: ignore[arg-type]


@dataclass
class Message:
    """One message as it stands now."""

    to: Destination
    card: Card
    times: int = 1


@dataclass
class Recorder(Adapter):
    """One platform. ``inside`` says who is in a room; a room that is not there is silent."""

    platform: str
    door: Door
    inside: dict[str, frozenset[str]] = field(default_factory=dict)
    shown: dict[str, Message] = field(default_factory=dict)
    down: bool = False

    def mount(self, routes: web.Application) -> None: ...
    async def start(self) -> None: ...
    async def stop(self) -> None: ...

    async def post(self, to: Destination, card: Card, key: str) -> Receipt:
        if self.down:
            raise Unreachable("down")
        self.shown[key] = Message(to, card)
        return Receipt(to.address, key, self.door._bot._clock())

    async def redraw(self, to: Destination, receipt: Receipt, card: Card, key: str) -> Receipt:
        self.shown[receipt.message] = Message(to, card, self.shown[receipt.message].times + 1)
        return receipt

    async def find(self, to: Destination, key: str, since: datetime) -> Receipt | None:
        return None

    async def members(self, room: str) -> frozenset[str] | None:
        return self.inside.get(room)


def open_adapter(secrets: Secrets, door: Door, *, platform: str, **_: Any) -> Adapter:
    """A recorder in the place of a platform's adapter."""
    return Recorder(platform, door)
