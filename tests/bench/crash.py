"""Kills at named points and at random: ``python -m tests.bench crash --named 200 --random 200``."""

from __future__ import annotations

import itertools
import logging
import tempfile
from pathlib import Path

import click

from tests.bench.databases import KINDS, databases
from tests.bench.tally import SEED
from tests.crashing import POINTS, Crashes, Figures


def strike(url: str, folder: Path, named: int, at_random: int, seed: int) -> Figures:
    """So many kills of each sort, mixed, on one database; every named point in turn."""
    crashes = Crashes(url, folder, seed)
    points = [*itertools.islice(itertools.cycle(POINTS), named), *[""] * at_random]
    with click.progressbar(points, label=url.split(":")[0]) as bar:
        for point in bar:
            crashes.kill(point)
    return crashes.finish()


@click.command()
@click.option("--named", default=len(POINTS), help="Kills at named points.")
@click.option("--random", "at_random", default=20, help="Kills at random moments.")
@SEED
@click.option("--database", type=click.Choice([*KINDS, "both"]), default="both")
def main(named: int, at_random: int, seed: int, database: str) -> None:
    """Exit 1 when anything was lost, missing or doubled."""
    logging.disable(logging.CRITICAL)
    click.echo(f"seed {seed}, {len(POINTS)} named points")
    faults: list[str] = []
    with databases(KINDS if database == "both" else (database,)) as urls:
        for kind, url in urls.items():
            with tempfile.TemporaryDirectory(prefix="lanyard-crash-") as folder:
                found = strike(url, Path(folder), named, at_random, seed)
            click.echo(
                f"{kind}: {found.kills} kills {dict(found.at)}, {found.reports} reports, "
                f"{found.receipts} promises; lost {len(found.lost)}, without a ladder "
                f"{len(found.no_ladder)}, unmarked doubles {len(found.doubles)}, never sent "
                f"{len(found.unsent)}"
            )
            for point in found.not_reached:
                click.echo(f"  not reached: {point}")
            faults += found.faults
    for fault in faults[:50]:
        click.echo(fault)
    raise SystemExit(1 if faults else 0)
