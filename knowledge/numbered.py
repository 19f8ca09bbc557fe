"""Clause numbers that somebody names: "what does 6.2.4 say", "OS 6.1.1", "section 7.2"."""

import re
from collections.abc import Iterable
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


class Numbers:
    """Finds the clauses of one policy by the numbers in a message."""

    def __init__(self, ids: Iterable[str]) -> None:
        """Know the clause ids of a policy, in its order."""
        self._known: dict[str, str] = {}
        for each in ids:
            plain = _plain(each)
            self._known[plain] = each
            # a section without a clause of its own number stands for its first clause
            while "." in plain:
                plain = plain.rpartition(".")[0]
                self._known.setdefault(plain, each)

    def named(self, text: str) -> Numbered:
        """Return the clauses that a tidied text names.

        A number counts when at least one dot stands in it and the policy has a clause or a section
        of that number, or when the text calls it a clause. Times, prices and year groups do not.
        """
        found: list[str] = []
        missing: list[str] = []
        for match in _SPOKEN.finditer(text):
            before, after = text[: match.start()], text[match.end() :]
            called = bool(_CALLED.search(before))
            number = match["number"]
            if not called and (_NOT_CLAUSES.match(after) or _NOT_BEFORE.search(before)):
                continue
            if "." not in number and "(" not in number:
                continue
            spoken = _plain((match["letters"] or "") + number)
            clause = self._known.get(spoken) or self._known.get(_plain(number))
            if clause is not None:
                found.append(clause)
            elif (called or number.count(".") > 1) and not match["letters"]:
                missing.append(number)
        return Numbered(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(missing)))


def _plain(clause_id: str) -> str:
    """Return an id without the spaces, brackets and capitals that people leave out."""
    return re.sub(r"[()\s.-]+", ".", clause_id.lower()).strip(".")
