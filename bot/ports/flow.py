"""What the metrics need: how delivery and calling go, without anything about an adult."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Waiting:
    """The notices on one platform and in one lane that were never shown yet and are due, and
    since when the oldest is."""

    platform: str
    lane: str
    count: int
    since: datetime


@dataclass(frozen=True)
class Results:
    """How many notices on a platform have come to this: ``shown``, ``waiting``, or the code of
    what went wrong last."""

    platform: str
    result: str
    count: int


class Flow(Protocol):
    """Counts in which no report about an adult and no drill leaves a trace: neither its own
    notices, nor the lists it may stand on."""

    def waiting(self, now: datetime) -> tuple[Waiting, ...]: ...
    def results(self) -> tuple[Results, ...]: ...
    def overdue(self, before: datetime) -> int:
        """How many ladders should have been looked at before then."""
        ...
