"""Time in the large: absences, holidays, both changes of the clocks (the rest is a benchmark)."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from tests.years import World, climb_with, live_weeks, wrong_days, wrong_spans

AWAY = ((), ("khan", "okoro", "lindqvist"), ("farrow", "penrose"), ("khan", "farrow"))


def test_school_days_of_ten_years() -> None:
    """Every day of 2020 to 2029 against the Act's own rules (promise 44)."""
    assert wrong_days(2020, 10) == []


def test_school_time_is_counted_alike_by_an_oracle() -> None:
    """Half-terms, weekends, bank holidays and both changes of the clocks."""
    assert wrong_spans(random.Random(1), 300) == []


def test_absences_climb_in_time() -> None:
    world, late = World(datetime(2026, 11, 18, 10, 0, tzinfo=UTC)), random.Random(1)
    for away in AWAY:
        assert climb_with(world, away, late) == []
        world.now += timedelta(hours=1)


def test_a_term_with_an_outage_and_a_digest_a_week() -> None:
    _, digests, found = live_weeks(12, 4, seed=3)
    assert found == []
    assert digests == 12
