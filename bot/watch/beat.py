"""Signs of life in the database: a mark left by whatever process delivers and climbs."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.ports import Store, Work
from bot.tick import Ticker

TICKED = "ticked"
"""The mark: when a worker last did everything that was owed."""

EXPECTED = "worker-expected"
"""The mark: since when a worker is expected, if none was ever there."""

WATCHED = "watched"
"""The mark: when the watchdog last looked."""

EVERY = timedelta(seconds=30)


class Beat:
    """The ticker of a process that is there to tick, which leaves the mark every half minute.

    The watchdog ticks as well when nobody else does, and leaves none: it would take its own
    work for a worker's.
    """

    def __init__(self, store: Store, ticker: Ticker) -> None:
        self._store, self._ticker = store, ticker
        self._marked_at: datetime | None = None

    def tick(self, now: datetime) -> None:
        """As :meth:`Ticker.tick`; only what was done is marked."""
        self._ticker.tick(now)
        if self._marked_at is not None and self._marked_at <= now < self._marked_at + EVERY:
            return
        with self._store.work() as work:
            leave(work, now)
            work.commit()
        self._marked_at = now


def expect(work: Work, now: datetime) -> None:
    """A worker is expected from now on, if none was before."""
    if work.marks.read(EXPECTED) is None:
        work.marks.write(EXPECTED, now.isoformat())


def leave(work: Work, now: datetime) -> None:
    """Leave the mark."""
    work.marks.write(TICKED, now.isoformat())
