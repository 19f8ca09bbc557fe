"""What a platform offers for speaking first: to show a card, draw it again, and find it."""

from __future__ import annotations

from typing import Protocol

from bot.card import Card
from bot.notice import Destination, Receipt


class Unreachable(Exception):
    """A platform did not take a card.

    ``fault`` is a code; ``doubt``: it may have been shown all the same; ``retry_after`` in
    seconds, when the platform says how long to wait; ``gone``: it will never work this way.
    """

    def __init__(
        self,
        fault: str,
        *,
        doubt: bool = False,
        retry_after: float | None = None,
        gone: bool = False,
    ) -> None:
        super().__init__(fault)
        self.fault, self.doubt, self.retry_after, self.gone = fault, doubt, retry_after, gone


class HistoryUnreadable(Exception):
    """The platform cannot tell whether a card was shown."""


class Channel(Protocol):
    """One platform, for speaking first. All methods raise :class:`Unreachable`."""

    platform: str

    async def post(self, to: Destination, card: Card, key: str) -> Receipt:
        """Show ``card``; ``key`` travels with it, so that :meth:`find` knows it again."""
        ...

    async def redraw(self, to: Destination, receipt: Receipt, card: Card, key: str) -> Receipt:
        """Replace a shown card (or post it afresh under ``key`` if it was deleted)."""
        ...

    async def find(self, to: Destination, key: str) -> Receipt | None:
        """Look for a card posted under ``key``; raises :class:`HistoryUnreadable`."""
        ...

    async def members(self, room: str) -> frozenset[str] | None:
        """The accounts in a room, ``None`` when the platform cannot say."""
        ...
