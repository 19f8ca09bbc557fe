"""What every rival searches, and what every method says to a question."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MOST = 200
"""So many texts are looked at for one question: enough for ten clauses."""
RANKED = 10


@dataclass(frozen=True)
class Text:
    """Something to search."""

    words: str
    clause: str | None
    """The clause it leads to; None for a question that the policy does not cover."""


@dataclass(frozen=True)
class Said:
    """What a method says to one question."""

    clauses: list[str]
    score: float
    """How sure it is that the policy covers the question."""
    margin: float | None = None
    """Best clause less best question that is not covered, where the texts hold such questions."""
    more: dict[str, Any] = field(default_factory=dict)
    """What only Lanyard says: action, verdict, urgency, route, category."""


Hits = list[tuple[int, float]]
"""Places of the texts found, the likeliest first, each with its score."""
Search = Callable[[str], Hits]
Build = Callable[[list[Text], Path], Search]
"""Makes a search over texts; may keep in the folder what should not be worked out again."""


def said(texts: list[Text], hits: Hits) -> Said:
    """Return the clauses that the texts found lead to; a clause counts by its best text."""
    best: dict[str | None, float] = {}
    for at, score in hits:
        clause = texts[at].clause
        best[clause] = max(best.get(clause, score), score)
    outside = best.pop(None, 0.0)
    clauses = sorted(best, key=lambda each: -best[each])[:RANKED]
    score = best[clauses[0]] if clauses else 0.0
    return Said([str(each) for each in clauses], score, score - outside)
