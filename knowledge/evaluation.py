"""Run over a labelled file of questions: one prediction a line, and a report that can be read."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from knowledge.understanding import Reading


class LabelFault(ValueError):
    """A line of the file is not a labelled question; the message says which and why."""


@dataclass(frozen=True)
class Labelled:
    """One question, and what would be right."""

    id: str
    q: str
    kind: str
    gold: tuple[str, ...] = ()
    also_ok: tuple[str, ...] = ()
    verdicts: frozenset[str] = frozenset()
    """Every verdict that is right."""
    actions: frozenset[str] = frozenset()
    """Every action that is right."""
    verdict: str = ""
    expect: str = ""
    group: str | None = None
    fields: dict[str, frozenset[str]] = field(default_factory=dict)
    """For a report, every urgency, route and category that is right."""
    urgency: str | None = None


@dataclass(frozen=True)
class Prediction:
    """What was made of one question."""

    id: str
    action: str
    clauses: tuple[str, ...]
    verdict: str
    score: float
    ms: float
    """Processor time of this message."""
    urgency: str | None = None
    route: str | None = None
    category: str | None = None

    def line(self) -> str:
        """Return it as a line of a predictions file."""
        told: dict[str, Any] = {
            "id": self.id,
            "action": self.action,
            "clauses": list(self.clauses),
            "verdict": self.verdict,
            "score": round(self.score, 4),
            "ms": round(self.ms, 3),
        }
        for name in ("urgency", "route", "category"):
            if getattr(self, name) is not None:
                told[name] = getattr(self, name)
        return json.dumps(told)


def read_labelled(path: Path) -> tuple[Labelled, ...]:
    """Return the questions of a labelled file, one JSON object a line.

    Raises:
        LabelFault: naming the first line that cannot be used.
    """
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            found.append(_labelled(json.loads(line), number))
        except (ValueError, KeyError, TypeError) as fault:
            raise LabelFault(f"{path.name}, line {number}: {fault}") from fault
    return tuple(found)


def predict(questions: Iterable[Labelled], read: Callable[[str], Reading]) -> Iterator[Prediction]:
    """Yield what `read` makes of each question, with the processor time it took."""
    for question in questions:
        begun = time.process_time()
        reading = read(question.q)
        spent = (time.process_time() - begun) * 1000
        yield Prediction(
            id=question.id,
            action=reading.action,
            clauses=reading.clauses,
            verdict=reading.verdict,
            score=reading.score,
            ms=spent,
            urgency=reading.urgency,
            route=reading.route,
            category=reading.category,
        )


def write_predictions(predictions: Sequence[Prediction], path: Path) -> None:
    """Write a predictions file."""
    path.write_text("".join(f"{each.line()}\n" for each in predictions), encoding="utf-8")


def _labelled(told: dict[str, Any], number: int) -> Labelled:
    expect = str(told.get("expect") or ("answer" if told.get("gold") else "dont_know"))
    verdict = str(told.get("verdict") or expect)
    fields = {
        name: frozenset([told[name], *_list(told.get(f"{name}_ok"))])
        for name in ("urgency", "route", "category")
        if told.get(name)
    }
    return Labelled(
        id=str(told.get("id", number)),
        q=str(told["q"]),
        kind=str(told.get("kind", "policy")).replace("-", "_"),
        gold=tuple(_list(told.get("gold"))),
        also_ok=tuple(_list(told.get("also_ok"))),
        verdicts=frozenset([verdict, *_list(told.get("verdict_ok"))]),
        actions=frozenset([expect, *_list(told.get("expect_ok"))]),
        verdict=verdict,
        expect=expect,
        group=told.get("group"),
        fields=fields,
        urgency=told.get("urgency"),
    )


def _list(value: Any) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else [str(each) for each in value]
