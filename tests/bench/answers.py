"""Lanyard and its rivals side by side: `python -m tests.bench answers [FILE ...] [--json]`."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import track

from knowledge.asks import read_asks
from knowledge.evaluation import Labelled, read_labelled
from knowledge.reader import bundled_edition
from tests.bench.answers_score import Score, scored
from tests.bench.answers_table import printed
from tests.bench.rivals.order import Fault, Run, carried_out
from tests.bench.rivals.register import LANYARD, RIVALS, Method

GOLDEN = Path(__file__).parents[1] / "questions" / "golden.jsonl"
FIRST = "can i use my phone for a trip photo?"
"""The question that ends a start; it is in none of the files."""

Document = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True)
class Row:
    """One method over one body of texts."""

    method: Method
    examples: bool
    """Whether it ran over our example questions too."""
    run: Run | None
    scores: dict[str, Score]
    """By the name of the file."""
    fault: str = ""
    """Why it did not run."""


@click.command()
@click.argument("files", type=Document, nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="JSON, nothing else.")
@click.option("--only", multiple=True, help="Only methods whose name holds this.")
def main(files: tuple[Path, ...], as_json: bool, only: tuple[str, ...]) -> None:
    """Compare Lanyard with its rivals over labelled files of questions."""
    asked = {path.name: read_labelled(path) for path in files or (GOLDEN,)}
    pairs = [
        (method, examples)
        for method, examples in contest()
        if not only or any(each.lower() in method.name.lower() for each in only)
    ]
    with tempfile.TemporaryDirectory(prefix="lanyard-kept-") as kept:
        rows = [
            _row(method, examples, asked, Path(kept))
            for method, examples in track(
                pairs, "Measuring", console=Console(stderr=True), transient=True
            )
        ]
    if as_json:
        click.echo(json.dumps([_as_data(row) for row in rows], indent=1))
    else:
        printed(rows, asked)


def contest() -> Iterator[tuple[Method, bool]]:
    """Yield every method with whether it runs over our examples too; Lanyard always does."""
    yield LANYARD, True
    for examples in (False, True):
        for method in RIVALS:
            if method.examples in (None, examples):
                yield method, examples


def texts(examples: bool) -> list[tuple[str, str | None]]:
    """Return what the rivals search: the clauses, and if wanted what our writers made staff ask."""
    found: list[tuple[str, str | None]] = [
        (each.text, each.id) for each in bundled_edition().clauses if each.id != "HEAD"
    ]
    if examples:
        found += [
            (ask.said, ask.clauses[0] if ask.action == "answer" else None)
            for ask in read_asks()
            if ask.action in ("answer", "dont_know")
        ]
    return found


def _row(method: Method, examples: bool, asked: dict[str, tuple[Labelled, ...]], kept: Path) -> Row:
    nothing = Row(method, examples, None, {})
    if missing := method.missing():
        return replace(nothing, fault=f"not installed: {', '.join(missing)}")
    order: dict[str, Any] = {"module": method.module, "kept": str(kept)}
    if method is not LANYARD:
        order["texts"] = texts(examples)
    questions = [each for labelled in asked.values() for each in labelled]
    try:
        found = carried_out(order, [each.q for each in questions], FIRST)
    except Fault as fault:
        return replace(nothing, fault=f"failed: {fault}")
    scores, begun = {}, 0
    for name, labelled in asked.items():
        part = slice(begun, begun := begun + len(labelled))
        scores[name] = scored(labelled, found.said[part], found.ms[part], bundled_edition())
    return replace(nothing, run=found, scores=scores)


def _as_data(row: Row) -> dict[str, Any]:
    told: dict[str, Any] = {"method": row.method.name, "examples": row.examples}
    if row.run is None:
        return {**told, "fault": row.fault}
    told |= {
        "p50_ms": row.run.at(0.5),
        "p99_ms": row.run.at(0.99),
        "first_answer_s": row.run.first_seconds,
        "first_answer_processor_s": row.run.first_processor_seconds,
        "resident_mb": row.run.megabytes,
        "install_mb": row.method.megabytes(),
    }
    told["files"] = {
        name: {
            **{share: score.share(share) for share in score.figures.shares},
            "refused at 95 % kept": score.refused,
            "yes against a no": list(score.figures.freer),
        }
        for name, score in row.scores.items()
    }
    if row.method is not LANYARD:
        for figures in told["files"].values():
            for name in set(figures) - set(RANKING):
                del figures[name]
    return told


RANKING = (
    "right clause first",
    "right clause in three",
    "groups of re-phrasings all right",
    "refused at 95 % kept",
)
"""What a method that only ranks clauses can be measured by."""
