"""What each kind of activity asks of us, and the answer shown where it may be seen."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from adapters.teams.afterwards import Afterwards, not_shown
from adapters.teams.connector import CARD
from adapters.teams.fitting import parts
from adapters.teams.hearing import NOTED, Hearing
from adapters.teams.reading import EXECUTE, Incoming
from adapters.teams.render import REFRESH, adaptive_card
from adapters.teams.searching import QUERY, Searching
from adapters.teams.speaking import Speaker
from adapters.teams.tasks import NAMES, NOT_OURS, Tasks
from bot.card import Card, Press
from bot.channel import Unreachable

Body = dict[str, Any]

SHOWN = "Answered below."
NOT_NOW = "This cannot be brought up to date just now."


class Answering:
    """Hears people through the door and shows them what it says."""

    def __init__(self, hearing: Hearing, speaker: Speaker, afterwards: Afterwards) -> None:
        self._hearing, self._speaker, self._afterwards = hearing, speaker, afterwards
        self._tasks, self._searching = Tasks(hearing, afterwards), Searching(hearing)

    async def take(self, incoming: Incoming) -> Body | None:
        """Do what ``incoming`` asks. An invoke gets the body of its answer, ``None`` if it is
        none that we know; anything else may raise :class:`Unreachable`."""
        if incoming.type == "invoke":
            body = await self._invoke(incoming)
            self._afterwards.begin(incoming.address, partial(self._remembered, incoming))
            return body
        if incoming.type == "message" and incoming.to_us:
            await self._message(incoming)
        await self._hearing.remember(incoming)
        if incoming.installed:
            await self._hearing.introduce(incoming)
        return None

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
        await self._afterwards.before(incoming.address)
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
            work = partial(self._hearing.in_own_chat, incoming, reply.cards)
            told = await self._afterwards.told(incoming.address, work)
            seen = incoming.live and await self._as_its_reader(incoming, incoming.live, told)
            return seen or _note(told)
        if not reply.cards:
            return _note(NOTED)
        if not reply.replaces:
            work = partial(self._added, incoming, reply.cards)
            return _note(await self._afterwards.told(incoming.address, work))
        first, *more = parts(reply.cards[0])
        work = partial(self._kept, incoming, first, (*more, *reply.cards[1:]))
        self._afterwards.begin(incoming.address, work)
        return _response(CARD, adaptive_card(first))

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

    async def _added(self, incoming: Incoming, cards: tuple[Card, ...]) -> str:
        await self._speaker.answer(incoming.here, cards)
        return SHOWN

    async def _kept(self, incoming: Incoming, card: Card, more: tuple[Card, ...]) -> str:
        """Change the message itself too: the card in the response is only this view of it, and
        would be the old one again on another device."""
        try:
            if incoming.reply_to:
                await self._speaker.redraw(incoming.here, incoming.reply_to, card)
        except Unreachable as fault:
            not_shown(fault)
        return await self._added(incoming, more)

    async def _remembered(self, incoming: Incoming) -> str:
        await self._hearing.remember(incoming)
        return NOTED


def _response(kind: str, value: Any) -> Body:
    return {"statusCode": 200, "type": kind, "value": value}


def _note(text: str) -> Body:
    return _response("application/vnd.microsoft.activity.message", text)


def _error(text: str) -> Body:
    value = {"code": "BadRequest", "message": text}
    return {"statusCode": 400, "type": "application/vnd.microsoft.error", "value": value}
