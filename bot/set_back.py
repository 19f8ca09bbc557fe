"""A clock that is set back: what waits is moved back with it, or it would wait far too long."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.ports import Work

log = logging.getLogger(__name__)

SET_BACK = timedelta(minutes=2)
"""A clock that goes back by less is only being put right; nobody waits long because of it."""


class ClockWatch:
    """Notices, from one tick to the next, that the clock of this machine was set back.

    Set forward it needs nothing: whatever is due is done at once, and once.
    """

    def __init__(self) -> None:
        self._before: datetime | None = None
        self._moves = 0
        self._asked: datetime | None = None

    def look(self, work: Work, now: datetime) -> None:
        """Move everything that waits back by as much as the clock was, unless another process
        of this machine has done so since this one looked last."""
        moves = work.waiting.moves()
        if moves == self._moves + 1 and self._asked is not None:
            # What was asked for at the last look is kept, by whomever; since then it may have
            # been set back once more. Where others have moved it further, they saw to that too.
            self._before, self._moves = self._asked, moves
        self._asked = None
        before = self._before
        if before is not None and before - now >= SET_BACK and moves == self._moves:
            # Noted only once it is kept, at the next look.
            work.waiting.move_back(before - now, moves)
            self._asked = now
            log.warning("the clock was set back", extra={"action": "tick"})
        else:
            self._before, self._moves = now, moves
