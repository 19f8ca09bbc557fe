"""What a platform offers for speaking first: to show a card, draw it again, and find it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Protocol

from bot.card import Card
from bot.notice import Destination, Receipt


class Unreachable(Exception):
    """A platform did not take a card.

    ``fault`` is a code; ``doubt``: it may have been shown all the same; ``retry_after`` in
    seconds, when the platform says how long to wait; ``gone``: it will never work this way;
    ``unanswered``: nobody was there to take it. A fault without any of these is the card's own.
    """

    def __init__(
        self,
        fault: str,
        *,
        doubt: bool = False,
        retry_after: float | None = None,
        gone: bool = False,
        unanswered: bool = False,
    ) -> None:
        super().__init__(fault)
        self.fault, self.doubt, self.retry_after, self.gone = fault, doubt, retry_after, gone
        self.unanswered = unanswered

    @property
    def of_the_destination(self) -> bool:
        """Whether any other card would have met the same."""
        return self.doubt or self.gone or self.unanswered or self.retry_after is not None

    def before_showing(self) -> Unreachable:
        """The same fault of a call that shows nothing, whatever became of it."""
        return Unreachable(
            self.fault,
            retry_after=self.retry_after,
            gone=self.gone,
            unanswered=self.unanswered or self.doubt,
        )


class HistoryUnreadable(Exception):
    """The platform cannot tell whether a card was shown."""


LEASE_LOST = "lease-lost"
"""The time in which this process alone may send is over; nothing was sent."""

_lease: ContextVar[Callable[[], bool]] = ContextVar("lease")


@contextmanager
def under_lease(holds: Callable[[], bool]) -> Iterator[None]:
    """Let requests begin only while ``holds()``."""
    token = _lease.set(holds)
    try:
        yield
    finally:
        _lease.reset(token)


def ensure_lease() -> None:
    """To be called just before anything leaves: a process that was paused must not send what
    another has taken over meanwhile. Outside a delivery it does nothing."""
    holds = _lease.get(None)
    if holds is not None and not holds():
        raise Unreachable(LEASE_LOST)


class Channel(Protocol):
    """One platform, for speaking first. All methods raise :class:`Unreachable`."""

    platform: str

    async def post(self, to: Destination, card: Card, key: str) -> Receipt:
        """Show ``card``; ``key`` travels with it, so that :meth:`find` knows it again."""
        ...

    async def redraw(self, to: Destination, receipt: Receipt, card: Card, key: str) -> Receipt:
        """Replace a shown card (or post it afresh under ``key`` if it was deleted)."""
        ...

    async def find(self, to: Destination, key: str, since: datetime) -> Receipt | None:
        """Look for a card posted under ``key``, not before ``since``; raises
        :class:`HistoryUnreadable`."""
        ...

    async def members(self, room: str) -> frozenset[str] | None:
        """The accounts in a room, ``None`` when the platform cannot say."""
        ...
