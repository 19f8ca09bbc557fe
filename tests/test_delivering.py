"""Deliveries in small; the benchmarks `deliver`, `burst` and `workers` run the same at length."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

from tests.bench import burst
from tests.delivering import Delivering
from tests.storage.making import open_store
from tests.working import run


async def test_a_failing_slack_delivers_everything(tmp_path: Path) -> None:
    """Four reports in a quarter of an hour, 70 % of the calls failing, dead for some minutes."""
    figures = await Delivering(tmp_path, seed=7, reports=4, days=0.01).run()
    assert (figures.reports, figures.undelivered, figures.too_early) == (4, 0, 0)
    assert figures.unmarked == 0
    assert figures.urgent
    assert figures.kept


async def test_alarms_go_first_when_everything_comes_at_once(tmp_path: Path) -> None:
    tally = await burst.strike(12, 7, tmp_path, minutes=6)
    assert tally.counts["notices waiting at recovery"] > 20
    assert not tally.faults


async def test_a_paused_worker_sends_nothing_after_its_lease(
    empty_postgres: str, tmp_path: Path
) -> None:
    with closing(open_store(empty_postgres)) as store:
        store.upgrade()
    chance = random.Random(7)
    figures = await run(empty_postgres, tmp_path, workers=2, count=40, pausing=chance)
    assert figures.delivered == 40
    assert figures.kept
