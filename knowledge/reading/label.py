"""Read the number in front of a line: `4.2.1`, `A.3(b)`, `Section 4.2`, `1)`, `(iv)`."""

import re
from dataclasses import dataclass
from enum import Enum


class Scope(Enum):
    """How much of a clause's place its label tells."""

    WHOLE = "whole"
    """The whole path: `4.2.1`, `A.3(b)`."""
    NUMBER = "number"
    """One number, `4.` or `4)`: a section, or an item of whatever list it stands in."""
    MARK = "mark"
    """One or more bracketed marks, `(a)` or `(b)(ii)`: an item of the clause above."""
    ANNEX = "annex"
    """A part with a name of its own: `Appendix A`, `Part 2`."""


@dataclass(frozen=True)
class Label:
    """A number as written, and as it is cited."""

    scope: Scope
    id: str
    written: str


_BRACKETS = r"(?:\((?:[a-z]|[ivx]{2,5}|\d{1,2})\))"
_PATH = rf"(?:\d{{1,2}}|[A-Z])(?:\.\d{{1,3}})*{_BRACKETS}*"
_AMOUNT = r"(?!\s*(?:[ap]\.?m\b|%|million|billion|GB|MB|hours?\b|hrs\b|days?\b|metres|miles))"

_WORDED = re.compile(
    rf"(?:(?i:section|clause|paragraph|para|article|rule)\.?\s+|§\s*)({_PATH})"
    r"(?:\s*[.:)\u2013\u2014-]+\s*|\s+(?=[\"'\u2018\u201c(]?[A-Z])|$)"
)
_ANNEX = re.compile(
    r"((?i:appendix|annexe?|schedule|part|chapter))\s+(\d{1,2}|[A-Z])\b\s*[.:)\u2013\u2014-]*\s*"
)
_WHOLE = re.compile(
    rf"((?:\d{{1,2}}|[A-Z]|[A-Z]\d{{1,2}})(?:\.\d{{1,3}}){{1,9}}{_BRACKETS}*|"
    rf"(?:\d{{1,2}}|[A-Z]\d{{1,2}}){_BRACKETS}+|[A-Z]\d{{1,2}}(?=[.:)]\s))"
    rf"(?![\d/,]){_AMOUNT}(?:[.:)]+(?=\s|$)|\.?(?=[A-Z][a-z])|(?=\s|$))\s*"
)
_NUMBER = re.compile(r"(\d{1,2})[.)](?:\s+|(?=[A-Z][a-z])|$)")
_BARE_NUMBER = re.compile(r"(\d{1,2}|[A-Z](?=\s*[\u2013\u2014:-]))\s*[\u2013\u2014:-]?\s+(?=[A-Z])")
_LETTER = re.compile(r"([A-Z])[.)]\s+(?=\S)")
_MARKS = re.compile(rf"({_BRACKETS}+|\([A-Z]\))[.:]?(?:\s+|(?=[A-Z])|$)")
_MARK = re.compile(r"([a-z]|[ivx]{2,5})[.)]\s+")
_STEP = re.compile(r"\.\d+|\([^()]*\)")


def read_label(text: str, heading: bool = False) -> tuple[Label, str] | None:
    """Split a line into its label and the words after it.

    A heading may carry a number without a full stop (`4 Phones`) or a capital letter
    (`A. Phones`), which would be too bold a guess in running text. Returns None when the
    line has no label: times, amounts and years are not labels.
    """
    if match := _WORDED.match(text):
        path = match[1]
        scope = Scope.NUMBER if path.isalnum() else Scope.WHOLE
        return Label(scope, path, match[0].strip()), text[match.end() :]
    if heading and (match := _ANNEX.match(text)):
        name = f"{match[1][:3].title()}{match[2].upper()}"
        return Label(Scope.ANNEX, name, match[0].strip()), text[match.end() :]
    for pattern, scope in (
        (_WHOLE, Scope.WHOLE),
        (_NUMBER, Scope.NUMBER),
        (_LETTER if heading else None, Scope.NUMBER),
        (_BARE_NUMBER if heading else None, Scope.NUMBER),
        (_MARKS, Scope.MARK),
        (_MARK, Scope.MARK),
    ):
        if pattern and (match := pattern.match(text)):
            mark = match[1] if "(" in match[1] or scope is not Scope.MARK else f"({match[1]})"
            return Label(scope, mark, match[0].strip()), text[match.end() :]
    return None


def ancestors(clause_id: str) -> list[str]:
    """Return the ids above one, nearest first: `A.3(b)` is under `A.3`, then `A`."""
    steps = list(_STEP.finditer(clause_id))
    return [clause_id[: step.start()] for step in reversed(steps) if step.start()]


def is_under(clause_id: str, above: str) -> bool:
    """Say whether an id lies below another by its own digits."""
    return above in ancestors(clause_id)


_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv")


def readings(mark: str) -> dict[str, int]:
    """Return every list a mark such as `(i)` may belong to, with its place in that list."""
    inner = mark.strip("()")
    if inner.isdigit():
        return {"digit": int(inner)}
    if inner.isupper():
        return {"capital": ord(inner[0]) - ord("A") + 1}
    found = {}
    if inner in _ROMAN:
        found["roman"] = _ROMAN.index(inner) + 1
    if len(inner) == 1:
        found["letter"] = ord(inner) - ord("a") + 1
    return found
