"""What a measurement counted: one line a figure, every fault, and the exit code that says so."""

from __future__ import annotations

import logging
import secrets
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import click

T = TypeVar("T")

MOST_FAULTS = 20


class Tally:
    """Figures by name, and what should not have happened."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.notes: dict[str, str] = {}
        self.faults: list[str] = []

    def count(self, name: str, number: int = 1) -> None:
        self.counts[name] += number

    def note(self, name: str, figure: str) -> None:
        """A figure that is no count."""
        self.notes[name] = figure

    def fault(self, what: str) -> None:
        self.faults.append(what)

    def expect(self, holds: bool, what: str) -> None:
        if not holds:
            self.fault(what)

    def add(self, other: Tally) -> None:
        """Everything that ``other`` counted, as well."""
        self.counts += other.counts
        self.notes |= other.notes
        self.faults += other.faults

    def lines(self) -> Iterator[str]:
        for name, number in self.counts.items():
            yield f"{number:>9,}  {name}"
        for name, figure in self.notes.items():
            yield f"{figure:>9}  {name}"
        yield f"{len(self.faults):>9,}  faults"
        yield from (f"  ! {fault}" for fault in self.faults[:MOST_FAULTS])


def shown(things: Iterable[T], total: int) -> Iterator[T]:
    """``things``, with a progress bar on a terminal."""
    if not sys.stderr.isatty():
        yield from things
        return
    with click.progressbar(things, length=total, file=sys.stderr) as bar:
        yield from bar


def _any_seed() -> int:
    return secrets.randbelow(10**6)


SEED = click.option(
    "--seed", type=int, default=_any_seed, help="Repeat an earlier run's choices; else by chance."
)


def command(
    measure: Callable[[int, int], Tally], count: int, *, listens: bool = False
) -> click.Command:
    """The command of a measurement that takes how many and a seed: ``[COUNT] [--seed N]``.

    Prints the seed first; exits with 1 when there was a fault. Nothing is logged, unless the
    measurement ``listens`` to the log.
    """

    @click.command()
    @click.argument("many", default=count)
    @SEED
    def main(many: int, seed: int) -> None:
        if not listens:
            # Every failure is logged, as it should be; a measurement makes thousands of them.
            logging.disable(logging.CRITICAL)
        click.echo(f"seed {seed}")
        tally = measure(many, seed)
        for line in tally.lines():
            click.echo(line)
        if tally.faults:
            raise SystemExit(1)

    return main
