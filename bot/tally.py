"""What this process counts of itself: turns that are about no report, and its own faults."""

from __future__ import annotations

import logging
from collections import Counter

from bot.logs import OURS

ABOUT_RECORDS = frozenset({"deliver", "climb", "read", "unseal"})
"""Faults that belong to one record, which may be a report about an adult: not counted."""


class Tally:
    """Counts since the process began. Turns are counted by intent (see
    :attr:`bot.intent.Intent.counted`), faults by what was being done."""

    def __init__(self) -> None:
        self.turns: Counter[str] = Counter()
        self.seconds: dict[str, float] = {}
        self.faults: Counter[str] = Counter()

    def turn(self, intent: str, seconds: float) -> None:
        self.turns[intent] += 1
        self.seconds[intent] = self.seconds.get(intent, 0.0) + seconds


class FaultCounter(logging.Handler):
    """Counts what is logged as an error; keeps nothing of it but what was being done."""

    def __init__(self, tally: Tally) -> None:
        super().__init__(logging.ERROR)
        self._tally = tally

    def emit(self, record: logging.LogRecord) -> None:
        action = str(getattr(record, "action", "other"))
        if record.name.split(".")[0] in OURS and action not in ABOUT_RECORDS:
            self._tally.faults[action] += 1
