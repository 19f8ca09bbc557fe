"""Time in the large: absences, holidays, both changes of the clocks (the rest is a benchmark)."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.terms import Terms
from tests.years import ZONE, World, bank_holidays, climb_with, live_weeks, school_time, terms

AWAY = ((), ("khan", "okoro", "lindqvist"), ("farrow", "penrose"), ("khan", "farrow"))


def test_bank_holidays_of_ten_years() -> None:
    """Every day of 2020 to 2029 against the Act's own rules (promise 44)."""
    calendar = Terms(ZONE, 8, 16, [])
    day, wrong = date(2020, 1, 1), []
    while day < date(2030, 1, 1):
        if calendar.is_school_day(day) != (
            day.weekday() < 5 and day not in bank_holidays(day.year)
        ):
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []


@pytest.mark.parametrize("seed", range(3))
def test_school_time_is_counted_alike_by_an_oracle(seed: int) -> None:
    """Half-terms, weekends, bank holidays and both changes of the clocks."""
    chance, calendar = random.Random(seed), terms(2026, 2)
    clock = Terms(ZONE, 8, 16, calendar)
    first = datetime(2026, 9, 3, tzinfo=UTC)
    for _ in range(100):
        start = first + timedelta(minutes=chance.randrange(600 * 24 * 60))
        span = timedelta(minutes=chance.choice((0, 1, 30, 60, 480, 481, 2400)))
        assert clock.add(start, span) == school_time(start, span, calendar)


def test_absences_climb_in_time() -> None:
    world, late = World(datetime(2026, 11, 18, 10, 0, tzinfo=UTC)), random.Random(1)
    for away in AWAY:
        assert climb_with(world, away, late) == []
        world.now += timedelta(hours=1)


def test_a_term_with_an_outage_and_a_digest_a_week() -> None:
    _, digests, found = live_weeks(12, 4, seed=3)
    assert found == []
    assert digests == 12
