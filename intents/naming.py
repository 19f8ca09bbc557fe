"""Finds role-holders in somebody's words: by name, slips of spelling included, or by role."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import OSA

from bot.people import Person, Role

TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "sir"})
ROLE_WORDS = {
    Role.DSL: r"\bd\.?s\.?l\b|safeguarding lead|child protection lead|safeguarding officer",
    Role.DEPUTY: r"\bdd\.?s\.?l\b|\bdeput(?:y|ies)\b",
    Role.PRINCIPAL: r"\bprincipal\b|\bhead ?(?:teacher|master|mistress)\b"
    r"|(?<!on )(?<!in )(?<!to )(?<!of )(?<!over )(?<!against )(?<!across )\bthe head\b(?! of)",
    Role.CHAIR: r"\bchair of (?:the )?governors\b",
}
"""How staff name a role; "on the head" is a part of the body."""


def named_holders(
    words: str, holders: Sequence[Person], centre: str | None = None
) -> tuple[Person, ...]:
    """Those of ``holders`` whom ``words`` name, or whose role at ``centre`` they name.

    Wrongly found costs a question; wrongly missed could show a report to the person it is
    about. So a short name must match but for two letters swapped, a longer one but for a slip.
    """
    lower = words.lower()
    said = [word for word in re.findall(r"[^\W\d_]+", lower) if len(word) > 2]
    roles = [role for role, pattern in ROLE_WORDS.items() if re.search(pattern, lower)]
    return tuple(
        person
        for person in holders
        if any(_alike(part, word) for part in _parts(person) for word in said)
        or any(person.holds(role, centre) for role in roles)
    )


def _parts(person: Person) -> list[str]:
    words = re.findall(r"[^\W\d_]+", person.name.lower())
    return [word for word in words if word not in TITLES and len(word) > 2]


def _alike(part: str, word: str) -> bool:
    if part == word or word == part + "s":
        return True
    slip = OSA.distance(part, word) == 1
    return slip and (len(part) > 4 or sorted(part) == sorted(word))
