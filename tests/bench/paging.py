"""Promise 8 over many steps: ``python -m tests.bench paging [STEPS] [--seed N]``."""

from __future__ import annotations

from itertools import count

import click
import hypothesis
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests import paging
from tests.bench.tally import SEED

AT_ONCE = 50


@click.command()
@click.argument("steps", default=50_000)
@SEED
def main(steps: int, seed: int) -> None:
    """Runs machines of 50 steps each until so many steps are done; the first violation fails."""
    click.echo(f"seed {seed}, SQLite in memory")
    paging.STEPS = count()
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        hypothesis.seed(seed)(paging.Paging),
        settings=settings(
            max_examples=max(1, steps // AT_ONCE),
            stateful_step_count=AT_ONCE,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    click.echo(f"{next(paging.STEPS)} steps: 0 violations")
