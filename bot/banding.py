"""Numbers as bands, wide enough that no small number behind them can be worked out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

SMALL = 5
"""Counts from 1 to 4 are hidden (practice for schools; the Office for National Statistics
uses 10)."""

EDGES = (1, 10, 20, 50, 100)
"""Where a wide band may end and the next begin: the threshold of 10, for figures of a term."""


@dataclass(frozen=True)
class Range:
    """What is known of a number: it is from ``low`` to ``high``, both included; ``inf`` where
    nothing stops it."""

    low: int
    high: float = inf

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.high + other.high)


NOTHING = Range(0, 0)
BANDS = {
    "none": NOTHING,
    "1 to 4": Range(1, 4),
    "5 to 9": Range(5, 9),
    "10 or more": Range(10),
}


def band(count: int) -> str:
    """``count`` as a band: none, 1 to 4, 5 to 9, 10 or more."""
    return next(name for name, known in BANDS.items() if known.low <= count <= known.high)


def total(ranges: Iterable[Range]) -> Range:
    """What is known of a sum."""
    return sum(ranges, NOTHING)


def wide(count: int, known: Sequence[Range]) -> Range:
    """The wide band of ``count``: the edges just below and above it, of those that are drawn.

    ``known``: what each reader already knows of it, from figures that it is a sum of. What they
    were shown stands: a count outside it is told as the nearest inside. An edge is drawn where
    they know on which side the count is, or have :data:`SMALL` to spare on either side. Any
    nearer, the edge could leave only one number for each part of the sum: nine weeks of "1 to 4"
    that are "1 to 9" together are one each. Whether an edge is drawn never depends on the count,
    so that an edge left out tells nothing either.
    """
    for each in known:
        count = int(max(each.low, min(count, each.high)))
    drawn = [edge for edge in EDGES if edge == 1 or all(_clear(edge, each) for each in known)]
    low = max((edge for edge in drawn if edge <= count), default=0)
    return Range(low, min((edge - 1 for edge in drawn if edge > count), default=inf))


def _clear(edge: int, known: Range) -> bool:
    if edge <= known.low or edge > known.high:
        return True
    return known.low + SMALL <= edge <= known.high - SMALL


def words(shown: Range) -> str:
    """``none``, ``10 to 19``, ``100 or more``."""
    if shown == NOTHING:
        return "none"
    return f"{shown.low} or more" if shown.high == inf else f"{shown.low} to {shown.high}"
