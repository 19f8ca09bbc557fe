"""Finds role-holders in somebody's words: by name, slips of spelling included, or by role."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from rapidfuzz.distance import OSA

from bot.climb import concern_changed
from bot.incident import Concern
from bot.people import Person, Role
from bot.turn import Turn

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
    lower = _folded(words)
    said = [word for word in re.findall(r"[^\W\d_]+", lower) if len(word) > 1]
    roles = [role for role, pattern in ROLE_WORDS.items() if re.search(pattern, lower)]
    return tuple(
        person
        for person in holders
        if any(_alike(part, word) for part in _parts(person) for word in said)
        or any(person.holds(role, centre) for role in roles)
    )


def note_named(turn: Turn, ref: str, words: str) -> bool:
    """Keep the report from role-holders whom new ``words`` name, until the reporter has said
    whether they are part of it; whether any were found."""
    incident = turn.work.incidents.get(ref)
    if incident is None:
        return False
    known = dict(incident.concerns)
    holders = [
        person
        for person in turn.directory.role_holders()
        if person.id not in known and person.id not in (turn.person.id, incident.reporter)
    ]
    found = named_holders(words, holders, incident.centre)
    for person in found:
        turn.work.incidents.concern(ref, person.id, Concern.NAMED)
    if found:
        concern_changed(turn.work, ref, turn.directory, turn.school, turn.now)
    return bool(found)


def _parts(person: Person) -> list[str]:
    words = re.findall(r"[^\W\d_]+", _folded(person.name))
    joined = re.sub(r"[^\w ]", "", _folded(person.name)).split()
    names = dict.fromkeys([*words, *joined])
    return [word for word in names if word not in TITLES and len(word) > 1]


def _folded(text: str) -> str:
    """Lower case without accents: Zoë is zoe."""
    apart = unicodedata.normalize("NFKD", text.lower())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _alike(part: str, word: str) -> bool:
    if part == word or word == part + "s":
        return True
    slip = OSA.distance(part, word) == 1
    return slip and (len(part) > 4 or sorted(part) == sorted(word))
