"""Showing cards: in a person's own chat or a room, first or in answer, and redrawing them."""

from __future__ import annotations

import asyncio

from adapters.teams.connector import Connector, message_activity
from adapters.teams.faults import missing
from adapters.teams.fitting import parts, shortened
from adapters.teams.references import Book, Reference
from adapters.teams.render import adaptive_card
from bot.card import Card, Tone
from bot.channel import Unreachable
from bot.plain import visible

TRIES = 3
LONGEST_PAUSE = 3.0


class Speaker:
    """Everything Lanyard shows in Teams goes through here."""

    def __init__(self, connector: Connector, book: Book, service_url: str) -> None:
        self._connector, self._book, self._service_url = connector, book, service_url

    async def chat_with(self, address: str) -> Reference:
        """The person's own chat with the bot, opened if there has been none.

        An account never met is addressed by its directory id, which Teams takes as well.
        """
        known = await self._book.get(address)
        if known is not None and known.conversation:
            return known
        service_url = known.service_url if known else self._service_url
        user = known.user if known else address.partition("/")[2]
        conversation = await self._connector.open_chat(service_url, user)
        reference = Reference(service_url, conversation, user)
        await self._book.put(address, reference)
        return reference

    async def room(self, address: str) -> Reference:
        """A channel or group chat; one we were never told of is tried at the usual address."""
        return await self._book.get(address) or Reference(self._service_url, address)

    async def show(self, to: Reference, card: Card, readers: tuple[str, ...] = ()) -> str:
        """Post one card, shortened if it must be; returns the message's id. A live card of a
        room is drawn for each of its ``readers`` (accounts, ``29:…``) with their own buttons."""
        card = shortened(card)
        return await self._connector.post(
            to,
            message_activity(
                adaptive_card(card, readers=readers),
                summary=visible(card.summary),
                urgent=card.tone is Tone.URGENT,
            ),
        )

    async def redraw(
        self, to: Reference, message: str, card: Card, readers: tuple[str, ...] = ()
    ) -> str:
        """Replace a shown card, or show it afresh if it is no longer there."""
        card = shortened(card)
        drawn = adaptive_card(card, readers=readers)
        activity = message_activity(drawn, summary=visible(card.summary))
        try:
            return await self._connector.update(to, message, activity)
        except Unreachable as fault:
            if not missing(fault):
                raise
        return await self.show(to, card, readers)

    async def answer(self, to: Reference, cards: tuple[Card, ...]) -> None:
        """Show all of ``cards`` in order, none of them shortened, trying again where Teams asks
        for patience: nobody else will deliver an answer."""
        for card in cards:
            for part in parts(card):
                await self._patiently(to, part)

    async def line(self, to: Reference, text: str) -> None:
        """One plain sentence of ours."""
        await self._connector.post(to, message_activity(text=text))

    async def _patiently(self, to: Reference, card: Card) -> None:
        for tried in range(1, TRIES + 1):
            try:
                await self.show(to, card)
            except Unreachable as fault:
                if fault.gone or tried == TRIES:
                    raise
                await asyncio.sleep(min(fault.retry_after or 0.3 * tried, LONGEST_PAUSE))
            else:
                return
