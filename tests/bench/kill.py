"""Kills the server many times and prints what was lost: ``python -m tests.bench.kill 20``."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

import click

from tests.bench.tally import SEED
from tests.killing import Struck, killings, table


async def strike(kills: int, seed: int) -> list[Struck]:
    """``kills`` kills of one server in a temporary folder, waiting for leases as they are."""
    rows: list[Struck] = []
    with tempfile.TemporaryDirectory(prefix="lanyard-kill-") as folder:
        async for row in killings(Path(folder), seed, kills, wait_for_leases=True):
            rows.append(row)
            if sys.stderr.isatty():
                click.echo(f"\r{len(rows)} of {kills + 1}", err=True, nl=False)
    return rows


@click.command()
@click.argument("kills", default=20)
@SEED
def main(kills: int, seed: int) -> None:
    """Exit 1 when anything was lost, missing or doubled."""
    click.echo(f"seed {seed}")
    rows = asyncio.run(strike(kills, seed))
    for line in table(rows):
        click.echo(line)
    faults = [fault for row in rows for fault in row.faults]
    for fault in faults:
        click.echo(fault)
    raise SystemExit(1 if faults else 0)
