"""Measure how far two clauses say the same thing in different words."""

import math
import re
from collections import Counter
from collections.abc import Iterable

_WORD = re.compile(r"[a-z]+")
_ENDINGS = 6
"""Words count as the same by so many first letters: permit, permitted, permission."""
_EMPTY = frozenset(
    """a all an and any are as at be been by can for from has have if in into is it its may must not
    of on or other our should so such that the their them they this to was we when where which who
    will with would""".split()  # noqa: SIM905  (a list of fifty lines is no clearer)
)


class Likeness:
    """Compares texts by the words they share, rare words counting more than common ones."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Learn from all texts that will be compared which words are common among them."""
        known = [stems(text) for text in texts]
        times = Counter(stem for each in known for stem in each)
        self._weight = {
            stem: math.log(1 + len(known) / (1 + count)) ** 2 for stem, count in times.items()
        }

    def between(self, one: frozenset[str], other: frozenset[str]) -> float:
        """Return the likeness of two sets of stems, from 0 to 1."""
        longer = self._sum(one) * self._sum(other)
        return self._sum(one & other) / math.sqrt(longer) if longer else 0.0

    def _sum(self, stems_of_one: frozenset[str]) -> float:
        return sum(self._weight.get(stem, 0.0) for stem in stems_of_one)


def stems(text: str) -> frozenset[str]:
    """Return the telling words of a text, each cut to what its forms have in common."""
    words = _WORD.findall(text.lower())
    return frozenset(word[:_ENDINGS].rstrip("s") for word in words if word not in _EMPTY)


_FORBIDS = re.compile(
    r"\b(?:not|never|no|nor|none|nobody|nowhere|neither|against|forbidden|prohibited|banned|cannot"
    r"|only|unless|without)\b|n['\u2019]t\b",
    re.IGNORECASE,
)
_ALLOWS = re.compile(
    r"\b(?:is|are|be)\s+(?:also\s+)?(?:allowed|permitted|welcome|free)\b"
    r"|\b(?:may|can)\s+(?!be\s+(?:considered|searched|deleted)\b|have\b|mean\b|include\b|vary\b|result\b)",
    re.IGNORECASE,
)


def pull_apart(one: str, other: str) -> bool:
    """Say whether one text forbids or limits where the other simply allows."""
    return (_only_allows(one) and _limits(other)) or (_only_allows(other) and _limits(one))


def _only_allows(text: str) -> bool:
    return _ALLOWS.search(text) is not None and not _limits(text)


def _limits(text: str) -> bool:
    return _FORBIDS.search(text) is not None
