"""One policy, ten, a hundred: does an answer stay as quick? `python -m tests.bench growth`."""

import json
import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from knowledge.clause import Clause
from knowledge.evaluation import Labelled, read_labelled
from knowledge.reader import EDITION, bundled_edition
from knowledge.reading import read_policy
from tests.bench.answers_score import scored
from tests.bench.rivals.order import Run, carried_out

GOLDEN = Path(__file__).parents[1] / "questions" / "golden.jsonl"
FIRST = "can i use my phone for a trip photo?"
SIZES = (1, 10, 100)
MOST = 3.0
"""Promised: the 99th of a hundred messages takes at most so many times as long."""

_SUBJECTS = (  # noqa: SIM905  (a list of fifty lines is no clearer)
    "Fire|Transport|Kitchen|Library|Swimming|Uniform|Laboratory|Workshop|Medicines|Attendance"
    "|Lettings|Minibus|Playground|Examinations|Finance|Catering|Gardens|Music|Drama|Visits"
).split("|")
_THINGS = (  # noqa: SIM905
    "ladder|kiln|trampoline|freezer|microscope|bursary|raincoat|timetable|piano|greenhouse"
    "|canoe|tractor|ledger|inhaler|blazer|bicycle|projector|hamster|telescope|barbecue|locker"
    "|turnstile|chemical|harness|radiator|curtain|trolley|whistle|lawnmower|certificate"
).split("|")
_SWAPPED = re.compile(
    r"\b(online safety|social media|mobile|phones?|personal devices?|devices?|internet|technology"
    r"|images?|photo\w*|videos?|messages?|email|sites?|networks?|content|filtering|monitoring)\b",
    re.IGNORECASE,
)


def trust(policies: int) -> str:
    """Return the document of a trust: the bundled edition, then as many more policies.

    Each further policy has the same build and its own subject: the things that the bundled one is
    about are swapped for others, always the same for the same word.
    """
    parts = [EDITION.read_text(encoding="utf-8")]
    parts += ["\n".join(_varied(number)) for number in range(1, policies)]
    return "\n\n".join(parts)


def _varied(number: int) -> Iterator[str]:
    chance = random.Random(number)
    subject = f"{_SUBJECTS[number % len(_SUBJECTS)]} {number}"
    swapped: dict[str, str] = {}

    def swap(word: re.Match[str]) -> str:
        return swapped.setdefault(word[0].lower(), chance.choice(_THINGS))

    yield f"### {subject} Policy"
    section = ""
    for clause in _numbered():
        if clause.section != section:
            section = clause.section
            title = section.split(">")[-1].strip(" .0123456789")
            yield f"\n#### {subject}: {_SWAPPED.sub(swap, title)}"
        letters = "ABCDEFGHJK"[number // 10]
        words = _SWAPPED.sub(swap, clause.text)
        yield f"\n{letters}{number % 10}.{clause.id} {words}"


def _numbered() -> Iterator[Clause]:
    """Yield the clauses of the bundled edition, each with a number that has no letters in it."""
    for clause in bundled_edition().clauses:
        number = clause.id.replace("OS.", "8.").replace("RL.", "9.")
        if re.fullmatch(r"[\d.]+", number):
            yield Clause(number, clause.parent, clause.section, clause.audience, clause.text)


@click.command()
@click.option("--sizes", default=",".join(map(str, SIZES)), help="How many policies, by commas.")
@click.option("--json", "as_json", is_flag=True, help="JSON, nothing else.")
def main(sizes: str, as_json: bool) -> None:
    """Measure messages and memory as a trust's policies grow."""
    questions = read_labelled(GOLDEN)
    wanted = [int(each) for each in sizes.split(",")]
    with tempfile.TemporaryDirectory(prefix="lanyard-growth-") as folder:
        found = [
            (size, *_measured(size, questions, Path(folder)))
            for size in track(wanted, "Measuring", console=Console(stderr=True), transient=True)
        ]
    if as_json:
        click.echo(json.dumps([_as_data(*each) for each in found], indent=1))
    else:
        _printed(found)


def _measured(size: int, questions: Sequence[Labelled], folder: Path) -> tuple[int, Run, float]:
    """Return how many clauses there are, the run, and how often the right clause is first."""
    path = folder / f"trust-{size}.md"
    path.write_text(trust(size), encoding="utf-8")
    order = {"module": "lanyard", "document": str(path)}
    found = carried_out(order, [each.q for each in questions], FIRST, starts=0)
    score = scored(questions, found.said, found.ms, bundled_edition())
    return len(read_policy(path).clauses), found, score.figures.shares["right clause first"].value


def _as_data(size: int, clauses: int, run: Run, right: float) -> dict[str, float]:
    return {
        "policies": size,
        "clauses": clauses,
        "p50_ms": run.at(0.5),
        "p99_ms": run.at(0.99),
        "resident_mb": run.megabytes,
        "import_processor_s": run.first_processor_seconds,
        "right_clause_first": right,
    }


def _printed(found: Sequence[tuple[int, int, Run, float]]) -> None:
    console = Console(width=None if Console().is_terminal else 110)
    table = Table(title="A trust with many policies in one document", title_justify="left")
    for column in (
        "policies",
        "clauses",
        "p50 ms",
        "p99 ms",
        "RSS MB",
        "import to first answer, processor s",
        "hit@1",
    ):
        table.add_column(column, justify="right")
    first = found[0][2]

    def beside(value: float, one: float, digits: int = 2) -> str:
        return f"{value:.{digits}f} (x{value / one:.2f})"

    for size, clauses, each, right in found:
        table.add_row(
            str(size),
            str(clauses),
            beside(each.at(0.5), first.at(0.5)),
            beside(each.at(0.99), first.at(0.99)),
            beside(each.megabytes, first.megabytes, 0),
            f"{each.first_processor_seconds:.1f}",
            f"{right:.3f}",
        )
    console.print(table)
    questions = len(found[0][2].ms)
    console.print(f"{questions} questions; the seed of each further policy is its number, from 1.")
    size, _, last, _ = found[-1]
    ratio = last.at(0.99) / first.at(0.99)
    kept = ratio <= MOST
    console.print(
        f"{'kept  ' if kept else 'BROKEN'}  p99 with {size} policies: {ratio:.2f} times that of"
        f" {found[0][0]}, promised at most {MOST:g}",
        style="green" if kept else "bold red",
        highlight=False,
    )
