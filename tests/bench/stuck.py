"""Every way to be stuck, on both databases: ``python -m tests.bench stuck``.

Each is made of a report that goes well; the watchdog then has five simulated minutes to find it
and to tell whoever may know of it, and nobody else.
"""

from __future__ import annotations

import logging
from contextlib import closing
from datetime import timedelta

import click

from tests.bench.databases import empty, server
from tests.bench.tally import Tally, shown
from tests.stuck import STATES, Scene, outcome
from tests.troupe import KEYS


def measure() -> Tally:
    """Make every state on both databases."""
    tally, slowest = Tally(), {"found": timedelta(), "told": timedelta()}
    with server() as address:
        made = [(name, kind) for name in STATES for kind in ("sqlite", "postgres")]
        for name, kind in shown(made, len(made)):
            url = "sqlite://" if kind == "sqlite" else empty(address)
            with closing((scene := Scene(url, KEYS)).app):
                came = outcome(scene, STATES[name])
            tally.count(f"states made on {kind}")
            tally.count("found", came.found_after is not None)
            slowest["found"] = max(slowest["found"], came.found_after or timedelta())
            slowest["told"] = max(slowest["told"], came.told_after or timedelta())
            for fault in came.faults:
                tally.fault(f"{name}, {kind}: {fault}")
    for what, span in slowest.items():
        tally.note(f"minutes until the last was {what}", f"{span.total_seconds() / 60:.0f}")
    return tally


@click.command()
def main() -> None:
    """Exit 1 when anything was not found in time, or told to anybody else."""
    logging.disable(logging.CRITICAL)
    tally = measure()
    for line in tally.lines():
        click.echo(line)
    if tally.faults:
        raise SystemExit(1)
