"""What each kind of activity asks of us, and the answer shown where it may be seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from adapters.teams.connector import CARD
from adapters.teams.fitting import parts
from adapters.teams.hearing import NOT_SHOWN, NOTED, Hearing, not_shown
from adapters.teams.reading import EXECUTE, Incoming
from adapters.teams.render import REFRESH, adaptive_card
from adapters.teams.searching import QUERY, Searching
from adapters.teams.speaking import Speaker
from adapters.teams.tasks import NAMES, NOT_OURS, Tasks
from bot.card import Card, Press, Reply
from bot.channel import Unreachable

Body = dict[str, Any]

SHOWN = "Answered below."
NOT_NOW = "This cannot be brought up to date just now."


class Answering:
    """Hears people through the door and shows them what it says."""

    def __init__(self, hearing: Hearing, speaker: Speaker) -> None:
        self._hearing, self._speaker = hearing, speaker
        self._tasks, self._searching = Tasks(hearing), Searching(hearing)

    async def take(self, incoming: Incoming) -> Body | None:
        """Do what ``incoming`` asks. An invoke gets the body of its answer, ``None`` if it is
        none that we know; anything else may raise :class:`Unreachable`."""
        body = None
        if incoming.type == "message" and incoming.to_us:
            await self._message(incoming)
        elif incoming.type == "invoke":
            body = await self._invoke(incoming)
        await self._hearing.remember(incoming)
        if incoming.installed:
            await self._hearing.introduce(incoming)
        return body

    async def _invoke(self, incoming: Incoming) -> Body | None:
        if incoming.name in NAMES:
            return await self._tasks.take(incoming)
        if incoming.name == QUERY:
            return await self._searching.take(incoming)
        if incoming.name != EXECUTE:
            return None
        press = incoming.press
        if press is None:
            return _error(NOT_OURS)
        if incoming.verb == REFRESH:
            return await self._as_its_reader(incoming, press) or _error(NOT_NOW)
        return await self._execute(incoming)

    async def _message(self, incoming: Incoming) -> None:
        reply = await self._hearing.hear(incoming)
        if not incoming.private:
            said = await self._hearing.in_own_chat(incoming, reply.cards)
            await self._speaker.line(incoming.here, said)
            return
        cards = reply.cards
        if incoming.press is not None and reply.replaces and incoming.reply_to and cards:
            first, *more = parts(cards[0])
            await self._speaker.redraw(incoming.here, incoming.reply_to, first)
            cards = (*more, *cards[1:])
        await self._speaker.answer(incoming.here, cards)

    async def _execute(self, incoming: Incoming) -> Body:
        reply = await self._hearing.hear(incoming)
        if not incoming.private:
            # What a shared card leads to is for the one who pressed: the room sees nothing of it.
            told = await self._hearing.in_own_chat(incoming, reply.cards)
            seen = incoming.live and await self._as_its_reader(incoming, incoming.live, told)
            return seen or _note(told)
        try:
            return await self._in_place(incoming, reply)
        except Unreachable as fault:
            not_shown(fault)
            return _note(NOT_SHOWN)

    async def _as_its_reader(self, incoming: Incoming, live: Press, told: str = "") -> Body | None:
        """A card of a room as the one who looks at it may have it; the room's stays as it is."""
        reply = await self._hearing.look(incoming, press=live, text="")
        if reply is None or not reply.cards:
            return None
        card = reply.cards[0]
        if told:
            card = replace(card, text=(told, *card.text))
        readers = (incoming.sender,)
        return _response(CARD, adaptive_card(card, readers=readers, one_reader=True))

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
            not_shown(fault)


def _response(kind: str, value: Any) -> Body:
    return {"statusCode": 200, "type": kind, "value": value}


def _note(text: str) -> Body:
    return _response("application/vnd.microsoft.activity.message", text)


def _error(text: str) -> Body:
    value = {"code": "BadRequest", "message": text}
    return {"statusCode": 400, "type": "application/vnd.microsoft.error", "value": value}
