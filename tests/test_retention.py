"""No report is erased a day too early: the rule table against an oracle of another make."""

from __future__ import annotations

import calendar
import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retention import RULES, Facts, Sort, due_on, missing, years_after

SEED, CASES = 20261122, 10_000
FIRST, LAST = date(1990, 1, 1), date(2026, 11, 22)


def birthdays(born: date, on: date) -> int:
    """How many birthdays somebody has had, counted one by one; 29 February falls on 1 March."""
    count = 0
    for year in range(born.year + 1, on.year + 1):
        leapling = (born.month, born.day) == (2, 29) and not calendar.isleap(year)
        day = date(year, 3, 1) if leapling else date(year, born.month, born.day)
        count += day <= on
    return count


def oracle(facts: Facts, last: date, closed: bool, held: bool, on: date) -> bool:
    """Whether a record may be erased on a day, written from the notes, not from the table."""
    if not closed or held or on < last:
        return False
    old_enough = lambda years: facts.born is not None and birthdays(facts.born, on) >= years  # noqa: E731
    since = birthdays(last, on)
    match facts.sort:
        case Sort.CHILD:
            return old_enough(25) and since >= 25
        case Sort.SEXUAL_ABUSE:
            return old_enough(75) and since >= 75
        case Sort.ALLEGATION:
            return old_enough(68) and since >= 10
        case Sort.UNFOUNDED:
            return True
        case Sort.LOW_LEVEL:
            return facts.left is not None and on >= facts.left
        case Sort.NOBODY:
            return since >= 6
        case _:
            return False


def test_no_early_deletion_in_ten_thousand() -> None:
    chance = random.Random(SEED)
    span = (LAST - FIRST).days
    early = late = 0
    for _ in range(CASES):
        leap = chance.random() < 0.2
        day = lambda: FIRST + timedelta(chance.randrange(span))  # noqa: E731
        born = date(chance.choice([1992, 1996, 2000, 2004]), 2, 29) if leap else day()
        facts = Facts(
            chance.choice([*Sort, None]),
            born if chance.random() < 0.8 else None,
            day() if chance.random() < 0.7 else None,
        )
        last, closed = day(), chance.random() < 0.9
        held = chance.random() < 0.1
        found = due_on(facts, last, closed=closed, held=held)
        if found is None:
            far = date(2300, 1, 1)
            assert not oracle(facts, last, closed, held, far), (SEED, facts, last)
            continue
        early += not oracle(facts, last, closed, held, found)
        late += found > last and oracle(facts, last, closed, held, found - timedelta(1))
    assert (early, late) == (0, 0), f"seed {SEED}"


@pytest.mark.parametrize("sort", [Sort.CHILD, Sort.SEXUAL_ABUSE, Sort.ALLEGATION])
def test_an_unknown_date_of_birth_is_never_due(sort: Sort) -> None:
    assert due_on(Facts(sort), FIRST, closed=True, held=False) is None
    assert missing(Facts(sort)) == "the date of birth"


@given(st.sampled_from(list(Sort)), st.dates(FIRST, LAST), st.dates(FIRST, LAST))
def test_open_held_and_unsorted_records_stay(sort: Sort, born: date, last: date) -> None:
    facts = Facts(sort, born, born)
    assert due_on(facts, last, closed=False, held=False) is None
    assert due_on(facts, last, closed=True, held=True) is None
    assert due_on(Facts(None, born, born), last, closed=True, held=False) is None


@pytest.mark.parametrize(
    ("day", "years", "after"),
    [
        (date(2004, 2, 29), 25, date(2029, 3, 1)),
        (date(2004, 2, 29), 24, date(2028, 2, 29)),
        (date(2009, 5, 4), 25, date(2034, 5, 4)),
        (date(9990, 1, 1), 75, date.max),
    ],
)
def test_the_29th_of_february_becomes_the_1st_of_march(day: date, years: int, after: date) -> None:
    assert years_after(day, years) == after


def test_every_sort_has_a_rule_with_a_source() -> None:
    assert set(RULES) == set(Sort)
    assert all(rule.source and rule.words() for rule in RULES.values())
