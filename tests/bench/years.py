"""Simulated years and every set of absences: ``python -m tests.bench years [--seed N]``."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import click

from tests.bench.tally import SEED
from tests.years import World, absences, climb_with, live_weeks, wrong_days, wrong_spans


@click.command()
@SEED
@click.option("--weeks", type=int, default=520)
@click.option("--reports", type=int, default=400)
@click.option("--spans", type=int, default=100_000)
def main(seed: int, weeks: int, reports: int, spans: int) -> None:
    """Exit 1 when anything was called late, a week has no digest, or a clock counts wrongly."""
    click.echo(f"seed {seed}, SQLite in memory")
    late, found, sets = random.Random(seed), list[str](), 0
    days, counted = wrong_days(2020, 10), wrong_spans(late, spans)
    click.echo(f"ten years of days: {len(days)} wrong; {spans} spans: {len(counted)} wrong")
    world = World(datetime(2026, 11, 18, 10, 0, tzinfo=UTC))
    for away in absences():
        sets += 1
        found += climb_with(world, away, late)
        world.now += timedelta(hours=1)
    click.echo(f"{sets} sets of absences, 4 kinds of report each: {len(found)} late or missing")
    lived, digests, more = live_weeks(weeks, reports, seed)
    click.echo(f"{weeks} weeks, {lived} reports: {len(more)} late or missing; {digests} digests")
    for fault in (*found, *more)[:20]:
        click.echo(fault)
    if found or more or days or counted or digests != weeks:
        raise SystemExit(1)
