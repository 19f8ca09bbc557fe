"""The gate: figures may not fall below the floors recorded for a labelled file."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from knowledge.evaluation import Labelled, Prediction
from knowledge.figures import Figures

_AT_MOST = ("false alarms", "out of scope, answered all the same")
"""Shares that should be small: their floor is a ceiling."""


def read_floors(path: Path) -> dict[str, float]:
    """Return the recorded floors, a share by the name of its figure."""
    told: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))
    return told


def fallen(told: Figures, floors: Mapping[str, float]) -> list[str]:
    """Return a sentence for each figure that is worse than its floor, and for each Yes to a ban."""
    faults = []
    for name, floor in floors.items():
        share = told.shares[name]
        if not share.of:
            faults.append(f"{name}: nothing to count.")
            continue
        worse = share.value > floor if name in _AT_MOST else share.value < floor
        if worse:
            bound = "may be at most" if name in _AT_MOST else "must be at least"
            faults.append(f"{name}: {share.value:.3f}, {bound} {floor:.3f}.")
    if told.freer:
        faults.append(f"Answered yes where the policy says no: {', '.join(told.freer)}.")
    return faults


def failing(
    told: Figures, questions: Sequence[Labelled], predictions: Sequence[Prediction]
) -> list[str]:
    """Return a line for each question that came out wrong, for whoever changed something."""
    asked = {each.id: each for each in questions}
    said = {each.id: each for each in predictions}
    return [
        f"{each}: {asked[each].q!r} is {asked[each].expect} {' '.join(asked[each].gold)};"
        f" read as {said[each].action} {' '.join(said[each].clauses[:3])}"
        for each in told.wrong
    ]
