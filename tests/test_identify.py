"""Figures identify nobody (promise 34): short runs, and an attacker who is known to see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, product
from math import inf
from random import Random

import pytest

from bot.banding import Range, wide, words
from tests import attack
from tests.bench import identify
from tests.bench.tally import Tally
from tests.histories import History, Known, Report, WeekOf

QUICK = 5.0
TWO = ("child", "website")
UNKNOWN = Range(0)


def weeks(*counts: tuple[int, ...]) -> History:
    """Weeks with so many reports of the first kinds, all taken and closed at once."""
    return tuple(
        WeekOf(
            number,
            tuple(
                Report(kind, QUICK, number, number)
                for kind, count in zip(TWO, each, strict=False)
                for _ in range(count)
            ),
        )
        for number, each in enumerate(counts)
    )


def test_some_schools() -> None:
    tally = Tally()
    identify.live_terms(tally, Random(7), 1)
    identify.ask(tally, Random(7), 1)
    assert not tally.faults, "\n".join(tally.lines())
    assert tally.counts["numbers from 1 to 4"] > 50


# An edge is drawn only where it leaves room


@pytest.mark.parametrize(
    ("count", "known", "told"),
    [
        (0, UNKNOWN, "none"),
        (7, UNKNOWN, "1 to 9"),
        (10, UNKNOWN, "10 to 19"),
        (250, UNKNOWN, "100 or more"),
        # Nine weeks of "1 to 4": if all were one, "1 to 9" would say so.
        (9, Range(9, 36), "1 to 19"),
        # Five weeks of "1 to 4": if all were four, "20 or more" would say so.
        (20, Range(5, 20), "10 to 49"),
        # What the digests have said already may be said again.
        (14, Range(11, 18), "10 to 19"),
        # A report that turned out to be a mistake does not contradict them.
        (3, Range(10, 40), "10 to 19"),
    ],
)
def test_wide_bands(count: int, known: Range, told: str) -> None:
    assert words(wide(count, [known])) == told


def test_a_band_never_depends_on_more_than_its_edges() -> None:
    """Whichever way the count lies, the same edges are drawn: what is left out tells nothing."""
    for low, high in product(range(0, 120, 3), (10, 20, 36, 60, 99, inf)):
        if low <= high:
            top = int(min(high, low + 130))
            bands = [wide(count, [Range(low, high)]) for count in range(low, top + 1)]
            for before, after in pairwise(bands):
                assert before == after or before.high + 1 == after.low


# The attacker sees what there is to see


def test_the_attacker_finds_what_too_narrow_a_band_would_tell() -> None:
    known = Known(weeks(*[(1,)] * 9))
    assert attack.found(known.weekly, known.termly) == {}
    careless = replace(known.termly, reports="1 to 9")
    found = attack.found(known.weekly, careless)
    assert found == found | {f"week {number}": 1 for number in range(9)}


def test_the_attacker_finds_kinds_that_can_only_be_in_one_week() -> None:
    """Nine of each kind in one week, shown apart, and one more of each in another."""
    known = Known(weeks((9, 9), (2, 2)))
    assert known.termly.kinds == ()
    careless = replace(known.termly, kinds=(("child", "10 or more"), ("website", "10 or more")))
    assert attack.found(known.weekly, careless) == {}
    four = tuple((kind, "10 or more") for kind in ("blocked", "child", "concern", "website"))
    full = [Report(kind, QUICK, 0, 0) for kind, _ in four] * 9
    other = [Report(kind, QUICK, 1, 1) for kind, _ in four]
    tight = Known((WeekOf(0, tuple(full)), WeekOf(1, tuple(other))))
    assert tight.termly.kinds == ()
    found = attack.found(tight.weekly, replace(tight.termly, kinds=four))
    assert found == found | {f"week 1 {kind}": 1 for kind, _ in four}


# Every small school there is


def test_no_number_is_the_same_in_all_schools_that_look_alike() -> None:
    """Two weeks and two kinds, up to seven of each: whoever knows how the figures are made, and
    goes through every school that could have them, is left with more than one."""
    alike: dict[object, list[History]] = defaultdict(list)
    for flat in product(range(8), repeat=4):
        history = weeks(flat[:2], flat[2:])
        alike[looks(history)].append(history)
    assert len(alike) > 50
    for look, histories in alike.items():
        told = numbers(histories[0])
        for history in histories:
            told &= numbers(history)
        small = {(name, count) for name, count in told if 1 <= count <= 4}
        for other in larger(histories[0]) if small else ():
            # No school has at most seven.
            if looks(other) == look:
                small &= numbers(other)
        assert not small, look


def looks(history: History) -> object:
    known = Known(history)
    return known.weekly, known.termly


def numbers(history: History) -> set[tuple[str, int]]:
    return set(Known(history).cells.items())


def larger(history: History) -> Iterator[History]:
    flat = [week.kinds[kind] for week in history for kind in TWO]
    for one, other in product(range(4), repeat=2):
        for more, fewer in product(range(1, 26), range(-6, 7)):
            counts = list(flat)
            counts[one] += more
            counts[other] = max(counts[other] + fewer, 0)
            yield weeks((counts[0], counts[1]), (counts[2], counts[3]))
