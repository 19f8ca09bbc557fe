"""The local workspace as a platform: carries what is said on the page to the bot, and back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from aiohttp import web

from adapters.web import rooms as places
from adapters.web.board import Board
from adapters.web.guard import Refused, guarded, read_body
from adapters.web.render import BOT, page_html
from adapters.web.rooms import PLATFORM, Room, own_room
from adapters.web.said import Said, read_said
from adapters.web.stream import stream
from bot import clock
from bot.card import Card, Press, Reply
from bot.channel import Unreachable, ensure_lease
from bot.door import Adapter, Door
from bot.finding import Finding
from bot.message import Message, Place
from bot.notice import Destination, Receipt
from bot.people import Directory, Identity
from bot.ports import Posted, Unavailable
from bot.settings import Secrets

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def open_adapter(
    secrets: Secrets, door: Door, *, now: Callable[[], datetime] = clock.now
) -> Adapter:
    """The local workspace behind ``door``. It needs no secrets: everybody in it is fictional."""
    return WebAdapter(door, now)


@dataclass(frozen=True)
class Answered:
    """What came of a submission: the room the answers are in, and their ids there."""

    room: str
    ids: tuple[str, ...]


class WebAdapter(Adapter):
    """The page, its routes and its channel."""

    platform = PLATFORM

    def __init__(self, door: Door, now: Callable[[], datetime]) -> None:
        self._door, self._now = door, now
        self.board = Board(door, now)

    # The page

    def mount(self, routes: web.Application) -> None:
        get, post = routes.router.add_get, routes.router.add_post
        get("/", guarded(self._page))
        for file in sorted(_FOLDER.iterdir()):
            if file.suffix in _TYPES:
                serve = partial(_serve, file.read_bytes(), _TYPES[file.suffix])
                get(f"/static/{file.name}", guarded(serve))
        get("/events", guarded(self._events, from_page=True))
        post("/say", guarded(self._say, from_page=True))
        routes.on_shutdown.append(self._end_streams)

    async def start(self) -> None:
        """Nothing to open: the page calls us."""

    async def stop(self) -> None:
        self.board.hub.end()

    async def _end_streams(self, _: web.Application) -> None:
        self.board.hub.end()

    def _rooms(self) -> dict[str, Room]:
        return places.rooms(self._door.directory())

    async def _page(self, request: web.Request) -> web.StreamResponse:
        directory, rooms = self._door.directory(), self._rooms()
        chosen = [name for name in request.query.getall("show", []) if name in rooms]
        first = places.first_columns(directory)
        html = page_html(
            directory.school,
            [room for room in rooms.values() if room.own],
            [room for room in rooms.values() if not room.own],
            (*chosen, *first[len(chosen) :])[: len(first)],
        )
        return web.Response(text=html, content_type="text/html")

    async def _events(self, request: web.Request) -> web.StreamResponse:
        asked = list(dict.fromkeys(request.query.getall("room", [])))
        rooms = self._rooms()
        if not asked or any(name not in rooms for name in asked):
            raise Refused(404, "There is no such room.")
        return await stream(request, self.board.hub, asked, self.board.snapshot)

    async def _say(self, request: web.Request) -> web.StreamResponse:
        said = read_said(await read_body(request))
        answered = await self.take(said)
        return web.json_response({"room": answered.room, "answers": list(answered.ids)})

    # What is said

    async def take(self, said: Said) -> Answered:
        """Carry one submission to the bot and show what it answers, to that person alone."""
        room = self._rooms().get(said.room)
        person = room.members.get(said.account) if room else None
        if room is None or person is None:
            raise Refused(403, "That person is not in this room, so nothing was sent.")
        own = own_room(said.account)
        pressed = await self._pressed(said) if said.press else None
        if not room.own and not said.press and not said.command and not said.mentions:
            await self._keep_words(said)
            return Answered(own, ())
        message = Message(
            key=f"{PLATFORM}/{said.account}/{said.key}",
            identity=Identity(PLATFORM, said.account),
            place=Place(PLATFORM, said.room, private=room.own),
            text=said.words if room.own else said.addressed,
            name=person.name,
            press=Press.parse(said.press) if said.press else None,
            command=said.command,
        )
        # The words and the turn wait in the same queue, so a store that does not answer costs
        # one wait, not two, before the numbers to ring are shown.
        kept, reply = await asyncio.gather(self._keep_words(said), self._door.hear(message))
        return await self._answer(said, reply, pressed if room.own else None, kept)

    async def _pressed(self, said: Said) -> Posted | None:
        """The message whose button was pressed; ``None`` when the store cannot say."""
        try:
            posted = await self.board.get(said.message)
        except Unavailable:
            return None
        if posted is None or posted.room != said.room:
            raise Refused(404, "That card is not here any more, so nothing was sent.")
        return posted

    async def _keep_words(self, said: Said) -> bool:
        """Keep and show what a person typed; whether the store took it. A command in a channel
        is not shown there, as on any platform."""
        own = said.room == own_room(said.account)
        if said.press or not said.text or (said.command and not own):
            return True
        posted = self.board.new(said.room, said.account, said.text)
        try:
            await self.board.add((posted, f"{said.account}/{said.key}"))
        except Unavailable:
            self.board.hold(posted)
            return False
        return True

    async def _answer(
        self, said: Said, reply: Reply, pressed: Posted | None, kept: bool
    ) -> Answered:
        own = own_room(said.account)
        cards = list(reply.cards)
        ids: list[str] = []
        if kept and cards and reply.replaces and pressed is not None:
            try:
                if await self.board.put(pressed.id, cards[0]) is not None:
                    ids.append(pressed.id)
                    del cards[0]
            except Unavailable:
                kept = False
        posted = [self.board.new(own, BOT, "", card) for card in cards]
        keyed = [(each, f"{said.account}/{said.key}/{n}") for n, each in enumerate(posted)]
        try:
            shown = await self.board.add(*keyed) if kept else self.board.hold(*posted)
        except Unavailable:
            shown = self.board.hold(*posted)
        return Answered(own, (*ids, *(each.id for each in shown)))

    # Speaking first

    async def post(self, to: Destination, card: Card, key: str) -> Receipt:
        room = self._room_of(to)
        ensure_lease()
        try:
            (stands,) = await self.board.add((self.board.new(room, BOT, "", card), key))
        except Unavailable:
            raise Unreachable("no-database", doubt=True) from None
        return Receipt(stands.room, stands.id, stands.at)

    async def redraw(self, to: Destination, receipt: Receipt, card: Card, key: str) -> Receipt:
        try:
            stands = await self.board.put(receipt.message, card)
        except Unavailable:
            raise Unreachable("no-database", unanswered=True) from None
        if stands is None:
            return await self.post(to, card, f"again/{receipt.message}")
        return receipt

    async def find(self, to: Destination, key: str, since: datetime) -> Receipt | None:
        try:
            posted = await self.board.find(self._room_of(to), key)
        except Unavailable:
            raise Unreachable("no-database", unanswered=True) from None
        return Receipt(posted.room, posted.id, posted.at) if posted else None

    async def check(self, directory: Directory) -> tuple[Finding, ...]:
        """There is nothing to set up on the page."""
        return ()

    async def members(self, room: str) -> frozenset[str] | None:
        found = self._rooms().get(room)
        return frozenset(found.members) if found else None

    def _room_of(self, to: Destination) -> str:
        room = own_room(to.address) if to.person else to.address
        if room not in self._rooms():
            raise Unreachable("no-such-room", gone=True)
        return room


async def _serve(content: bytes, content_type: str, _: web.Request) -> web.StreamResponse:
    return web.Response(body=content, content_type=content_type, charset="utf-8")
