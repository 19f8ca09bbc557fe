"""Fifty people at once and the worker saturated: ``python -m tests.bench slack_load``."""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import Callable
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


async def measure(people: int, seconds: float) -> Result:
    async with workspace() as api_url:
        with (
            tempfile.TemporaryDirectory(prefix="lanyard-load-") as folder,
            server("lanyard", Path(folder), api_url) as port,
        ):
            # The first seconds fill the outbox; the worker is behind from then on.
            await at_once(port, people, 3, mixed(1))
            return await at_once(port, people, seconds, mixed(2))


@click.command()
@click.option("--people", default=50)
@click.option("--seconds", default=20.0)
def main(people: int = 50, seconds: float = 20.0) -> None:
    """Exit 1 when Slack waits longer than promised."""
    result = asyncio.run(measure(people, seconds))
    slowest = max(each.seconds for each in result.answers)
    click.echo(
        f"{people} people, {len(result.answers)} requests, {result.per_second:.0f} a second: "
        f"p50 {result.at(0.5):.2f} s, p99 {result.at(0.99):.2f} s, slowest {slowest:.2f} s, "
        f"{result.refused} refused"
    )
    if result.at(0.99) > P99 or slowest > MOST or result.refused:
        raise SystemExit(1)
