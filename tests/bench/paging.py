"""Promise 8 over many steps: ``python -m tests.bench paging [STEPS] [--seed N]``."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from itertools import count

import click
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests import paging

AT_ONCE = 50


@click.command()
@click.argument("steps", default=50_000)
@click.option("--seed", "number", type=int, default=None, help="Repeat an earlier run's choices.")
def main(steps: int, number: int | None) -> None:
    """Runs machines of 50 steps each until so many steps are done; the first violation fails."""
    number = secrets.randbelow(10**6) if number is None else number
    click.echo(f"seed {number}, SQLite in memory")
    paging.STEPS = count()
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        seed(number)(paging.Paging),
        settings=settings(
            max_examples=max(1, steps // AT_ONCE),
            stateful_step_count=AT_ONCE,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    click.echo(f"{next(paging.STEPS)} steps: 0 violations")


def run(arguments: Sequence[str]) -> None:
    """As ``python -m tests.bench paging``."""
    main.main(list(arguments), prog_name="paging", standalone_mode=False)
