"""What the spelling of a sentence says: words, pairs and groups of letters, weighed in one table.

It knows nothing of meaning, and so it errs elsewhere than the encoder; together they err less.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_WORD = re.compile(r"[^\W_]+|\?")
_SHORTEST, _LONGEST = 2, 5
_MOST_WORDS = 120


def counted(text: str, buckets: int) -> Iterator[tuple[npt.NDArray[np.int64], Floats]]:
    """Yield, for words and then for groups of letters, their buckets and how often each is hit."""
    words = _WORD.findall(text)[:_MOST_WORDS]
    for grams in (_of_words(words), _of_letters(words)):
        count = Counter(zlib.crc32(gram) % buckets for gram in grams)
        times = np.fromiter(count.values(), np.float32, len(count))
        yield np.fromiter(count.keys(), np.int64, len(count)), 1 + np.log(times)


def weighed(text: str, rare: Floats) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return buckets and weights of a tidied text; words and letters weigh the same in all."""
    numbers, weights = [], []
    for held, times in counted(text, len(rare)):
        weight = times * rare[held]
        numbers.append(held)
        weights.append(weight / (float(np.sqrt((weight**2).sum())) or 1.0))
    return np.concatenate(numbers), np.concatenate(weights)


def _of_words(words: list[str]) -> Iterator[bytes]:
    for word in words:
        yield word.encode()
    for one, other in pairwise(words):
        yield f"{one} {other}".encode()


def _of_letters(words: list[str]) -> Iterator[bytes]:
    for word in words:
        held = f" {word} ".encode()
        for length in range(_SHORTEST, _LONGEST + 1):
            for start in range(len(held) - length + 1):
                yield b"#" + held[start : start + length]


class Grams:
    """The table, in eight bits, with a row a bucket and a column for each answer of each head."""

    def __init__(self, path: Path) -> None:
        """Load the table in `path`, made by `python -m knowledge.training`."""
        with np.load(path) as held:
            self._table: npt.NDArray[np.int8] = held["table"]
            self._scale: Floats = held["scale"]
            self._rare: Floats = held["rare"].astype(np.float32)

    def scores(self, text: str) -> Floats:
        """Return one score for each answer of each head, in the order of the heads."""
        numbers, weights = weighed(text, self._rare)
        told: Floats = weights @ self._table[numbers].astype(np.float32) * self._scale
        return told
