"""How alike two questions are, and which questions an answer given by hand must keep clear of."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from knowledge.asks import read_asks
from knowledge.encoder import Encoder
from knowledge.heads import Floats
from knowledge.likeness import stems
from knowledge.tidy import tidy

_WORDS_SAME, _MEANING_SAME = 0.67, 0.6
_WORDS_CLOSE, _MEANING_CLOSE = 0.25, 0.6
"""Meaning alone will not do: what was learned puts "book the hall" beside "book the minibus"."""
_PER_CLAUSE = 2
_EVERY_REPORT = 12
_MEMORY = 5000


@dataclass(frozen=True)
class Likeness:
    """How alike two questions are, in their words and in their meaning, each up to 1."""

    words: float
    meaning: float

    @property
    def same(self) -> bool:
        """Whether the answer to one may be given to the other without asking."""
        return self.words >= _WORDS_SAME and self.meaning >= _MEANING_SAME

    @property
    def close(self) -> bool:
        """Whether it is worth asking a human if they are the same."""
        return self.same or (self.words >= _WORDS_CLOSE and self.meaning >= _MEANING_CLOSE)


class Alike:
    """Compares questions."""

    def __init__(self, encoder: Encoder) -> None:
        """Use `encoder`, the one that reads every question."""
        self._encoder = encoder
        self._seen: dict[str, Floats] = {}
        self._last: tuple[str, Floats] | None = None

    def between(self, one: str, other: str) -> Likeness:
        """Return how alike two questions are.

        Args:
            one: what somebody asks now; it is not remembered.
            other: what it is compared with, now and later.
        """
        mine, theirs = stems(tidy(one)), _stems(other)
        longer = _sum(mine) * _sum(theirs)
        words = _sum(mine & theirs) / math.sqrt(longer) if longer else 0.0
        if words < _WORDS_CLOSE:
            return Likeness(words, 0.0)
        return Likeness(words, float(self._passing(one) @ self._vector(other)))

    def nearest(self, text: str, others: Sequence[str]) -> tuple[int, Likeness] | None:
        """Return the place of the most alike of `others`, and how alike it is."""
        found = [(self.between(text, other), at) for at, other in enumerate(others)]
        if not found:
            return None
        best, at = max(found, key=lambda each: (each[0].same, each[0].words + each[0].meaning))
        return at, best

    def captured(self, text: str) -> tuple[str, ...]:
        """Return the questions with another answer that would get the answer to `text`."""
        return tuple(each for each in kept_clear() if self.between(text, each).same)

    def _passing(self, text: str) -> Floats:
        if self._last is None or self._last[0] != text:
            self._last = (text, self._read(text))
        return self._last[1]

    def _vector(self, text: str) -> Floats:
        found = self._seen.get(text)
        if found is None:
            found = self._read(text)
            if len(self._seen) < _MEMORY:
                self._seen[text] = found
        return found

    def _read(self, text: str) -> Floats:
        meaning = self._encoder.meaning(tidy(text))
        unit: Floats = (meaning / (float(np.linalg.norm(meaning)) or 1.0)).astype(np.float32)
        return unit


@lru_cache(_MEMORY)
def _stems(text: str) -> frozenset[str]:
    return stems(tidy(text))


@cache
def kept_clear() -> tuple[str, ...]:
    """Return questions that the policy answers, of every clause, and worries of every kind."""
    return tuple(_some_of_each())


def _some_of_each() -> Iterable[str]:
    taken: Counter[str] = Counter()
    reports = 0
    for ask in read_asks():
        if ask.action == "answer":
            taken[ask.clauses[0]] += 1
            if taken[ask.clauses[0]] <= _PER_CLAUSE:
                yield ask.said
        elif ask.action == "report":
            reports += 1
            if reports % _EVERY_REPORT == 0:
                yield ask.said


def _sum(words: Iterable[str]) -> float:
    weights, unknown = _weights()
    return sum(weights.get(word, unknown) for word in words)


@cache
def _weights() -> tuple[Mapping[str, float], float]:
    """Return how telling each word is: a word that nobody else used tells most."""
    asked = [stems(tidy(ask.said)) for ask in read_asks()]
    times = Counter(stem for each in asked for stem in each)
    weights = {stem: math.log(1 + len(asked) / (1 + count)) ** 2 for stem, count in times.items()}
    return weights, math.log(1 + len(asked)) ** 2
