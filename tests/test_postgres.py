"""The same journeys on PostgreSQL: a web process that hears, a worker process that delivers."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.play import Play
from tests.test_plays import PLAYS
from tests.troupe import MovableClock, troupe


@pytest.mark.parametrize("name", ["readme", "write-up", "adult"])
async def test_play_on_postgres(name: str, tmp_path: Path, empty_postgres: str) -> None:
    async with troupe("web", tmp_path, url=empty_postgres) as actors:
        await Play(actors).act(PLAYS[name])


async def test_a_worker_delivers_what_another_process_heard(
    tmp_path: Path, empty_postgres: str
) -> None:
    """The press is heard by one application; only the other one runs a worker. The job that was
    committed with the report wakes it."""
    async with (
        troupe("slack", tmp_path, MovableClock(), empty_postgres) as office,
        troupe("slack", tmp_path, office.clock, empty_postgres) as worker,
    ):
        await office.stage.say("amira", "a boy told me he is being hurt at home")
        await office.stage.press("amira", "Child: tell Ms Khan and Mr Okoro")
        at_work = asyncio.create_task(worker.app.work(signals=False))
        try:
            async with asyncio.timeout(20):
                while not worker.stage.screen("khan", room="dsl-oak"):
                    await asyncio.sleep(0.05)
        finally:
            at_work.cancel()
            await asyncio.gather(at_work, return_exceptions=True)
        (card,) = worker.stage.screen("khan", room="dsl-oak")
        assert "Nobody has this yet" in card.words
