"""Learn the table of word and letter groups: ridge regression on all heads at once."""

import importlib
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.grams import counted, weighed
from knowledge.heads import Floats
from knowledge.training.examples import LABELS, NONE, Example, target

BUCKETS = 1 << 15
_CALM = 1.0
"""How strongly large weights are held down."""


def fit_grams(examples: list[Example], ids: tuple[str, ...], path: Path) -> None:
    """Learn the table and write it to `path`."""
    sparse: Any = importlib.import_module("scipy.sparse")
    rare = _rarity(examples)
    rows, columns, values = [], [], []
    for at, example in enumerate(examples):
        numbers, weights = weighed(example.text, rare)
        rows += [at] * len(numbers)
        columns += numbers.tolist()
        values += weights.tolist()
    seen = sparse.csr_matrix(
        (values, (rows, columns)), shape=(len(examples), BUCKETS), dtype=np.float32
    )
    parts = [_solve(seen, np.stack([target(each, ids) for each in examples]), _weights(examples))]
    for place, (_, labels) in enumerate(LABELS.items()):
        right = np.array([each.labels[place] for each in examples])
        known = right != NONE
        wanted = np.zeros((len(examples), len(labels)), np.float32)
        wanted[np.flatnonzero(known), right[known]] = 1
        parts.append(
            _solve(seen, wanted - wanted[known].mean(0) * known[:, None], known.astype(np.float32))
        )
    table = np.concatenate(parts, axis=1)
    scale = np.abs(table).max(0) / 127
    np.savez_compressed(
        path,
        table=np.round(table / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        rare=rare.astype(np.float16),
    )


def _rarity(examples: list[Example]) -> Floats:
    times = np.zeros(BUCKETS, np.float32)
    for example in examples:
        for numbers, _ in counted(example.text, BUCKETS):
            times[numbers] += 1
    rare: Floats = (np.log((1 + len(examples)) / (1 + times)) + 1).astype(np.float32)
    return rare.astype(np.float16).astype(np.float32)


def _weights(examples: list[Example]) -> Floats:
    return np.array([each.weight if each.clauses else 0.0 for each in examples], np.float32)


def _solve(seen: Any, wanted: Floats, weights: Floats) -> Floats:
    """Return the table that best gives what is wanted, small numbers preferred."""
    kept = np.flatnonzero(weights)
    root = np.sqrt(weights[kept])[:, None]
    some = seen[kept].multiply(root).tocsr()
    dots = (some @ some.T).toarray() + _CALM * np.eye(len(kept), dtype=np.float32)
    share = np.linalg.solve(dots, root * wanted[kept])
    table: Floats = (some.T @ share).astype(np.float32)
    return table
