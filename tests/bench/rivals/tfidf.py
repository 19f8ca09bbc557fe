"""TF-IDF over words, pairs of words and groups of letters: scikit-learn."""

from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_union

from tests.bench.rivals.text import MOST, Hits, Search, Text


def build(texts: list[Text], kept: Path) -> Search:
    """Return a search by the cosine of two weighed bags."""
    weigh = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True),
    )
    matrix = weigh.fit_transform([each.words for each in texts]).tocsr()

    def search(question: str) -> Hits:
        scores = (matrix @ weigh.transform([question]).T).toarray()[:, 0]
        order = np.argsort(-scores, kind="stable")[:MOST]
        return [(int(at), float(scores[at])) for at in order]

    return search
