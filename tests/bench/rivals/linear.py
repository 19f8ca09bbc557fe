"""MiniLM's vectors and a linear classifier trained on the texts: scikit-learn."""

from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from tests.bench.rivals.minilm import encoder, meanings
from tests.bench.rivals.text import RANKED, Hits, Search, Text

_FIRM = 30.0
_ROUNDS = 300


def build(texts: list[Text], kept: Path) -> Search:
    """Return a search by how likely each clause is."""
    meaning = encoder(kept)
    first: dict[str, int] = {}
    for at, each in enumerate(texts):
        first.setdefault(str(each.clause), at)
    places = list(first.values())
    path = kept / f"linear-{len(texts)}.npz"
    if not path.exists():
        numbers = {clause: number for number, clause in enumerate(first)}
        labels = [numbers[str(each.clause)] for each in texts]
        fitted = LogisticRegression(C=_FIRM, max_iter=_ROUNDS).fit(
            meanings(texts, meaning, kept), labels
        )
        np.savez(path, weight=fitted.coef_.astype(np.float32), bias=fitted.intercept_)
    with np.load(path) as held:
        weight, bias = held["weight"], held["bias"].astype(np.float32)

    def search(question: str) -> Hits:
        scores = weight @ meaning(question) + bias
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        order = np.argsort(-chances, kind="stable")[: RANKED + 1]
        return [(places[at], float(chances[at])) for at in order]

    return search
