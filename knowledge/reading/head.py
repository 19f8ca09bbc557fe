"""Find where a policy's own facts end, and read its title and dates from them."""

import re
from collections.abc import Sequence
from datetime import date

from knowledge.reading.label import read_label
from knowledge.reading.line import Kind, Line

_SHORT = 20
"""Words: a line of the head is a fact, not a paragraph."""
_POLICY = re.compile(r"\b(?:policy|procedures?|code of conduct|guidelines?)\b", re.IGNORECASE)

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?,?"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\s+(?P<year>\d{{4}})\b",
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b",
        rf"\b{_MONTH}\s+(?P<year>\d{{4}})\b",
        r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b",
        r"\b(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>\d{4})\b",
        r"\b(?P<month>\d{1,2})/(?P<year>\d{4})\b",
    )
)
_REACH = 60
"""A date further than this from its label belongs to something else."""

LAST_REVIEWED = re.compile(
    r"\blast\s+(?:reviewed|review|updated)\b|\b(?:date\s+)?reviewed\b(?:\s+on)?"
    r"|\bdate\s+of\s+(?:last\s+)?review\b",
    re.IGNORECASE,
)
REVIEW_DUE = re.compile(
    r"\bnext\s+review\b|\breview\s+(?:due|date|by)\b|\bdate\s+of\s+next\s+review\b"
    r"|\b(?:due\s+for|to\s+be)\s+review(?:ed)?\b|\breviewed\s+(?:again\s+)?by\b",
    re.IGNORECASE,
)
APPROVED = re.compile(r"\b(?:approved|ratified|adopted|agreed|approval)\b", re.IGNORECASE)


def split_head(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Return the head of a document, and the rest.

    The head ends before the heading of the first bullet, numbered clause or full paragraph.
    A document that begins at once keeps its first heading as its head.
    """
    first = _first_of_body(lines)
    if first == len(lines):
        return list(lines), []
    start = first
    while start > 1 and lines[start - 1].kind is Kind.HEADING:
        start -= 1
    numbered = _is_numbered(lines[first])
    if start == 1 < first:
        deeper = lines[first - 1].depth > max(line.depth for line in lines[: first - 1])
        start = first - 1 if deeper or not numbered else first
    elif start == first and not numbered:
        headings = [at for at in range(1, first) if lines[at].kind is Kind.HEADING]
        start = headings[-1] if headings else first
    return list(lines[:start]), list(lines[start:])


def title_of(lines: Sequence[Line]) -> str:
    """Return the title: the first heading that names a policy, else the first line."""
    opening = lines[: _first_of_body(lines)] or lines[:1]
    headings = [line.text for line in opening if line.kind is Kind.HEADING]
    texts = headings + [line.text for line in opening]
    return next((text for text in texts if _POLICY.search(text)), texts[0] if texts else "")


def date_after(label: re.Pattern[str], texts: Sequence[str]) -> date | None:
    """Return the first date that follows a label in the facts of a document.

    A month without a day is its first day; `17/11/2020` is read as the British do.
    """
    for text in texts:
        for match in label.finditer(text):
            after = text[match.end() : match.end() + _REACH]
            other = min(
                (
                    m.start()
                    for each in (LAST_REVIEWED, REVIEW_DUE, APPROVED)
                    if each is not label
                    for m in each.finditer(after)
                ),
                default=len(after),
            )
            if found := read_date(after[:other]):
                return found
    return None


def read_date(text: str) -> date | None:
    """Return the first date written in a text, or None."""
    found = []
    for pattern in _DATES:
        if match := pattern.search(text):
            parts = match.groupdict()
            month = parts["month"].lower()[:3]
            number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month)
            try:
                day = date(int(parts["year"]), number, int(parts.get("day") or 1))
            except ValueError:
                continue
            found.append((match.start(), day))
    return min(found)[1] if found else None


def _first_of_body(lines: Sequence[Line]) -> int:
    return next((at for at, line in enumerate(lines) if _is_body(line)), len(lines))


def _is_body(line: Line) -> bool:
    if line.kind is Kind.BULLET or _is_numbered(line):
        return True
    return line.kind is Kind.PARAGRAPH and len(line.text.split()) > _SHORT


def _is_numbered(line: Line) -> bool:
    return read_label(line.text, line.kind is Kind.HEADING) is not None
