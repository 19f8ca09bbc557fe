"""Takes the names of people at the school out of somebody's words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import OSA

from bot.people import TITLES, Person
from knowledge.key_words import ordinary

SOMEBODY = "somebody"
_LETTERS = re.compile(r"[^\W\d_]+")
_PIECE = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_TITLED = re.compile(rf"\b(?:{'|'.join(sorted(TITLES))})\b\.?\s+{SOMEBODY}\b", re.IGNORECASE)
_TWICE = re.compile(rf"\b{SOMEBODY}(?:\s+{SOMEBODY})+\b")


def without_names(words: str, people: Sequence[Person]) -> str:
    """``words`` with every name of ``people`` as "somebody".

    A slip of spelling is a name too, unless it is a word that everybody uses: "book" stays
    where a Ms Brook works.
    """
    called = [name for person in people for name in (person.name, *person.also_called)]
    names = {part for name in called for part in _parts(name)}

    def masked(found: re.Match[str]) -> str:
        bare, _, ending = found[0].replace("\u2019", "'").partition("'")
        if not _is_name(bare.lower(), names):
            return found[0]
        return f"{SOMEBODY}'s" if ending.lower() == "s" else SOMEBODY

    return _TWICE.sub(SOMEBODY, _TITLED.sub(SOMEBODY, _PIECE.sub(masked, words)))


def _parts(name: str) -> list[str]:
    parts = _LETTERS.findall(name.lower())
    return [part for part in parts if part not in TITLES and len(part) > 1]


def _is_name(word: str, names: set[str]) -> bool:
    if word in names or word.removesuffix("s") in names:
        return True
    if len(word) < 4 or ordinary(word):
        return False
    return any(len(name) > 4 and OSA.distance(name, word) == 1 for name in names)
