"""Teams as a channel to speak on and a route to hear by, put together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from adapters.teams.afterwards import Afterwards
from adapters.teams.answering import Answering
from adapters.teams.checkup import Checkup
from adapters.teams.connector import Connector, Transport
from adapters.teams.endpoint import Endpoint
from adapters.teams.fitting import LIMIT
from adapters.teams.hearing import Hearing
from adapters.teams.keys import METADATA_URL, SigningKeys
from adapters.teams.references import PLATFORM, Book
from adapters.teams.render import MOST_READERS, READERS_ROOM, size
from adapters.teams.speaking import Speaker
from adapters.teams.standing import Standings
from adapters.teams.tokens import TOKEN_URL, Tokens
from adapters.teams.trust import Doorkeeper, Origins
from adapters.teams.whereabouts import Whereabouts
from bot import clock
from bot.card import Card
from bot.channel import HistoryUnreadable, Unreachable
from bot.door import Adapter, Door
from bot.finding import Finding
from bot.notice import Destination, Receipt
from bot.people import Directory
from bot.settings import Secrets

ROUTE = "/api/messages"
SERVICE_URL = "https://smba.trafficmanager.net/teams/"
"""Teams' worldwide address, for those who have not yet told us their own."""


class TeamsAdapter:
    """The adapter contract for one app in one tenant."""

    platform = PLATFORM

    def __init__(
        self,
        secrets: Secrets,
        door: Door,
        origins: Origins,
        urls: tuple[str, str, str],
        now: Callable[[], datetime],
    ) -> None:
        app_id, tenant = secrets.teams_app_id, secrets.teams_tenant
        token_url, metadata_url, service_url = urls
        app_secret = secrets.teams_app_secret
        if app_secret is None:
            raise ValueError("TEAMS_APP_SECRET is missing")
        self._tenant, self._now = tenant, now
        self._session: aiohttp.ClientSession | None = None
        self._rosters: dict[str, dict[str, str]] = {}
        keys = SigningKeys(metadata_url, self._http)
        doorkeeper = Doorkeeper(app_id, tenant, origins, keys)
        tokens = Tokens(token_url, app_id, app_secret.get_secret_value(), self._http)
        self._connector = Connector(Transport(origins, tokens, self._http), app_id, tenant)
        book = Book(door)
        self._door, self._book = door, book
        self._whereabouts = Whereabouts(self._connector, book, service_url)
        self._speaker = Speaker(self._connector, self._whereabouts)
        self._checkup = Checkup(tokens, keys, self._connector, self._whereabouts, tenant)
        standings = Standings(self._connector, self._whereabouts, tenant)
        hearing = Hearing(door, book, self._speaker, standings)
        self._afterwards = Afterwards()
        answering = Answering(hearing, self._speaker, self._afterwards)
        self._endpoint = Endpoint(doorkeeper, self._connector, answering)

    def mount(self, routes: web.Application) -> None:
        """Add the address that is registered with Azure as the messaging endpoint."""
        routes.router.add_post(ROUTE, self._endpoint.handle)

    async def start(self) -> None:
        """The connections to Microsoft open at the first call."""

    async def stop(self) -> None:
        """Let answers under way end, then close them again."""
        await self._afterwards.stop()
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def answered(self) -> None:
        """Returns when every answer begun has been shown or given up."""
        await self._afterwards.all_shown()

    async def post(self, to: Destination, card: Card, key: str) -> Receipt:
        """Show ``card``. ``key`` stays here: Teams has nowhere to look it up again."""
        readers = await self._readers(to, card)
        room, message = await self._speaker.show_first(to, card, readers)
        return Receipt(room, message, self._now())

    async def redraw(self, to: Destination, receipt: Receipt, card: Card, key: str) -> Receipt:
        """Replace a shown card, or post it afresh if it was deleted, or its chat is lost."""
        shown, readers = (receipt.room, receipt.message), await self._readers(to, card)
        room, message = await self._speaker.redraw_first(to, shown, card, readers)
        return Receipt(room, message, self._now())

    async def find(self, to: Destination, key: str, since: datetime) -> Receipt | None:
        """Teams lets no bot read a chat's history without leave over the whole tenant."""
        raise HistoryUnreadable

    async def members(self, room: str) -> frozenset[str] | None:
        """The accounts (``tenant/object``) in a room, ``None`` when Teams does not say."""
        try:
            members = await self._whereabouts.in_room(room, self._connector.members)
        except Unreachable as fault:
            if fault.gone:
                return None
            raise
        if members is None or any(not member.account for member in members):
            return None
        found = {
            f"{member.tenant or self._tenant}/{member.account}": member.id for member in members
        }
        self._rosters[room] = found
        return frozenset(found)

    async def check(self, directory: Directory) -> tuple[Finding, ...]:
        """What a look at the tenant finds."""
        return await self._checkup.findings(directory)

    async def _readers(self, to: Destination, card: Card) -> tuple[str, ...]:
        """Those for whom a live card of a room is drawn with their own buttons: whoever holds a
        role, as far as Teams has told us their accounts here: in the room's roster, which the
        courier asks for just before, or when they used Lanyard."""
        if to.person or card.live is None or size(card) > LIMIT - READERS_ROOM:
            return ()
        found: list[str] = []
        roster = self._rosters.get(to.address, {})
        for person in self._door.directory().role_holders():
            for identity in person.identities:
                if identity.platform == PLATFORM and len(found) < MOST_READERS:
                    known = None if identity.user in roster else await self._book.get(identity.user)
                    user = known.user if known else roster.get(identity.user, "")
                    found += [user] if user.startswith("29:") else []
        return tuple(found)

    def _http(self) -> aiohttp.ClientSession:
        """Opened at the first call: whoever only speaks need not be started."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session


def open_adapter(
    secrets: Secrets,
    door: Door,
    *,
    hosts: tuple[str, ...] = ("smba.trafficmanager.net",),
    token_url: str = "",
    metadata_url: str = "",
    service_url: str = "",
    loopback: str = "",
    now: Callable[[], datetime] = clock.now,
) -> Adapter:
    """The Teams adapter. ``hosts`` are the service hosts to be trusted, each by its whole name;
    the other options point tests at servers of their own, ``loopback`` being an
    ``http://127.0.0.1:port`` that stands in for Teams. The settings' stand-in serves the paths
    of all of Microsoft's hosts.

    Raises :class:`ValueError` without an app id, its secret and a tenant.
    """
    stand_in = secrets.teams_stand_in

    def at(url: str) -> str:
        return stand_in + urlsplit(url).path if stand_in else url

    urls = (
        token_url or at(TOKEN_URL.format(tenant=secrets.teams_tenant)),
        metadata_url or at(METADATA_URL),
        service_url or at(SERVICE_URL),
    )
    return TeamsAdapter(secrets, door, Origins(hosts, loopback or stand_in), urls, now)
