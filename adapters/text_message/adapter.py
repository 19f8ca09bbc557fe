"""Speaks first by text message: the one route that wakes somebody at night."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from adapters.text_message.notify import URL, Notify
from adapters.text_message.render import words
from bot import clock
from bot.card import Card
from bot.channel import Unreachable
from bot.door import Adapter, Door
from bot.finding import Finding
from bot.notice import Destination, Receipt
from bot.people import Directory
from bot.platforms import TEXT
from bot.route_settings import TextSection
from bot.settings import Secrets

KEYS = "GOV.UK Notify → the service → API integration → API keys"
TEMPLATES = "GOV.UK Notify → the service → Templates"


def open_adapter(
    secrets: Secrets,
    door: Door,
    *,
    settings: TextSection,
    url: str = URL,
    now: Callable[[], datetime] = clock.now,
) -> Adapter:
    """The text route through the school's own GOV.UK Notify service.

    Raises :class:`ValueError` without its key.
    """
    if secrets.notify_key is None:
        raise ValueError("NOTIFY_KEY is missing")
    notify = Notify(secrets.notify_key.get_secret_value(), url, now)
    return TextAdapter(notify, door, settings, now)


class TextAdapter:
    """A channel that nobody can answer on. Addresses are people's ids."""

    platform = TEXT

    def __init__(
        self, notify: Notify, door: Door, settings: TextSection, now: Callable[[], datetime]
    ) -> None:
        self._notify, self._door, self._settings, self._now = notify, door, settings, now

    def mount(self, routes: web.Application) -> None:
        """Text messages are not heard."""

    async def start(self) -> None:
        """The connection opens at the first message."""

    async def stop(self) -> None:
        await self._notify.close()

    async def post(self, to: Destination, card: Card, key: str) -> Receipt:
        """Hand ``card`` over. The receipt says that Notify accepted it, nothing more."""
        person = self._door.directory().person(to.person)
        if person is None or not person.mobile:
            raise Unreachable("no-address", gone=True)
        made = await self._notify.send(person.mobile, self._settings.template, words(card), key)
        return Receipt(TEXT, made, self._now())

    async def redraw(self, to: Destination, receipt: Receipt, card: Card, key: str) -> Receipt:
        """What was texted stays as it was."""
        return receipt

    async def find(self, to: Destination, key: str, since: datetime) -> Receipt | None:
        made = await self._notify.sent(key)
        return Receipt(TEXT, made, self._now()) if made else None

    async def check(self, directory: Directory) -> tuple[Finding, ...]:
        """Whether Notify knows the key and the template; nothing is sent."""
        about, mend = "GOV.UK Notify", "lanyard.toml → [text] → template"
        try:
            body = await self._notify.template(self._settings.template)
        except Unreachable as fault:
            what = f"it cannot be asked ({fault.fault})."
            if fault.fault in ("text-401", "text-403"):
                what, mend = "it does not take NOTIFY_KEY.", KEYS
            elif fault.fault == "text-404":
                what = "it has no such template."
            return (Finding(about, what, mend),)
        if "".join(body.split()) != "((message))":
            return (Finding(about, "the template's whole body must be ((message)).", TEMPLATES),)
        return (Finding(about),)

    async def members(self, room: str) -> frozenset[str] | None:
        """There are no rooms."""
        return None
