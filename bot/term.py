"""A term of the school year, by name and in whole weeks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from functools import cache
from typing import Self

from bot.digest import Week


class Season(StrEnum):
    """What a term is called. A school may list it in parts, with a half-term between them."""

    SPRING = "spring"
    SUMMER = "summer"
    AUTUMN = "autumn"


STARTS = {Season.SPRING: (1, 2, 3), Season.SUMMER: (4, 5, 6, 7), Season.AUTUMN: (8, 9, 10, 11, 12)}
"""The months in which a part of each term may begin."""


@dataclass(frozen=True)
class Term:
    """One term, written ``2026-autumn``; the year is the one it begins in."""

    year: int
    season: Season

    def __str__(self) -> str:
        return f"{self.year}-{self.season}"

    @property
    def name(self) -> str:
        return f"{self.season} {self.year}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The term written as ``2026-autumn``, ``autumn 2026`` or ``Autumn term 2026``; raises
        :class:`ValueError` saying so."""
        said = set(re.findall(r"[a-z]+|\d+", text.lower())) - {"term"}
        seasons, years = said & set(Season), {each for each in said if re.fullmatch(r"\d{4}", each)}
        if len(seasons) != 1 or len(years) != 1 or said != seasons | years:
            raise ValueError(f"“{text}” is not a term. Write it like 2026-autumn.")
        return cls(int(years.pop()), Season(seasons.pop()))

    @classmethod
    def beginning(cls, day: date) -> Self:
        """The term of which a part begins on ``day``."""
        season = next(season for season, months in STARTS.items() if day.month in months)
        return cls(day.year, season)


@dataclass(frozen=True)
class Weeks:
    """The weeks from ``first`` to ``last``, both included."""

    first: Week
    last: Week

    def __iter__(self) -> Iterator[Week]:
        week = self.first
        while week <= self.last:
            yield week
            week = week.next()

    def span(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """The first moment and the first moment after them, in ``zone``."""
        return self.first.span(zone)[0], self.last.span(zone)[1]


@cache
def school_terms(parts: tuple[tuple[date, date], ...]) -> Mapping[Term, Weeks]:
    """The terms that a school lists as ``parts``, (first day, last day), in order.

    They are whole weeks, as digests are, so that no figure of a term can be set against a piece
    of a week. The holidays belong to the term they lead to: no report falls between two.
    """
    days: dict[Term, tuple[date, date]] = {}
    for first, last in sorted(parts):
        term = Term.beginning(first)
        days[term] = (days[term][0] if term in days else first, last)
    found: dict[Term, Weeks] = {}
    before: Week | None = None
    for term, (first, last) in days.items():
        begins = before.next() if before is not None else Week.of(first)
        before = max(begins, Week.of(last))
        found[term] = Weeks(begins, before)
    return found
