"""Delivers many reports through a Slack that fails most calls: `deliver 10000 --seed 7`."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
from pathlib import Path

import click

from tests.bench.tally import SEED
from tests.delivering import DAYS, Delivering, Figures


@click.command()
@click.argument("reports", default=1000)
@SEED
@click.option("--days", type=float, default=float(DAYS), help="Simulated days they spread over.")
def main(reports: int, seed: int, days: float) -> None:
    """Exit 1 when anything was undelivered, early, late or doubled without a mark."""
    # Every failure is logged, as it should be; here most calls fail.
    logging.disable(logging.ERROR)
    click.echo(f"seed {seed}, SQLite, {reports} reports over {days:g} simulated days")
    with tempfile.TemporaryDirectory(prefix="lanyard-deliver-") as folder:
        started = time.monotonic()
        figures = asyncio.run(Delivering(Path(folder), seed, reports, days).run())
        took = time.monotonic() - started
    for line in lines(figures):
        click.echo(line)
    click.echo(f"took {took:.0f} s, {figures.calls / took:.0f} calls a second")
    raise SystemExit(0 if figures.kept else 1)


def lines(figures: Figures) -> list[str]:
    """The figures in words."""
    return [
        f"reports kept                          {figures.reports}",
        f"notices                               {figures.notices}",
        f"calls to Slack                        {figures.calls}",
        f"undelivered                           {figures.undelivered}",
        f"shown within a minute                 {figures.within_a_minute:.1%}",
        f"waiting at recovery                   {len(figures.urgent) + len(figures.other)}",
        f"last urgent one after recovery        {figures.last_urgent:.0f} s (promised 300)",
        f"last other one after recovery         {figures.last_other:.0f} s "
        f"(promised {figures.longest_queue} + 300)",
        f"sends before Retry-After              {figures.too_early}",
        f"second copies, of them not marked     {figures.doubles}, {figures.unmarked}",
    ]
