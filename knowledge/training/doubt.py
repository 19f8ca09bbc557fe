"""Policy lines that may be alarms: nothing is learned from them about what to do.

Writers of policy questions also write statements ("the midday supervisor's phone has a rude
wallpaper"). They say which clause is meant; learned as "answer this", they teach a missed report.
"""

import importlib
from typing import Any

import numpy as np

from knowledge.grams import counted, weighed
from knowledge.heads import Floats

_BUCKETS = 1 << 14
_CALM = 2.0


def alarming(
    texts: list[str], reports: list[str], questions: list[str], share: float
) -> list[bool]:
    """Return which of some statements sound most like reports, by their spelling.

    Args:
        texts: statements that may be either.
        reports: texts that are reports.
        questions: texts that are none.
        share: which share of `texts` is to be doubted.
    """
    if not texts or not reports or not questions:
        return [False] * len(texts)
    rare = _rarity([*reports, *questions])
    known = _matrix([*reports, *questions], rare)
    wanted = np.array([1.0] * len(reports) + [-1.0] * len(questions), np.float32)
    weight = np.where(wanted > 0, len(wanted) / len(reports), len(wanted) / len(questions)) / 2
    root = np.sqrt(weight).astype(np.float32)
    some = known.multiply(root[:, None]).tocsr()
    dots = (some @ some.T).toarray() + _CALM * np.eye(len(wanted), dtype=np.float32)
    told = some.T @ np.linalg.solve(dots, root * wanted)
    scores = _matrix(texts, rare) @ told
    bound = float(np.quantile(scores, 1 - share))
    return [bool(score >= bound) for score in scores]


def _rarity(texts: list[str]) -> Floats:
    times = np.zeros(_BUCKETS, np.float32)
    for text in texts:
        for numbers, _ in counted(text, _BUCKETS):
            times[numbers] += 1
    rare: Floats = (np.log((1 + len(texts)) / (1 + times)) + 1).astype(np.float32)
    return rare


def _matrix(texts: list[str], rare: Floats) -> Any:
    sparse: Any = importlib.import_module("scipy.sparse")
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for at, text in enumerate(texts):
        numbers, weights = weighed(text, rare)
        rows += [at] * len(numbers)
        columns += numbers.tolist()
        values += weights.tolist()
    return sparse.csr_matrix(
        (values, (rows, columns)), shape=(len(texts), len(rare)), dtype=np.float32
    )
