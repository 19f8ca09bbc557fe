"""Finds the names of role-holders in somebody's words, slips of spelling included."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from bot.people import Person

TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "sir"})
CLOSE = 85
"""How alike two words must be, in per cent, to be taken for the same name."""


def named_holders(words: str, holders: Sequence[Person]) -> tuple[Person, ...]:
    """Those of ``holders`` whose name, or part of it, stands in ``words``.

    Wrongly found costs a question; wrongly missed could show a report to the person it is
    about. So short names must match whole, longer ones nearly.
    """
    said = [word for word in re.findall(r"[^\W\d_]+", words.lower()) if len(word) > 2]
    return tuple(
        person
        for person in holders
        if any(_alike(part, word) for part in _parts(person) for word in said)
    )


def _parts(person: Person) -> list[str]:
    words = re.findall(r"[^\W\d_]+", person.name.lower())
    return [word for word in words if word not in TITLES and len(word) > 2]


def _alike(part: str, word: str) -> bool:
    if part == word or word == part + "s":
        return True
    return len(part) > 4 and fuzz.ratio(part, word) >= CLOSE
