"""Do the figures identify anybody? ``python -m tests.bench identify [SCHOOLS] [--seed N]``.

Each school lives forty weeks in three terms. Two things are asked of all that its Principal and
its safeguarding governor are given, week by week and term by term. Can a number from 1 to 4 be
worked out by somebody who carries bounds from sum to sum (`tests/attack.py`)? And is there, for
every such number, another history with another number in its place of which everything published
is the same, drawn again by the real code (`tests/histories.py`)? Then nobody can tell, whatever
they know and however they reckon.

A few schools also live in a real database, with words found nowhere else in every field: their
figures must be those of the model, and none of the words may stand in them.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from random import Random

from tests import attack
from tests.bench.tally import Tally, command, shown
from tests.histories import (
    History,
    Known,
    by_chance,
    exchanged,
    fates,
    made_up_for,
    one_more,
    one_step,
    sooner_or_later,
    wander,
)
from tests.lived import live

COUNT = 1000
TERMS = (14, 13, 13)
"""Weeks of each term of a school: forty in all."""

LIVED = 50
"""One school in so many lives in a database as well."""

STEPS = 40_000
"""How far to look for another history before saying that there is none."""


def measure(count: int, seed: int) -> Tally:
    tally, dice = Tally(), Random(seed)
    live_terms(tally, dice, -(-count // LIVED))
    ask(tally, dice, count)
    return tally


def ask(tally: Tally, dice: Random, schools: int) -> None:
    """Ask both questions of so many schools."""
    for number in shown(range(schools), schools):
        for term, weeks in enumerate(TERMS):
            tally.count("weeks", weeks)
            _told(tally, f"school {number}, term {term}", by_chance(dice, weeks), dice)
        tally.count("schools")


def live_terms(tally: Tally, dice: Random, terms: int) -> None:
    """The model's figures are those of a database, and no words stand in them."""
    for _ in range(terms):
        history = by_chance(dice, TERMS[-1])
        known, lived = Known(history), live(history, dice)
        tally.count("terms lived in a database")
        tally.expect(lived.digests == known.weekly, "the digests of a database are others")
        # A drill stands in the report as such, and moves nothing.
        report = replace(lived.report, drills=0)
        tally.expect(report == known.termly, f"{lived.report} is not {known.termly}")
        tally.expect("wren" not in lived.words, "words of a report stand in the figures")


def _told(tally: Tally, name: str, history: History, dice: Random) -> None:
    known = Known(history)
    found = attack.found(known.weekly, known.termly)
    small = {cell for cell, count in known.cells.items() if 1 <= count <= 4}
    tally.count("numbers from 1 to 4", len(small))
    tally.count("worked out by carrying bounds", len(found))
    for cell, count in found.items():
        tally.fault(f"{name}: {cell} is {count}")
    left = told_by_all(history, dice)
    tally.count("with no other history that looks the same", len(left))
    if left:
        tally.fault(f"{name}: no other history for {sorted(left)}")


def told_by_all(history: History, dice: Random, steps: int = STEPS) -> set[str]:
    """The numbers from 1 to 4 for which no other history was found that is published alike."""
    known = Known(history)
    left = {cell for cell, count in known.cells.items() if 1 <= count <= 4}

    def alike(other: History) -> bool:
        if not known.same(other):
            return False
        left.difference_update(known.differing(other, left))
        return True

    for week in history:
        own = left & week.cells.keys()
        for other in one_step(history, week.number):
            alike(other)
            if not own & left:
                break
    for far in (sooner_or_later, one_step, exchanged, one_more, made_up_for, fates):
        for other in chain.from_iterable(far(history, week.number) for week in history):
            if not left:
                return left
            alike(other)
    walk = wander(history, dice, steps)
    other = next(walk)
    while left:
        try:
            other = walk.send(alike(other))
        except StopIteration:
            break
    return left


main = command(measure, COUNT)
