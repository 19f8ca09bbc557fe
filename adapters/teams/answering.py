"""What each kind of activity asks of us, and the answer shown where it may be seen."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from adapters.teams.connector import CARD
from adapters.teams.fitting import parts
from adapters.teams.reading import Incoming
from adapters.teams.references import PLATFORM, Book, Reference
from adapters.teams.render import adaptive_card
from adapters.teams.speaking import Speaker
from adapters.teams.standing import Standings
from bot.card import Card, Reply, Tone, say
from bot.channel import Unreachable
from bot.door import Door
from bot.message import Standing
from bot.people import Identity

log = logging.getLogger(__name__)

Body = dict[str, Any]

IN_YOUR_CHAT = "I have answered you in your own chat with me."
NO_CHAT = (
    "I could not open a chat with you. Add the Lanyard app in Teams for yourself, "
    "then do this again."
)
NOT_SHOWN = "Teams did not take my answer. Please press again: nothing is done twice."
SHARED_ROOM = Card(
    title="Not there: people outside the school may be in that channel",
    tone=Tone.WARNING,
    text=(
        "Child in danger now? Ring 999. Then speak to your safeguarding lead in person.",
        "Nobody has been told and nothing was kept. Say it here, in your own chat with Lanyard.",
    ),
    summary="Lanyard cannot answer there.",
)
SHOWN = "Answered below."
NOTED = "Done."


class Answering:
    """Hears people through the door and shows them what it says."""

    def __init__(self, door: Door, book: Book, speaker: Speaker, standings: Standings) -> None:
        self._door, self._book = door, book
        self._speaker, self._standings = speaker, standings

    async def take(self, incoming: Incoming) -> Body | None:
        """Do what ``incoming`` asks. An invoke gets the body of its answer, ``None`` if it is
        none that we know; anything else may raise :class:`Unreachable`."""
        body = None
        if incoming.type == "message" and incoming.to_us:
            await self._message(incoming)
        elif incoming.type == "invoke" and incoming.name == "adaptiveCard/action":
            body = await self._execute(incoming)
        await self._remember(incoming)
        return body

    async def _message(self, incoming: Incoming) -> None:
        reply = await self._hear(incoming)
        if not incoming.private:
            await self._speaker.line(incoming.here, await self._in_own_chat(incoming, reply))
            return
        cards = reply.cards
        if incoming.press is not None and reply.replaces and incoming.reply_to and cards:
            first, *more = parts(cards[0])
            await self._speaker.redraw(incoming.here, incoming.reply_to, first)
            cards = (*more, *cards[1:])
        await self._speaker.answer(incoming.here, cards)

    async def _execute(self, incoming: Incoming) -> Body:
        if incoming.press is None:
            return _error("This button is not one of mine.")
        reply = await self._hear(incoming)
        if not incoming.private:
            # What a shared card leads to is for the one who pressed: the room sees nothing of it.
            return _note(await self._in_own_chat(incoming, reply))
        try:
            return await self._in_place(incoming, reply)
        except Unreachable as fault:
            _warn(fault)
            return _note(NOT_SHOWN)

    async def _in_place(self, incoming: Incoming, reply: Reply) -> Body:
        if not reply.replaces or not reply.cards:
            await self._speaker.answer(incoming.here, reply.cards)
            return _note(SHOWN if reply.cards else NOTED)
        first, *more = parts(reply.cards[0])
        await self._keep(incoming, first)
        await self._speaker.answer(incoming.here, (*more, *reply.cards[1:]))
        return _response(CARD, adaptive_card(first))

    async def _keep(self, incoming: Incoming, card: Card) -> None:
        """Change the message itself too: the card in the response is only this view of it, and
        would be the old one again on another device."""
        if not incoming.reply_to:
            return
        try:
            await self._speaker.redraw(incoming.here, incoming.reply_to, card)
        except Unreachable as fault:
            _warn(fault)

    async def _in_own_chat(self, incoming: Incoming, reply: Reply) -> str:
        """Answer in the person's own chat; returns what the room, or they, may be told there."""
        if not reply.cards:
            return NOTED
        try:
            await self._remember(incoming)
            chat = await self._speaker.chat_with(incoming.address)
            await self._speaker.answer(chat, reply.cards)
        except Unreachable as fault:
            _warn(fault)
            return NO_CHAT if fault.gone else NOT_SHOWN
        return IN_YOUR_CHAT

    async def _hear(self, incoming: Incoming) -> Reply:
        identity = Identity(PLATFORM, incoming.address)
        if incoming.shared:
            await self._door.refused(identity, "shared-channel")
            return say(SHARED_ROOM)
        standing = await self._standings.of(incoming)
        if standing is Standing.BOT:
            await self._door.refused(identity, "bot")
        return await self._door.hear(incoming.message(standing))

    async def _remember(self, incoming: Incoming) -> None:
        """Keep where this was said, and by whom, for speaking first."""
        here = incoming.here
        if not here.conversation:
            return
        if incoming.account and not incoming.by_bot:
            conversation = here.conversation if incoming.private else ""
            await self._book.put(incoming.address, replace(here, conversation=conversation))
        if not incoming.private:
            room = Reference(here.service_url, incoming.room)
            await self._book.put(incoming.room, room)


def _response(kind: str, value: Any) -> Body:
    return {"statusCode": 200, "type": kind, "value": value}


def _note(text: str) -> Body:
    return _response("application/vnd.microsoft.activity.message", text)


def _error(text: str) -> Body:
    value = {"code": "BadRequest", "message": text}
    return {"statusCode": 400, "type": "application/vnd.microsoft.error", "value": value}


def _warn(fault: Unreachable) -> None:
    log.warning("answer not shown", extra={"action": "teams-answer", "fault": fault.fault})
