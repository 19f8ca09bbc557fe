"""Yes where the policy says No? `python -m tests.bench bans` asks every labelled question."""

import json
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot import clock
from tests.bans import BLIND, Told, asked, desks, files, retyped

_BANS = ("no", "conditional")
_PROMISED = 2000
_AGAIN = "again, with a slip"


@click.command()
@click.option("--again", default=1, help="How often each is asked again with a slip of typing.")
@click.option("--seed", default=1, help="For the slips; repeats an earlier run.")
@click.option("--json", "as_json", is_flag=True, help="JSON, nothing else.")
def main(again: int, seed: int, as_json: bool) -> None:
    """Count every Yes where the label says No or Only if; exit 1 for a Yes against a No."""
    luck = random.Random(seed)
    today = clock.now().date()
    told: dict[str, list[Told]] = {}
    with tempfile.TemporaryDirectory(prefix="lanyard-bans-") as folder:
        opened = desks(Path(folder))
        shown = Console(stderr=True)
        for path in track(files(), "Asking", console=shown, transient=True):
            told[path.name] = list(asked(path, opened, today))
            for _ in range(again):
                slipped = asked(path, opened, today, retyped(luck))
                told.setdefault(_AGAIN, []).extend(each for each in slipped if each.label in _BANS)
        # the slips stand below the questions as they were written
        told[_AGAIN] = told.pop(_AGAIN, [])
    everything = [each for part in told.values() for each in part]
    if as_json:
        click.echo(f"seed {seed}", err=True)
        parts = {name: _counts(part) for name, part in {**told, "all": everything}.items()}
        click.echo(json.dumps(parts, indent=1))
    else:
        _printed(told, everything, seed)
    if any(each.freer and each.label == "no" for each in everything):
        raise SystemExit(1)


def _counts(part: Sequence[Told]) -> dict[str, int]:
    counts = {"asked": len(part)}
    for label in _BANS:
        labelled = [each for each in part if each.label == label]
        counts[label] = len(labelled)
        counts[f"yes to {label}"] = sum(each.freer for each in labelled)
    return counts


def _printed(told: dict[str, list[Told]], everything: list[Told], seed: int) -> None:
    console = Console(width=None if Console().is_terminal else 110)
    table = Table(title="Yes where the policy says No", title_justify="left")
    table.add_column("questions")
    for column in ("asked", "label No", "told Yes", "label Only if", "told Yes"):
        table.add_column(column, justify="right")
    for name, part in told.items():
        table.add_row(name, *map(str, _counts(part).values()))
    table.add_section()
    table.add_row("all", *map(str, _counts(everything).values()), style="bold")
    console.print(table)
    console.print(
        "Yes counts in the reading, on the card, and behind each button of a near tie. The\n"
        "questions about the three made-up policies are asked of those. Seed of the slips: "
        f"{seed}.",
        style="dim",
        highlight=False,
    )
    for each in everything:
        if each.freer and each.file != BLIND:
            console.print(str(each), style="red", highlight=False, markup=False)
    counts = _counts(everything)
    kept = counts["asked"] >= _PROMISED and not counts["yes to no"]
    console.print(
        f"{'kept  ' if kept else 'BROKEN'}  Yes where the policy says No: {counts['yes to no']} of"
        f" {counts['no']} among {counts['asked']} asked, promised none in {_PROMISED}",
        style="green" if kept else "bold red",
        highlight=False,
    )
