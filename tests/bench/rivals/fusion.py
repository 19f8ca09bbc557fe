"""BM25 and MiniLM together, by the ranks they give (reciprocal-rank fusion)."""

from collections import defaultdict
from pathlib import Path

from tests.bench.rivals import bm25, minilm
from tests.bench.rivals.text import Hits, Search, Text

_CALM = 60
"""The usual constant: how little the first rank counts above the second."""


def build(texts: list[Text], kept: Path) -> Search:
    """Return a search that adds up what two searches say."""
    both = (bm25.build(texts, kept), minilm.build(texts, kept))

    def search(question: str) -> Hits:
        scores: dict[int, float] = defaultdict(float)
        for each in both:
            for rank, (at, _) in enumerate(each(question), 1):
                scores[at] += 1 / (_CALM + rank)
        return sorted(scores.items(), key=lambda pair: -pair[1])

    return search
