"""Showing cards: in a person's own chat or a room, first or in answer, and redrawing them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

from adapters.teams.connector import Connector, message_activity
from adapters.teams.faults import lost, missing
from adapters.teams.fitting import parts, shortened
from adapters.teams.references import Reference
from adapters.teams.render import adaptive_card
from adapters.teams.whereabouts import Whereabouts
from bot.card import Card, Tone
from bot.channel import Unreachable
from bot.notice import Destination
from bot.plain import visible

Place = tuple[str, str]
"""A conversation, and a message in it."""

TRIES = 3
LONGEST_PAUSE = 3.0


class Speaker:
    """Everything Lanyard shows in Teams goes through here."""

    def __init__(self, connector: Connector, whereabouts: Whereabouts) -> None:
        self._connector, self._whereabouts = connector, whereabouts

    async def show_first(self, to: Destination, card: Card, readers: tuple[str, ...]) -> Place:
        """As :meth:`show`, unasked, wherever they are."""

        async def shown(where: Reference) -> Place:
            return where.conversation, await self.show(where, card, readers)

        return await self._whereabouts.at(to, shown)

    async def redraw_first(
        self, to: Destination, at: Place, card: Card, readers: tuple[str, ...]
    ) -> Place:
        """Replace the card shown at ``at``, unasked. It is shown afresh, where they are now, only
        if it is no longer there, at no service address that Teams or the store knows of."""
        room, message = at

        async def redrawn(where: Reference) -> Place:
            try:
                there = replace(where, conversation=room)
                return room, await self._update(there, message, card, readers)
            except Unreachable as fault:
                # Not let in does not say that it is gone, unless they have another chat by now.
                if not (missing(fault) or (lost(fault) and where.conversation != room)):
                    raise
                if await self._whereabouts.has_moved(to.address, where):
                    raise
            return where.conversation, await self.show(where, card, readers)

        return await self._whereabouts.at(to, redrawn)

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
        try:
            return await self._update(to, message, card, readers)
        except Unreachable as fault:
            if not missing(fault):
                raise
        return await self.show(to, card, readers)

    async def answer(self, to: Reference, cards: tuple[Card, ...]) -> None:
        """Show all of ``cards`` in order, none of them shortened, trying again where Teams asks
        for patience: nobody else will deliver an answer."""
        for card in cards:
            for part in parts(card):
                await self._patiently(part, to)

    async def answer_in_chat(self, address: str, cards: tuple[Card, ...]) -> None:
        """As :meth:`answer`, in the person's own chat."""
        for card in cards:
            for part in parts(card):
                await self._whereabouts.in_chat(address, partial(self._patiently, part))

    async def line(self, to: Reference, text: str) -> None:
        """One plain sentence of ours."""
        await self._connector.post(to, message_activity(text=text))

    async def _update(
        self, to: Reference, message: str, card: Card, readers: tuple[str, ...]
    ) -> str:
        card = shortened(card)
        drawn = adaptive_card(card, readers=readers)
        activity = message_activity(drawn, summary=visible(card.summary))
        return await self._connector.update(to, message, activity)

    async def _patiently(self, card: Card, to: Reference) -> None:
        for tried in range(1, TRIES + 1):
            try:
                await self.show(to, card)
            except Unreachable as fault:
                if fault.gone or tried == TRIES:
                    raise
                await asyncio.sleep(min(fault.retry_after or 0.3 * tried, LONGEST_PAUSE))
            else:
                return
