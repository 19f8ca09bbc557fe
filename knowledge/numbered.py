"""Clause numbers that somebody names: "what does 6.2.4 say", "OS 6.1.1", "section 7.2"."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

_SPOKEN = re.compile(
    r"(?<![\w.£$])(?P<letters>[a-z]{1,4}[\s.-]?)?"
    r"(?P<number>\d{1,2}(?:\s?[.]\s?\d{1,2}|[.][a-z]+){0,5}(?:\([a-z0-9]{1,4}\))*)(?![\w%])",
    re.IGNORECASE,
)
_CALLED = re.compile(r"\b(clauses?|section|sect?|paragraph|para|point|rule|item|number|no\.?)\s*$")
_NOT_CLAUSES = re.compile(
    r"^\s*(?:am|pm|st|nd|rd|th|%|p\b|hours?|hrs?|mins?|minutes?|days?|weeks?|months?|years?|kids"
    r"|children|pupils|people|times|pounds|quid)",
)
_NOT_BEFORE = re.compile(
    r"(?:\byear|\byr|\by|\bks|\bage[ds]?|[£$@:/]|\bat|\bv|\bversion|\bios)\s*$"
)


@dataclass(frozen=True)
class Numbered:
    """What a message says about clause numbers."""

    found: tuple[str, ...]
    """Clauses of the policy that it names, in its order."""
    missing: tuple[str, ...]
    """Numbers that it uses as clauses, and which the policy does not have."""


def numbers_in(text: str, ids: Collection[str]) -> Numbered:
    """Return the clauses that a tidied text names.

    A number counts when at least one dot stands in it and the policy has a clause or a section of
    that number, or when the text calls it a clause. Clock times, prices and year groups do not.

    Args:
        text: a tidied message.
        ids: the clause ids of the policy, in its order.
    """
    known = {_plain(each): each for each in reversed(tuple(ids))}
    found: list[str] = []
    missing: list[str] = []
    for match in _SPOKEN.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        called = bool(_CALLED.search(before))
        number = match["number"]
        if not called and (_NOT_CLAUSES.match(after) or _NOT_BEFORE.search(before)):
            continue
        spoken = _plain((match["letters"] or "") + number)
        clause = known.get(spoken) or known.get(_plain(number)) or _first_under(number, ids)
        if clause is not None and "." in number:
            found.append(clause)
        elif clause is None and "." in number and (called or number.count(".") > 1):
            missing.append(number)
    return Numbered(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(missing)))


def _first_under(number: str, ids: Iterable[str]) -> str | None:
    """Return the first clause of a section that has no clause of its own number."""
    stem = _plain(number) + "."
    return next((each for each in ids if _plain(each).startswith(stem)), None)


def _plain(clause_id: str) -> str:
    """Return an id without the spaces, brackets and capitals that people leave out."""
    return re.sub(r"[()\s.-]+", ".", clause_id.lower()).strip(".")
