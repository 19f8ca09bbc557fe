"""Draws many random records on every surface: ``python -m tests.bench render 10000``."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import click
from rich.progress import track

from tests.adapters import slack_surfaces, teams_surfaces
from tests.records import Records

SURFACES: Mapping[str, Callable[[Records], Iterator[str]]] = {
    "slack": slack_surfaces.faults,
    "teams": teams_surfaces.faults,
}
"""For each platform, what is wrong with the drawings of one random record."""


@click.command()
@click.argument("count", default=10_000)
@click.option("--seed", default=1, help="The first record; the next ones count on from it.")
def main(count: int = 10_000, seed: int = 1) -> None:
    """Exit 1 when any surface is invalid, cuts a number, or leaves something out unsaid."""
    for platform, faults_of in SURFACES.items():
        found: Counter[str] = Counter()
        began = time.perf_counter()
        for number in track(range(seed, seed + count), description=platform, transient=True):
            for fault in faults_of(Records(number)):
                found[fault[:160]] += 1
                if found.total() <= 5:
                    click.echo(f"record {number}: {fault[:300]}")
        took = time.perf_counter() - began
        click.echo(f"{platform}: {count:,} records, {found.total()} faults, {took:.0f} s")
        if found:
            raise SystemExit(1)
