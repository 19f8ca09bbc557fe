"""The contest as a table, and Lanyard's promises beside what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from knowledge.evaluation import Labelled
from tests.bench.rivals.register import LANYARD

if TYPE_CHECKING:
    from tests.bench.answers import Row

_COLUMNS = (
    "hit@1",
    "hit@3",
    "re-phrasings",
    "refused",
    "p50 ms",
    "p99 ms",
    "first s",
    "RSS MB",
    "disk MB",
)
_OWN = (
    "verdict",
    "action",
    "policy questions answered",
    "out of scope, answered all the same",
    "reports heard",
    "false alarms",
)


def printed(rows: Sequence[Row], asked: Mapping[str, Sequence[Labelled]]) -> None:
    """Print a table for each file, then what only Lanyard decides, then what did not run."""
    console = Console(width=None if Console().is_terminal else 130)
    for name, labelled in asked.items():
        console.print(_table(rows, name, len(labelled)))
        for row in rows:
            if row.method is LANYARD and row.run is not None:
                _own(console, row, name)
    console.print(
        "refused: questions that are not covered and are refused while 95 of 100 that are covered "
        "are kept.\nms: processor time of a message, warm, the middle of three. first s: process "
        "start to first answer,\nby the wall, indexes made before. disk MB: all it needs beside "
        "Python.\nNo seed: nothing is drawn by chance.",
        style="dim",
        highlight=False,
    )
    for row in rows:
        if row.method is LANYARD and row.run is not None:
            _promises(console, row)
    missing = dict.fromkeys((row.method.name, row.fault) for row in rows if row.run is None)
    for name, fault in missing:
        console.print(f"NOT MEASURED: {name}: {fault}", style="bold red")
    if missing:
        console.print(
            "`make bench` installs the rivals (requirements-bench.lock).", style="bold red"
        )


def _table(rows: Sequence[Row], name: str, questions: int) -> Table:
    table = Table(title=f"{name}: {questions} questions", title_justify="left")
    table.add_column("method", no_wrap=True)
    for column in _COLUMNS:
        table.add_column(column, justify="right", no_wrap=True)
    bodies = {False: "over the words of the clauses", True: "over the clauses and our examples"}
    last: bool | None = None
    for row in rows:
        if row.method is not LANYARD and row.examples != last:
            last = row.examples
            table.add_section()
            table.add_row(f"[dim italic]{bodies[row.examples]}")
        cells = _cells(row, name)
        style = "bold" if row.method is LANYARD else "" if row.run else "bold red"
        table.add_row(row.method.name, *cells, style=style)
    return table


def _cells(row: Row, name: str) -> list[str]:
    if row.run is None:
        return ["not", "run"]
    score, run = row.scores[name], row.run
    return [
        _share(score.share("right clause first")),
        _share(score.share("right clause in three")),
        _share(score.share("groups of re-phrasings all right")),
        _share(score.refused),
        f"{run.at(0.5):.2f}",
        f"{run.at(0.99):.2f}",
        f"{run.first_seconds:.2f}",
        f"{run.megabytes:.0f}",
        f"{row.method.megabytes():.0f}",
    ]


def _own(console: Console, row: Row, name: str) -> None:
    told = row.scores[name].figures
    shares = ", ".join(f"{each} {told.shares[each].value:.3f}" for each in _OWN)
    freer = ", ".join(told.freer) or "none"
    console.print(f"Lanyard also decides: {shares}; yes where the policy says no: {freer}.")
    console.print()


def _promises(console: Console, row: Row) -> None:
    assert row.run is not None
    # by the wall, so a busy machine shows; this says how much of it was ours
    spent = f" ({row.run.first_processor_seconds:.2f} of the processor)"
    for what, measured, most in (
        ("p50 of a message, ms", row.run.at(0.5), 3.0),
        ("p99 of a message, ms", row.run.at(0.99), 10.0),
        (f"first answer after process start, s{spent}", row.run.first_seconds, 2.0),
        ("resident memory, MB", row.run.megabytes, 250.0),
    ):
        kept = measured <= most
        console.print(
            f"{'kept  ' if kept else 'BROKEN'}  {what}: {measured:.2f}, promised at most {most:g}",
            style="green" if kept else "bold red",
            highlight=False,
        )


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"  # noqa: RUF001
