"""Asks every labelled question there is, and finds each Yes where the policy says No."""

import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from intents.policy import PolicyDesk
from knowledge.answer import Answer, Unsure
from knowledge.evaluation import Labelled, read_labelled
from knowledge.understanding import Reading
from tests.knowledge.making import MADE_UP, as_text

QUESTIONS = Path(__file__).parent / "questions"
SAMPLE = Path(__file__).parents[2] / "shared" / "questions" / "dev.jsonl"
BLIND = "blind.jsonl"
"""Only counts of its answers are shown: nobody tunes to a question of it."""
_BEFORE = ("", "", "hi, quick one: ", "Morning! ", "sorry to be a pain but ", "before the bell: ")
_AFTER = ("", "", " thanks", " asap pls", " x", " (asking for a colleague)")


@dataclass(frozen=True)
class Told:
    """One question and every verdict that somebody who asks it could be shown."""

    file: str
    question: Labelled
    action: str
    clause: str
    verdicts: frozenset[str]
    """Of the reading, of the card, and of the card after each button of a near tie."""

    @property
    def label(self) -> str:
        """What the policy says: no, conditional, or something else."""
        return self.question.verdict

    @property
    def freer(self) -> bool:
        """Whether it is told Yes where the policy says No or Only if, and no Yes is defensible."""
        bans = self.label in ("no", "conditional")
        return bans and "yes" in self.verdicts and "yes" not in self.question.verdicts

    def __str__(self) -> str:
        told = f"{self.file} {self.question.id}, {self.label} by {'/'.join(self.question.gold)}"
        return f"{told}, yes by {self.clause}: {self.question.q}"


def files() -> tuple[Path, ...]:
    """Return every labelled file: the project's, and the sample beside it when it is there."""
    return (*sorted(QUESTIONS.glob("*.jsonl")), *([SAMPLE] if SAMPLE.exists() else []))


def desks(folder: Path) -> dict[str, PolicyDesk]:
    """Return a desk for each policy that the files are about, the bundled one under ``""``."""
    opened = {"": PolicyDesk.open()}
    for name in MADE_UP:
        path = folder / f"{name}.txt"
        path.write_bytes(as_text(name))
        opened[name] = PolicyDesk.open(path)
    return opened


def asked(
    path: Path,
    opened: Mapping[str, PolicyDesk],
    today: date,
    typed: Callable[[str], str] = str,
) -> Iterator[Told]:
    """Ask the questions of a labelled file, each at the desk of the policy that it is about.

    Args:
        path: one of :func:`files`.
        opened: what :func:`desks` returned.
        today: the day of asking, which says whether a policy is overdue.
        typed: what becomes of a question as it is typed.
    """
    lines = [json.loads(each) for each in path.read_text("utf-8").splitlines() if each.strip()]
    for raw, question in zip(lines, read_labelled(path), strict=True):
        desk = opened[raw.get("policy") or (path.stem if path.stem in opened else "")]
        question = replace(question, q=typed(question.q))
        reading = desk.read(question.q)
        verdicts = frozenset(_verdicts(desk, reading, today))
        yield Told(path.name, question, reading.action, reading.clauses[0], verdicts)


def _verdicts(desk: PolicyDesk, reading: Reading, today: date) -> Iterator[str]:
    yield reading.verdict
    answer = desk.answer(reading, today) if reading.action == "answer" else None
    if isinstance(answer, Answer):
        yield answer.verdict
    elif isinstance(answer, Unsure):
        for each in answer.readings:
            clause = desk.clause(each.clause)
            assert clause is not None
            yield desk.choose(reading, clause, today)[1].verdict


def retyped(luck: random.Random) -> Callable[[str], str]:
    """Return what types a question again in a hurry: one slip, and perhaps a word around it."""

    def again(question: str) -> str:
        places = [at for at in range(1, len(question) - 1) if question[at - 1 : at + 2].isalpha()]
        at = luck.choice(places) if places else 0
        one, two = question[at], question[at + 1 : at + 2]
        slip = luck.choice((two + one, two, one + one + two))
        return (
            f"{luck.choice(_BEFORE)}{question[:at]}{slip}{question[at + 2 :]}{luck.choice(_AFTER)}"
        )

    return again
