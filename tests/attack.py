"""Somebody who has every digest and the report of a term, and works out what they can.

Each published figure bounds a sum of numbers behind it. Bounds are carried from sum to sum until
nothing moves any more; where the two bounds of a number from 1 to 4 meet, it is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from bot.banding import BANDS, Range, total, wide
from bot.digest import NONE_TO_TIME, TOO_FEW, Digest
from bot.termly import TermReport
from tests.histories import KINDS

Term = tuple[int, str]
"""A coefficient and the number it belongs to."""


@dataclass(frozen=True)
class Sum:
    """A sum of numbers is known to lie in a range."""

    terms: tuple[Term, ...]
    known: Range


def found(weekly: Sequence[Digest], termly: TermReport) -> dict[str, int]:
    """The numbers from 1 to 4 that can be worked out, by the name of :func:`histories.cells`."""
    bounds: dict[str, tuple[float, float]] = {}
    sums = [*_of_weeks(weekly), *_of_the_term(weekly, termly)]
    for each in sums:
        for _, name in each.terms:
            bounds.setdefault(name, (0, inf))
    moved = True
    while moved:
        moved = any([_carry(each, bounds) for each in sums])
    return {name: int(low) for name, (low, high) in bounds.items() if low == high and 1 <= low <= 4}


def _carry(each: Sum, bounds: dict[str, tuple[float, float]]) -> bool:
    """Bound every number of a sum by the others; whether any moved."""
    moved = False
    ends = [_scaled(factor, *bounds[name]) for factor, name in each.terms]
    for at, (factor, name) in enumerate(each.terms):
        low = each.known.low - sum(high for n, (_, high) in enumerate(ends) if n != at)
        high = each.known.high - sum(low for n, (low, _) in enumerate(ends) if n != at)
        if factor < 0:
            low, high = -high, -low
        now = max(bounds[name][0], low), min(bounds[name][1], high)
        assert now[0] <= now[1], f"{name} cannot be anything"
        if now != bounds[name]:
            bounds[name] = now
            ends[at] = _scaled(factor, *now)
            moved = True
    return moved


def _scaled(factor: int, low: float, high: float) -> tuple[float, float]:
    return (low, high) if factor > 0 else (-high, -low)


def _is(known: Range, *names: str) -> Sum:
    return Sum(tuple((1, name) for name in names), known)


def _same(whole: str, *parts: str) -> Sum:
    """A number is the sum of others."""
    return Sum(((1, whole), *((-1, part) for part in parts)), Range(0, 0))


def _of_weeks(weekly: Sequence[Digest]) -> Iterable[Sum]:
    waited = False
    for number, week in enumerate(weekly):
        name = f"week {number}"
        yield _same(name, *(f"{name} {kind}" for kind in KINDS))
        yield _same(name, f"{name} taken", f"{name} not taken in it")
        yield _is(BANDS[week.reports], name)
        if week.kinds:
            shown = dict(week.kinds)
            for kind in KINDS:
                yield _is(BANDS[shown.get(kind, "none")], f"{name} {kind}")
        yield _is(_times(week), f"{name} taken")
        yield _same(f"{name} asked", f"{name} answered", f"{name} unanswered")
        yield _is(BANDS[week.asked], f"{name} asked")
        yield _is(BANDS[week.unanswered], f"{name} unanswered")
        # What is open was open before or came this week, and was not closed; so was the untaken.
        before, coming = f"week {number - 1}", f"{name} not taken in it"
        closed, taken = f"{name} closed", f"{name} taken of before"
        was_open = (f"{before} open",) if number else ()
        was_untaken = (f"{before} untaken",) if number else ()
        yield Sum(_signed((f"{name} open", closed), (*was_open, name)), Range(0, 0))
        yield Sum(_signed((f"{name} untaken", taken), (*was_untaken, coming)), Range(0, 0))
        yield _same(f"{name} open", f"{name} untaken", f"{name} open and taken")
        yield _is(BANDS[week.still_open], f"{name} open")
        yield _is(Range(1) if week.unacknowledged else Range(0, 0), f"{name} untaken")
        if not week.unacknowledged and not waited:
            yield _is(Range(0, 0), coming)
        waited = week.unacknowledged


def _signed(plus: Iterable[str], minus: Iterable[str]) -> tuple[Term, ...]:
    return (*((1, name) for name in plus), *((-1, name) for name in minus))


def _times(week: Digest) -> Range:
    if week.acknowledged in (NONE_TO_TIME, TOO_FEW):
        return BANDS["none" if week.acknowledged == NONE_TO_TIME else "1 to 4"]
    return Range(5)


def _of_the_term(weekly: Sequence[Digest], termly: TermReport) -> Iterable[Sum]:
    weeks = [f"week {number}" for number in range(len(weekly))]
    yield _same("term", *weeks)
    yield _is(_band(termly.reports), "term")
    for kind in KINDS:
        yield _same(f"term {kind}", *(f"{week} {kind}" for week in weeks))
    if termly.kinds:
        shown = dict(termly.kinds)
        for kind in KINDS:
            yield _is(_band(shown.get(kind, "none")), f"term {kind}")
    yield _is(_band(termly.breaches), "term website")
    yield _same("term asked", *(f"{week} asked" for week in weeks))
    yield _same("term unanswered", *(f"{week} unanswered" for week in weeks))
    yield _is(_band(termly.asked), "term asked")
    yield _is(_band(termly.unanswered), "term unanswered")
    yield _same("term", "term taken", "term waiting")
    yield _same("term taken", *(f"{week} taken" for week in weeks), "taken after their week")
    yield _same("term waiting", f"{weeks[-1]} untaken")
    yield _is(_taken(weekly, termly), "term taken")
    yield _is(Range(1) if termly.waiting else Range(0, 0), "term waiting")
    yield _is(_band(termly.principal), "term principal")
    yield _same("term", "term principal", "not called for")
    yield _same("term principal", "term late", "called for and waiting")
    yield _same("term taken", "term late", "in time")


def _taken(weekly: Sequence[Digest], termly: TermReport) -> Range:
    """How many were taken, from whether times are shown: the attacker knows how it is made."""
    if termly.acknowledged == NONE_TO_TIME:
        return Range(0, 0)
    if termly.acknowledged != TOO_FEW:
        return Range(10)
    known = Range(
        total(map(_times, weekly)).low, total(BANDS[week.reports] for week in weekly).high
    )
    few = wide(1, [known])
    return Range(1, few.high if few.high < 10 else inf)


def _band(text: str) -> Range:
    """A band as it is written."""
    if text == "none":
        return Range(0, 0)
    low, _, high = text.partition(" to ")
    return Range(int(low), int(high)) if high else Range(int(text.split()[0]))
