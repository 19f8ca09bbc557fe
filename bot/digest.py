"""The Principal's week in numbers that identify nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta, tzinfo
from statistics import median
from typing import Any, Self

from bot.banding import SMALL, band

TOO_FEW, NONE_TO_TIME = "too few to show a time", "none was taken"


@dataclass(frozen=True, order=True)
class Week:
    """An ISO week, written ``2026-W47``."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The week written as ``2026-W47``; raises :class:`ValueError` saying so."""
        try:
            year, number = text.upper().split("-W")
            week = cls(int(year), int(number))
            week.monday()
        except ValueError:
            raise ValueError(f"“{text}” is not a week. Write it like 2026-W47.") from None
        return week

    @classmethod
    def of(cls, moment: date) -> Self:
        year, number, _ = moment.isocalendar()
        return cls(year, number)

    def monday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 1)

    def in_words(self) -> str:
        """``16 November 2026``, its Monday."""
        monday = self.monday()
        return f"{monday.day} {monday:%B %Y}"

    def next(self) -> Week:
        return Week.of(self.monday() + timedelta(days=7))

    def span(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Its first moment and the first moment after it, in ``zone``."""
        start = datetime.combine(self.monday(), datetime.min.time(), zone)
        end = datetime.combine(self.next().monday(), datetime.min.time(), zone)
        return start, end


@dataclass(frozen=True)
class Counted:
    """What a digest is made from. Nothing about reports on adults is ever in it.

    ``reports``: number by kind; ``minutes``: minutes to acknowledgement of those taken;
    ``open_now``, ``unacknowledged``: still open at the end of the week; ``asked``,
    ``unanswered``: questions; ``clauses``: clause id to number of distinct askers.
    """

    reports: Mapping[str, int]
    minutes: Sequence[float]
    open_now: int
    unacknowledged: int
    asked: int
    unanswered: int
    clauses: Mapping[str, int]


@dataclass(frozen=True)
class Digest:
    """What the Principal reads, every number already made safe to show."""

    week: Week
    reports: str
    kinds: tuple[tuple[str, str], ...]
    acknowledged: str
    still_open: str
    unacknowledged: bool
    asked: str
    unanswered: str
    clauses: tuple[str, ...]
    quiet: bool

    def to_json(self) -> dict[str, Any]:
        """A plain structure for storage; ``from_json`` is its inverse."""
        return asdict(self) | {"week": str(self.week)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        given = {**data, "week": Week.parse(data["week"]), "clauses": tuple(data["clauses"])}
        return cls(**given | {"kinds": tuple((kind, count) for kind, count in data["kinds"])})


def in_minutes(count: float) -> str:
    whole = max(1, round(count))
    return f"{whole} minute" + ("s" if whole > 1 else "")


def digest(week: Week, counted: Counted) -> Digest:
    """The digest of ``week``.

    Kinds are told apart only when every one of them is 5 or more: otherwise the total less the
    shown ones would give a hidden one away. Times only from 5 acknowledgements on.
    """
    total = sum(counted.reports.values())
    kinds = sorted((kind, n) for kind, n in counted.reports.items() if n)
    apart = len(kinds) > 1 and all(n >= SMALL for _, n in kinds)
    times = counted.minutes
    return Digest(
        week=week,
        reports=band(total),
        kinds=tuple((kind, band(n)) for kind, n in kinds) if apart else (),
        acknowledged=(
            f"half within {in_minutes(median(times))}, the longest {in_minutes(max(times))}"
            if len(times) >= SMALL
            else TOO_FEW
            if times
            else NONE_TO_TIME
        ),
        still_open=band(counted.open_now),
        unacknowledged=counted.unacknowledged > 0,
        asked=band(counted.asked),
        unanswered=band(counted.unanswered),
        clauses=tuple(
            clause
            for clause, askers in sorted(counted.clauses.items(), key=lambda item: -item[1])
            if askers >= SMALL
        )[:5],
        quiet=total == 0 and counted.asked == 0,
    )
