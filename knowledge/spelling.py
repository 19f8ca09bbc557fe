"""Slips of the fingers put right, before a sentence is read."""

import re
from pathlib import Path

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_SMALL = frozenset(
    (
        *("a", "i", "u", "x", "y", "am", "an", "as", "at", "be", "by", "do", "go", "he", "if"),
        *("in", "is", "it", "me", "my", "no", "of", "on", "or", "so", "to", "up", "us", "we", "ta"),
    )
)
_PAIR = re.compile(r"\b([a-z]{1,20})[ ]([a-z]{1,20})\b")
_SHORTEST = 3
_SHORTEST_GUESS = 4
_LONG = 9
_MEMORY = 20_000


class Spelling:
    """Knows the words of the questions and of ordinary English."""

    def __init__(self, path: Path) -> None:
        """Load the words in `path`: those of the questions, commonest first, then a blank line and
        all others that are no slips."""
        common, _, others = path.read_text(encoding="utf-8").partition("\n\n")
        self._common = common.split("\n")
        self._usual = {*_SMALL, *self._common}
        self._known = {*self._usual, *others.split("\n")}
        self._by_first: dict[str, list[str]] = {}
        for word in self._common:
            self._by_first.setdefault(word[0], []).append(word)
        self._seen: dict[str, str] = {}

    def repaired(self, text: str) -> str:
        """Return a tidied text with words that nobody knows changed to ones that are meant.

        One letter may be missing, added, wrong or swapped with the next, two in a long word; the
        first letter is trusted unless it is swapped. A space may have slipped by one letter.
        """
        return _WORD.sub(lambda match: self._meant(match[0]), _PAIR.sub(self._parted, text))

    def _parted(self, match: re.Match[str]) -> str:
        """Return two words with the space between them where it makes both known."""
        one, other = match[1], match[2]
        if one in self._known and other in self._known:
            return match[0]
        for first, second in ((one + other[0], other[1:]), (one[:-1], one[-1] + other)):
            if first in self._usual and second in self._usual:
                return f"{first} {second}"
        return match[0]

    def _meant(self, word: str) -> str:
        if len(word) < _SHORTEST or word in self._known:
            return word
        meant = self._seen.get(word)
        if meant is None:
            meant = self._closest(word)
            if len(self._seen) < _MEMORY:
                self._seen[word] = meant
        return meant

    def _closest(self, word: str) -> str:
        swapped = word[1] + word[0] + word[2:]
        if swapped in self._usual:
            return swapped
        if len(word) < _SHORTEST_GUESS:
            return word
        for most in (1, 2) if len(word) >= _LONG else (1,):
            rivals = self._by_first.get(word[0], [])
            found = extract(word, rivals, scorer=OSA.distance, score_cutoff=most, limit=None)
            if found:
                # rivals stand in the order of how common they are
                return str(min(found, key=lambda each: (each[1], each[2]))[0])
        return word
