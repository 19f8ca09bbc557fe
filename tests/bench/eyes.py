"""Who can see what they may not: `python -m tests.bench eyes [--scenes N] [--seed N]`."""

from __future__ import annotations

import asyncio
import itertools
import logging
import random
import sys
import tempfile
from pathlib import Path

import click

from tests.bench.tally import SEED
from tests.eyes.looking import WAYS, Found, guessed, look, revoked, same_without
from tests.eyes.scenes import Scene, scenes
from tests.eyes.world import PLATFORMS, Worlds


def drawn(count: int, seed: int) -> list[Scene]:
    """``count`` of all scenes in an order of their own, every value of each dimension early."""
    every = list(scenes())
    random.Random(seed).shuffle(every)
    seen: set[object] = set()
    first: list[Scene] = []
    rest: list[Scene] = []
    for scene in every:
        values = set(vars(scene).items())
        (rest if values <= seen else first).append(scene)
        seen |= values
    return [*first, *rest][:count]


async def look_around(
    folder: Path, seed: int, count: int, pairs: int, rounds: int, guesses: int
) -> tuple[Found, int]:
    """Play ``count`` scenes, ``pairs`` with and without the report, ``rounds`` of revoked
    access, and ``guesses`` of references; returns what was found and the guesses that hit."""
    worlds, found, chance = Worlds(folder), Found(), random.Random(seed)
    for number, scene in enumerate(drawn(count, seed)):
        await look(worlds, scene, seed, found)
        if sys.stderr.isatty():
            click.echo(f"\r{number + 1} of {count} scenes", err=True, nl=False)
    for scene in [s for s in drawn(10**6, seed) if s.at_once][:pairs]:
        await same_without(worlds, scene, seed, found)
    ways = itertools.cycle(itertools.product(WAYS, PLATFORMS))
    for way, platform in itertools.islice(ways, rounds):
        await revoked(worlds, platform, way, chance, found)
    hits = await guessed(worlds, guesses, chance) if guesses else 0
    return found, hits


@click.command()
@click.option("--scenes", "count", default=40, help="How many of all combinations to play.")
@click.option("--pairs", default=12, help="How many to compare with a world without the report.")
@click.option("--rounds", default=224, help="Rounds of somebody who could read a minute ago.")
@click.option("--guesses", default=100_000, help="References guessed by a member of staff.")
@SEED
def main(count: int, pairs: int, rounds: int, guesses: int, seed: int) -> None:
    """Exit 1 when anybody saw anything, was let in, or was left alone."""
    logging.disable(logging.CRITICAL)
    click.echo(f"seed {seed}, SQLite, {len(list(scenes()))} combinations in all")
    with tempfile.TemporaryDirectory(prefix="lanyard-eyes-") as folder:
        found, hits = asyncio.run(look_around(Path(folder), seed, count, pairs, rounds, guesses))
    click.echo(f"{found.scenes} scenes and {pairs} pairs: {found.checks} looks at a surface")
    click.echo(f"leaks {len(found.leaks)}, dead ends {len(found.dead_ends)}")
    click.echo(f"different with and without the report {len(found.differing)}")
    click.echo(f"{found.attempts} attempts after access ended: accepted {len(found.accepted)}")
    click.echo(f"refused but not in the audit {len(found.unaudited)}")
    click.echo(f"{guesses} references guessed: {hits} hits")
    for fault in found.faults:
        click.echo(fault)
    raise SystemExit(1 if found.faults or hits else 0)
