"""Asks every labelled question there is, and finds each Yes where the policy says No."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from intents.policy import PolicyDesk
from knowledge.answer import Answer, Unsure
from knowledge.evaluation import Labelled, read_labelled
from tests.knowledge.making import MADE_UP, as_text

QUESTIONS = Path(__file__).parent / "questions"
SAMPLE = Path(__file__).parents[2] / "shared" / "questions" / "dev.jsonl"
BLIND = "blind.jsonl"
"""Only counts of its answers are shown: nobody tunes to a question of it."""


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


def asked(path: Path, opened: Mapping[str, PolicyDesk], today: date) -> Iterator[Told]:
    """Ask the questions of a labelled file, each at the desk of the policy that it is about.

    Args:
        path: one of :func:`files`.
        opened: what :func:`desks` returned.
        today: the day of asking, which says whether a policy is overdue.
    """
    lines = [json.loads(each) for each in path.read_text("utf-8").splitlines() if each.strip()]
    for raw, question in zip(lines, read_labelled(path), strict=True):
        desk = opened[raw.get("policy") or (path.stem if path.stem in opened else "")]
        reading = desk.read(question.q)
        verdicts = {reading.verdict}
        if reading.action == "answer":
            answer = desk.answer(reading, today)
            if isinstance(answer, Answer):
                verdicts.add(answer.verdict)
            elif isinstance(answer, Unsure):
                for each in answer.readings:
                    clause = desk.clause(each.clause)
                    assert clause is not None
                    verdicts.add(desk.choose(reading, clause, today)[1].verdict)
        yield Told(path.name, question, reading.action, reading.clauses[0], frozenset(verdicts))
