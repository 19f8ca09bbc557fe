"""Other ways to find a clause, each as a function from a question to scored clauses."""

import math
import re
import sqlite3
from collections import Counter
from collections.abc import Callable

import numpy as np
from rapidfuzz import fuzz, process

from knowledge.likeness import stems
from knowledge.policy import Policy
from knowledge.reader import Reader
from knowledge.search import Search
from knowledge.tidy import tidy
from knowledge.understanding import Understanding

Ranked = list[tuple[str, float]]
Finder = Callable[[str], Ranked]


def lanyard(policy: Policy) -> Finder:
    reader = Reader(policy)

    def find(question: str) -> Ranked:
        reading = reader.read(question)
        first = reading.score if reading.action in ("answer", "report") else reading.score / 2
        rest = [(each, 0.0) for each in reading.clauses[1:]]
        return [(reading.clauses[0], first), *rest]

    return find


def by_rapidfuzz(policy: Policy) -> Finder:
    texts = {clause.id: clause.text.lower() for clause in policy.clauses}

    def find(question: str) -> Ranked:
        found = process.extract(question.lower(), texts, scorer=fuzz.token_set_ratio, limit=10)
        return [(each[2], each[1] / 100) for each in found]

    return find


def by_tfidf(policy: Policy) -> Finder:
    """Words and groups of three to five letters, cosine."""

    def grams(text: str) -> Counter[str]:
        words = re.findall(r"\w+", text.lower())
        letters = [
            f" {word} "[at : at + n] for word in words for n in (3, 4, 5) for at in range(len(word))
        ]
        return Counter([*words, *letters])

    counted = [grams(clause.text) for clause in policy.clauses]
    times = Counter(gram for each in counted for gram in each)
    place = {gram: at for at, gram in enumerate(times)}
    rare = np.array([math.log(len(counted) / count) + 1 for count in times.values()])

    def vector(each: Counter[str]) -> np.ndarray:
        row = np.zeros(len(place))
        for gram, count in each.items():
            if gram in place:
                row[place[gram]] = (1 + math.log(count)) * rare[place[gram]]
        return row / (np.linalg.norm(row) or 1.0)

    table = np.stack([vector(each) for each in counted])
    ids = [clause.id for clause in policy.clauses]

    def find(question: str) -> Ranked:
        scores = table @ vector(grams(question))
        return [(ids[at], float(scores[at])) for at in np.argsort(-scores)[:10]]

    return find


def by_bm25(policy: Policy) -> Finder:
    texts = [stems(clause.text) for clause in policy.clauses]
    times = Counter(stem for each in texts for stem in each)
    usual = sum(map(len, texts)) / len(texts)
    ids = [clause.id for clause in policy.clauses]

    def find(question: str) -> Ranked:
        asked = stems(question)
        scores = []
        for each, clause in zip(texts, ids, strict=True):
            weight = 2.2 / (1 + 1.2 * (0.25 + 0.75 * len(each) / usual))
            rare = (
                math.log(1 + (len(texts) - times[s] + 0.5) / (times[s] + 0.5)) for s in asked & each
            )
            scores.append((clause, weight * sum(rare)))
        return sorted(scores, key=lambda pair: -pair[1])[:10]

    return find


def by_fts5(policy: Policy) -> Finder:
    base = sqlite3.connect(":memory:")
    base.execute("create virtual table clause using fts5(id unindexed, text, tokenize=porter)")
    rows = ((clause.id, clause.text) for clause in policy.clauses)
    base.executemany("insert into clause values (?, ?)", rows)

    def find(question: str) -> Ranked:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"[a-z0-9]+", question.lower()))
        if not words:
            return []
        asked = "select id, -rank from clause where clause match ? order by rank limit 10"
        return [(str(each[0]), float(each[1])) for each in base.execute(asked, (words,))]

    return find


def by_search(policy: Policy) -> Finder:
    """Our own search of an unknown document: its words and the encoder."""
    encoder = Understanding.shared().encoder
    search = Search(policy, encoder)

    def find(question: str) -> Ranked:
        text = tidy(question)
        return search.find(text, encoder.meaning(text))

    return find


FINDERS: dict[str, Callable[[Policy], Finder]] = {
    "rapidfuzz token_set_ratio": by_rapidfuzz,
    "TF-IDF words + letters": by_tfidf,
    "BM25 with stems": by_bm25,
    "SQLite FTS5 porter": by_fts5,
    "search (no guidance)": by_search,
    "Lanyard": lanyard,
}
