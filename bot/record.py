"""The whole record of one case, as somebody entitled may take it away: words and moments only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Line:
    """One thing on record: when, by whom (``who`` a name, ``role`` what they hold), what it was,
    the words of it, and for a call what became of it."""

    at: datetime
    who: str
    role: str
    what: str
    words: str = ""
    result: str = ""


@dataclass(frozen=True)
class Section:
    """Lines of one sort, oldest first."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Record:
    """Everything on record about one case. ``notes`` say who took this copy and what becomes of
    it; ``zone`` is the school's, beside UTC."""

    ref: str
    title: str
    notes: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    zone: ZoneInfo
