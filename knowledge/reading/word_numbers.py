"""Work out the numbers that Word draws in front of paragraphs of its lists."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.text.paragraph import Paragraph

_PLACE = re.compile(r"%([1-9])")
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True)
class Number:
    """What stands in front of one paragraph."""

    drawn: str
    """The number as drawn, a lone one with a full stop; empty for a bullet."""
    level: int


@dataclass(frozen=True)
class _Level:
    style: str
    """Word's name of the counting style: decimal, lowerLetter, lowerRoman, bullet …"""
    pattern: str
    """What is drawn: `%1.%2` is the counts of the first and second level."""
    start: int
    legal: bool
    """Draw every level in digits, as solicitors like it."""


class Numbers:
    """Counts through a document; ask it once for each paragraph, in order.

    The rules are those of ECMA-376 part 1, 17.9: a paragraph names a list and a level; lists
    share the counters of the abstract list they are made from, unless they override the start.
    """

    def __init__(self, document: Document) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        """By abstract list."""
        self._own_levels: dict[str, dict[int, _Level]] = {}
        """By list, where it replaces levels of its abstract list."""
        self._abstract: dict[str, str] = {}
        self._starts: dict[str, dict[int, int]] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[str] = set()
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return
        for abstract in root.iterchildren(qn("w:abstractNum")):
            self._levels[abstract.get(qn("w:abstractNumId")) or ""] = dict(_read_levels(abstract))
        for listed in root.iterchildren(qn("w:num")):
            self._read_list(listed)

    def next_for(self, paragraph: Paragraph) -> Number | None:
        """Return the number of the next paragraph, counting it; None outside lists."""
        found = _list_and_level(paragraph)
        if found is None:
            return None
        list_id, level = found
        abstract = self._abstract.get(list_id)
        levels = self._levels.get(abstract or "", {}) | self._own_levels.get(list_id, {})
        if abstract is None or level not in levels:
            return None
        counts = self._counts.setdefault(abstract, [None] * 9)
        if list_id not in self._begun:
            self._begun.add(list_id)
            for overridden, start in self._starts.get(list_id, {}).items():
                counts[overridden:] = [start - 1] + [None] * (8 - overridden)
        for above in range(level):
            if counts[above] is None:
                counts[above] = levels[above].start if above in levels else 1
        before = counts[level]
        counts[level] = levels[level].start if before is None else before + 1
        counts[level + 1 :] = [None] * (8 - level)
        return Number(_draw(levels, level, counts), level)

    def _read_list(self, listed: BaseOxmlElement) -> None:
        list_id = listed.get(qn("w:numId")) or ""
        for reference in listed.iterchildren(qn("w:abstractNumId")):
            self._abstract[list_id] = reference.get(qn("w:val")) or ""
        for override in listed.iterchildren(qn("w:lvlOverride")):
            level = int(override.get(qn("w:ilvl")) or 0)
            for start in override.iterchildren(qn("w:startOverride")):
                self._starts.setdefault(list_id, {})[level] = int(start.get(qn("w:val")) or 1)
            self._own_levels.setdefault(list_id, {}).update(_read_levels(override))


def _read_levels(element: BaseOxmlElement) -> Iterator[tuple[int, _Level]]:
    for level in element.iterchildren(qn("w:lvl")):
        told = {child.tag: child.get(qn("w:val")) for child in level}
        yield (
            int(level.get(qn("w:ilvl")) or 0),
            _Level(
                style=told.get(qn("w:numFmt")) or "decimal",
                pattern=told.get(qn("w:lvlText")) or "",
                start=int(told.get(qn("w:start")) or 1),
                legal=qn("w:isLgl") in told,
            ),
        )


def _list_and_level(paragraph: Paragraph) -> tuple[str, int] | None:
    """Return the list a paragraph is in, by itself or by its style, and its level there."""
    sources = [paragraph._p.pPr]
    style = paragraph.style
    while style is not None:
        sources.append(style.element.find(qn("w:pPr")))
        style = style.base_style
    list_id, level = None, None
    for properties in sources:
        if properties is None:
            continue
        number = properties.find(qn("w:numPr"))
        if number is None:
            continue
        for child in number:
            value = child.get(qn("w:val"))
            if child.tag == qn("w:numId") and list_id is None:
                list_id = value
            elif child.tag == qn("w:ilvl") and level is None:
                level = int(value or 0)
    return None if list_id in (None, "0") else (str(list_id), level or 0)


def _draw(levels: dict[int, _Level], level: int, counts: list[int | None]) -> str:
    shape = levels[level]
    if shape.style in ("bullet", "none"):
        return ""

    def count(place: re.Match[str]) -> str:
        at = int(place[1]) - 1
        style = levels[at].style if at in levels and not shape.legal else "decimal"
        return _in_style(counts[at] or 1, style)

    drawn = _PLACE.sub(count, shape.pattern).strip()
    return f"{drawn}." if drawn.isalnum() else drawn


def _in_style(number: int, style: str) -> str:
    if style.endswith("Letter"):
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters.upper() if style.startswith("upper") else letters
    if style.endswith("Roman"):
        drawn = ""
        for value, sign in _ROMAN:
            drawn += sign * (number // value)
            number %= value
        return drawn.upper() if style.startswith("upper") else drawn
    return f"{number:02}" if style == "decimalZero" else str(number)
