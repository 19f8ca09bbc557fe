"""Fifty people at once and the worker saturated: ``python -m tests.bench slack_load``."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import click

from tests.bench.load import (
    Result,
    asked,
    at_once,
    commanded,
    pressed,
    questions,
    server,
    users,
    workspace,
)

P99, MOST = 1.0, 3.0
"""Promised to Slack, in seconds (promise 18)."""
LONGEST = 120.0
"""Seconds to wait for the last card."""

WORRIES = ("a child told me that her uncle hurts her", "a boy in year 4 has bruises again")


def mixed(seed: int) -> Callable[[], bytes]:
    """What a bad morning sends: questions, worries, reports, and alarms that call five people
    each, so that there is always more to deliver than can be."""
    choose, people, texts = random.Random(seed), cycle(users()), cycle(questions())

    def make() -> bytes:
        user = next(people)
        match choose.choices(("ask", "worry", "command", "alarm"), (6, 1, 1, 2))[0]:
            case "ask":
                return asked(user, next(texts))
            case "worry":
                return asked(user, choose.choice(WORRIES))
            case "command":
                return commanded(user, "report")
        return pressed(user, f"tell child {choose.randbytes(6).hex()}")

    return make


@dataclass(frozen=True)
class Morning:
    """What came of it: the answers, and how many alarms nobody had a card of yet when the last
    was answered, with how long those took after it, in seconds."""

    result: Result
    alarms: int
    waiting: int
    behind: float


async def measure(people: int, seconds: float) -> Morning:
    async with workspace() as fake:
        with (
            tempfile.TemporaryDirectory(prefix="lanyard-load-") as folder,
            server("lanyard", Path(folder), fake.api_url) as served,
        ):
            # The first seconds fill the outbox; the worker is behind from then on.
            first = await at_once(served.port, people, 3, mixed(1))
            result = await at_once(served.port, people, seconds, mixed(2))
            alarms = sum(each.alarm for each in (*first.answers, *result.answers))
            waiting, began = alarms - _shown(folder), time.perf_counter()
            while _shown(folder) < alarms and time.perf_counter() - began < LONGEST:
                await asyncio.sleep(0.1)
            return Morning(result, alarms, waiting, time.perf_counter() - began)


def _shown(folder: str) -> int:
    """The alarms of which somebody was sent a card, with Slack's proof of it."""
    with closing(sqlite3.connect(Path(folder) / "lanyard.db")) as database:
        cards = "FROM notices WHERE kind = 'case' AND receipt_at IS NOT NULL"
        return int(database.execute(f"SELECT count(DISTINCT about) {cards}").fetchone()[0])


@click.command()
@click.option("--people", default=50)
@click.option("--seconds", default=20.0)
def main(people: int = 50, seconds: float = 20.0) -> None:
    """Exit 1 when Slack waits longer than promised."""
    morning = asyncio.run(measure(people, seconds))
    result = morning.result
    slowest = max(each.seconds for each in result.answers)
    click.echo(
        f"{people} people, {len(result.answers)} requests, {result.per_second:.0f} a second: "
        f"p50 {result.at(0.5):.2f} s, p99 {result.at(0.99):.2f} s, slowest {slowest:.2f} s, "
        f"{result.refused} refused"
    )
    click.echo(
        f"{morning.alarms} alarms; {morning.waiting} without a card anywhere at the end, the last "
        f"of them shown {morning.behind:.1f} s later"
    )
    if result.at(0.99) > P99 or slowest > MOST or result.refused:
        raise SystemExit(1)
