"""How long a report is kept: a table of rules, and the day on which one may be erased."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Sort(StrEnum):
    """What a record turned out to be. A role-holder says so; nothing is guessed from its words."""

    CHILD = "child"
    SEXUAL_ABUSE = "sexual-abuse"
    ALLEGATION = "allegation"
    UNFOUNDED = "unfounded"
    LOW_LEVEL = "low-level"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Rule:
    """A record is kept until the latest of these, in whole years; ``None`` does not count.

    ``leaving``: also until the adult has left. ``source`` says where the rule comes from.
    """

    birth: int | None
    last: int | None
    leaving: bool
    source: str

    def words(self) -> str:
        """The rule as a sentence without its full stop."""
        parts = [f"{self.birth} years after the birth"] if self.birth is not None else []
        if self.last is not None:
            parts.append(f"{self.last} years after the last entry" if self.last else "its closing")
        if self.leaving:
            parts.append("the adult's leaving")
        latest = "the latest of " if len(parts) > 1 else ""
        return f"kept until {latest}{' and '.join(parts)}"


RULES: Mapping[Sort, Rule] = {
    Sort.CHILD: Rule(25, 25, False, "IRMS toolkit for schools, the longer of its two readings"),
    Sort.SEXUAL_ABUSE: Rule(75, 75, False, "IICSA, final report, on records of abuse"),
    Sort.ALLEGATION: Rule(
        68, 10, False, "KCSIE Part Four: normal pension age or 10 years, whichever is longer"
    ),
    Sort.UNFOUNDED: Rule(None, 0, False, "KCSIE Part Four: malicious or false, removed"),
    Sort.LOW_LEVEL: Rule(None, 0, True, "KCSIE Part Four: at least until the adult leaves"),
    Sort.NOBODY: Rule(None, 6, False, "the school's own: no child and no adult is concerned"),
}


@dataclass(frozen=True)
class Facts:
    """What a role-holder has said of a record: its sort, whose birthday counts, when they left."""

    sort: Sort | None = None
    born: date | None = None
    left: date | None = None


def due_on(facts: Facts, last: date, *, closed: bool, held: bool) -> date | None:
    """The first day on which a record may be erased; ``None``: not until something changes.

    ``last`` is the day of its last entry. Open and held records stay, and so does one of which
    a fact that its rule needs is unknown: an unknown date of birth is never a short one.
    """
    if facts.sort is None or not closed or held:
        return None
    rule = RULES[facts.sort]
    days: list[date | None] = []
    if rule.birth is not None:
        days.append(years_after(facts.born, rule.birth) if facts.born else None)
    if rule.last is not None:
        days.append(years_after(last, rule.last))
    if rule.leaving:
        days.append(facts.left)
    known = [day for day in days if day is not None]
    return max(known) if len(known) == len(days) else None


def missing(facts: Facts) -> str:
    """What somebody would have to say before a day can be named; empty when nothing."""
    if facts.sort is None:
        return "its sort"
    rule = RULES[facts.sort]
    if rule.birth is not None and facts.born is None:
        return "the date of birth"
    if rule.leaving and facts.left is None:
        return "the day the adult left"
    return ""


def years_after(day: date, years: int) -> date:
    """The same day ``years`` later; 29 February becomes 1 March where there is none."""
    year = day.year + years
    if year > date.max.year:
        return date.max
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
