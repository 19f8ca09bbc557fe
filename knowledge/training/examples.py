"""What the understanding learns from: the example questions, and the policy in several words."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from knowledge.asks import (
    ACTIONS,
    CATEGORIES,
    ROUTES,
    URGENCIES,
    VERDICTS,
    Ask,
    read_asks,
)
from knowledge.guidance import read_guidance
from knowledge.heads import Floats
from knowledge.language import readable
from knowledge.reading import read_policy
from knowledge.shape import is_question
from knowledge.tidy import tidy
from knowledge.training.doubt import alarming

EDITION = Path(__file__).parents[1] / "editions" / "plain-english.md"
LABELS = {
    "verdict": VERDICTS,
    "action": ACTIONS,
    "urgency": URGENCIES,
    "route": ROUTES,
    "category": CATEGORIES,
}
NONE = -100
"""Says that a head learns nothing from an example."""

_FIRST = 0.8
_REPORT_CLAUSES = 0.3
_LONGEST = 320
_DOUBTED = 0.35
"""The share of statements about the policy from which no action is learned."""
_UNSEEN = 0.25
"""What a verdict counts that no example of a clause has."""


@dataclass(frozen=True)
class Example:
    """One text and what each head should say to it."""

    text: str
    clauses: tuple[str, ...]
    weight: float
    """How much the ranking of clauses learns from it."""
    labels: tuple[int, ...]
    """The number of the right answer of each head in `LABELS`, or `NONE`."""

    @property
    def of_report(self) -> bool:
        """Whether it is what somebody says when something has happened."""
        return self.labels[list(LABELS).index("urgency")] != NONE


def split(without: str | None) -> tuple[list[Ask], list[Ask]]:
    """Return the asks to learn from and those to be tested on.

    Args:
        without: a hand that is tested and not learned from. Hands that write what no other does
            (reports, small talk) are tested on a third of theirs. None learns from everything.
    """
    learned: list[Ask] = []
    tested: list[Ask] = []
    asks = read_asks()
    rivals = {"teaching-assistant", "head-of-department", "office"}
    for ask in asks:
        turn = int(sha256(ask.said.encode()).hexdigest(), 16) % 3
        third = sorted(rivals).index(without) if without in rivals else 0
        alone = ask.hand not in rivals and without in rivals and turn == third
        (tested if without and (ask.hand == without or alone) else learned).append(ask)
    return learned, tested


def examples(asks: list[Ask]) -> list[Example]:
    """Return what is learned from some asks and from the words of the policy itself."""
    told = [_of_ask(ask) for ask in asks]
    doubted = _doubted(told)
    place = list(LABELS).index("action")
    for at in doubted:
        labels = told[at].labels
        told[at] = replace(told[at], labels=(*labels[:place], NONE, *labels[place + 1 :]))
    told.extend(_of_policy())
    return told


def _doubted(told: list[Example]) -> list[int]:
    """Return which policy lines are statements that may be alarms."""
    place = list(LABELS).index("action")
    answers = [at for at, each in enumerate(told) if each.labels[place] == ACTIONS.index("answer")]
    statements = [at for at in answers if not is_question(told[at].text)]
    plain = {*range(len(told))} - {*statements}
    marks = alarming(
        [told[at].text for at in statements],
        [told[at].text for at in plain if told[at].of_report],
        [told[at].text for at in sorted(plain) if not told[at].of_report],
        _DOUBTED,
    )
    return [at for at, marked in zip(statements, marks, strict=True) if marked]


def target(example: Example, ids: tuple[str, ...]) -> Floats:
    """Return how the ranking should be shared out among the clauses."""
    shares = np.zeros(len(ids), np.float32)
    known = [ids.index(each) for each in example.clauses if each in ids][:5]
    for place, at in enumerate(known):
        first = _FIRST if len(known) > 1 else 1.0
        shares[at] += first if place == 0 else (1 - first) / (len(known) - 1)
    return shares


def usual_verdicts(asks: list[Ask], ids: tuple[str, ...]) -> Floats:
    """Return, for each clause, logarithms of how often each verdict is given from it."""
    counts = np.full((len(ids), len(VERDICTS)), _UNSEEN, np.float32)
    for ask in asks:
        if ask.action == "answer" and ask.clauses[0] in ids:
            counts[ids.index(ask.clauses[0]), VERDICTS.index(ask.verdict)] += 1
    usual: Floats = np.log(counts / counts.sum(1, keepdims=True))
    return usual


def _of_ask(ask: Ask) -> Example:
    text = readable(tidy(ask.said))
    labels = {name: NONE for name in LABELS}
    labels["action"] = ACTIONS.index(ask.action)
    if ask.action == "answer":
        labels["verdict"] = VERDICTS.index(ask.verdict)
        if ask.verdict == "duty" and not is_question(text):
            # "mums kicking off on the parents' group": a clause, a verdict, but it may be a report
            labels["action"] = NONE
    if ask.urgency and ask.route and ask.category:
        labels["urgency"] = URGENCIES.index(ask.urgency)
        labels["route"] = ROUTES.index(ask.route)
        labels["category"] = CATEGORIES.index(ask.category)
    weight = _REPORT_CLAUSES if ask.action == "report" else 1.0
    return Example(text, ask.clauses, weight, tuple(labels.values()))


def _of_policy() -> Iterator[Example]:
    nothing = tuple(NONE for _ in LABELS)
    for clause in read_policy(EDITION).clauses:
        yield Example(tidy(clause.text)[:_LONGEST], (clause.id,), 1.0, nothing)
    for guide in read_guidance().values():
        for words in (guide.topic, guide.says):
            yield Example(tidy(words)[:_LONGEST], (guide.clause,), 1.0, nothing)
