"""Asking, beside an empty Bolt app that only acknowledges: ``python -m tests.bench echo``."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from statistics import median

import click
from rich.console import Console
from rich.table import Table

from tests.bench.load import Result, asked, at_once, each_in_turn, server, workspace

THROUGHPUT, SLOWER = 0.3, 5.0
"""Promised of asking: at least so much of the echo's requests per second, and a p99 of at most so
many times the echo's."""


Rounds = list[tuple[Result, Result]]
"""The empty app's and Lanyard's answers, a pair a round."""


async def measure(people: int, seconds: float, rounds: int) -> Rounds:
    """The same requests against both, in turns, so that neither has the machine to itself."""
    found = []
    async with workspace() as fake:
        with (
            tempfile.TemporaryDirectory(prefix="lanyard-echo-") as folder,
            server("echo", Path(folder)) as bolt,
            server("lanyard", Path(folder), fake.api_url) as ours,
        ):
            for each in (bolt, ours):
                await at_once(each.port, people, 2, each_in_turn(asked))
            for _ in range(rounds):
                echo = await at_once(bolt.port, people, seconds, each_in_turn(asked))
                lanyard = await at_once(ours.port, people, seconds, each_in_turn(asked))
                found.append((echo, lanyard))
    return found


def beside(found: Rounds) -> tuple[list[float], list[float]]:
    """Of each round, asking's share of the echo's throughput, and how many times its p99."""
    shares = [ours.per_second / echo.per_second for echo, ours in found]
    times = [ours.at(0.99) / echo.at(0.99) for echo, ours in found]
    return shares, times


def table(found: Rounds) -> Table:
    """What was measured, a round a line."""
    made = Table("round", "echo/s", "asking/s", "share", "echo p99", "asking p99", "times")
    rows = zip(found, *beside(found), strict=True)
    for number, ((echo, ours), share, times) in enumerate(rows, 1):
        made.add_row(
            str(number),
            f"{echo.per_second:.0f}",
            f"{ours.per_second:.0f}",
            f"{share:.2f}",
            f"{echo.at(0.99) * 1000:.0f} ms",
            f"{ours.at(0.99) * 1000:.0f} ms",
            f"{times:.1f}",
        )
    return made


@click.command()
@click.option("--people", default=10, help="How many ask at once.")
@click.option("--seconds", default=6.0)
@click.option("--rounds", default=3)
def main(people: int = 10, seconds: float = 6.0, rounds: int = 3) -> None:
    """Exit 1 when asking is slower than promised, beside the echo in the same run."""
    found = asyncio.run(measure(people, seconds, rounds))
    shares, times = beside(found)
    Console().print(table(found))
    refused = sum(each.refused for pair in found for each in pair)
    click.echo(
        f"median share {median(shares):.2f}, median times {median(times):.1f}, {refused} refused"
    )
    if refused or median(shares) < THROUGHPUT or median(times) > SLOWER:
        raise SystemExit(1)
