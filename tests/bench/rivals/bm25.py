"""BM25 over stemmed words: bm25s."""

from pathlib import Path

import bm25s
import Stemmer

from tests.bench.rivals.text import MOST, Hits, Search, Text


def build(texts: list[Text], kept: Path) -> Search:
    """Return a search by BM25."""
    stem = Stemmer.Stemmer("english")
    index = bm25s.BM25()
    words = [each.words for each in texts]
    index.index(
        bm25s.tokenize(words, stopwords="en", stemmer=stem, show_progress=False),
        show_progress=False,
    )
    known = set(index.vocab_dict)
    most = min(MOST, len(texts))

    def search(question: str) -> Hits:
        (asked,) = bm25s.tokenize(
            [question], stopwords="en", stemmer=stem, return_ids=False, show_progress=False
        )
        if not known.intersection(asked):
            return []
        places, scores = index.retrieve([asked], k=most, show_progress=False)
        pairs = zip(places[0], scores[0], strict=True)
        return [(int(at), float(score)) for at, score in pairs if score > 0]

    return search
