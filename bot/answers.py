"""What is kept of answers: the last one read, who was shown what, corrections, open questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

LAST_FOR = timedelta(minutes=15)
"""How long a question is kept, so that "and on a school iPad?" can be understood."""
SHOWN_FOR = timedelta(days=90)
"""How long it is kept who was shown what, so that a correction reaches them."""
GAP = "gap:"
"""Begins the subject of an answer given by hand; any other subject is a clause's number."""


@dataclass(frozen=True)
class LastRead:
    """What somebody asked last: the ``reading`` of it, and their ``words`` until they are passed
    on or forgotten. ``number`` is the answer's, so that an old button is known to be old."""

    person: str
    number: str
    words: str
    reading: Mapping[str, object]
    at: datetime


@dataclass(frozen=True)
class Shown:
    """One answer that was shown: ``subject`` is a clause's number or an answer given by hand."""

    number: str
    subject: str
    verdict: str
    edition: str
    at: datetime


class Judged(StrEnum):
    """What somebody says of an answer they were shown."""

    RIGHT = "yes"
    WRONG_RULE = "wrong-rule"
    NOT_CLEAR = "not-clear"
    OUT_OF_DATE = "out-of-date"
    OTHER = "other"


class Remedy(StrEnum):
    """What was done about an answer."""

    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"


@dataclass(frozen=True)
class Correction:
    """What stands in place of an answer: ``role`` says who decided it, never a name."""

    id: str
    subject: str
    remedy: Remedy
    role: str
    at: datetime
    right: str = ""
    next: str = ""
    ended_at: datetime | None = None


class Change(StrEnum):
    """What a new edition did to a clause."""

    CHANGED = "changed"
    REMOVED = "removed"


class Addressee(StrEnum):
    """Who a question is passed on to."""

    DSL = "dsl"
    PRINCIPAL = "principal"


@dataclass(frozen=True)
class Gap:
    """Questions of one kind that the policy does not cover, and the answer once there is one.

    ``joins``: the answer may be given to whoever asks the same.
    """

    id: str
    to: Addressee
    centre: str
    at: datetime
    answered_at: datetime | None = None
    role: str = ""
    answer: str = ""
    joins: bool = False

    @property
    def subject(self) -> str:
        return GAP + self.id


@dataclass(frozen=True)
class Asking:
    """One person's question among those of a gap. Without consent ``words`` are its key words.

    ``person`` is empty once they have been told, or after 90 days. ``joins``: this phrasing
    may be answered by itself.
    """

    id: str
    gap: str
    at: datetime
    words: str
    consented: bool
    person: str = ""
    joins: bool = False


class LastReads(Protocol):
    """Each person's last question, sealed, and gone after :data:`LAST_FOR`."""

    def of(self, person: str, now: datetime) -> LastRead | None: ...
    def put(self, last: LastRead) -> None:
        """Keep it in place of the one before."""
        ...

    def forget(self, before: datetime) -> None: ...


class Asked(Protocol):
    """Questions as figures: no text, and the asker only as a pseudonym."""

    def add(self, at: datetime, asker: str, action: str, clause: str) -> str:
        """Count one; returns the answer's short number (``A481``)."""
        ...


class Answers(Protocol):
    """Answers shown. Nobody can list them: they are only counted, and used to tell people."""

    def add(self, number: str, person: str, shown: Shown) -> None:
        """Remember that ``person`` was shown it, under the number it was counted by."""
        ...

    def get(self, number: str) -> Shown | None: ...
    def was_shown(self, number: str, person: str) -> bool: ...
    def people(self, subjects: Sequence[str], since: datetime) -> tuple[str, ...]:
        """Who was shown an answer from one of ``subjects``."""
        ...

    def subjects(self, person: str, since: datetime, until: datetime) -> frozenset[str]:
        """What one person was shown, for a message to that person."""
        ...

    def move(self, subjects: Mapping[str, str]) -> None:
        """Clauses have other numbers in a new edition, old to new."""
        ...

    def forget(self, before: datetime) -> None:
        """Delete who was shown what; what was asked stays as a figure without an asker."""
        ...

    def judge(self, number: str, how: Judged, at: datetime) -> None: ...
    def judged(self, start: datetime, end: datetime) -> Mapping[Judged, int]: ...


class Corrections(Protocol):
    """What stands in place of answers, and what new editions changed."""

    def add(self, correction: Correction) -> None:
        """Put it in place of whatever stood for the same subject."""
        ...

    def get(self, correction: str) -> Correction | None: ...
    def of(self, subject: str) -> Correction | None:
        """The one in force."""
        ...

    def end(self, subject: str, at: datetime) -> Correction | None:
        """The answer stands again; returns what was in force."""
        ...

    def move(self, subjects: Mapping[str, str]) -> None: ...
    def changed(self, edition: int, at: datetime, changes: Mapping[str, Change]) -> None:
        """Keep what an edition changed, by clause."""
        ...

    def changes(self, edition: int) -> tuple[datetime, Mapping[str, Change]] | None: ...
    def opt_out(self, person: str, out: bool) -> None:
        """Whether they want no messages about new editions."""
        ...

    def opted_out(self, person: str) -> bool: ...


class Gaps(Protocol):
    """Questions the policy does not cover, passed on by those who asked."""

    def add(self, gap: Gap) -> None: ...
    def get(self, gap: str) -> Gap | None: ...
    def open(self, to: Addressee) -> tuple[Gap, ...]: ...
    def joined(self) -> tuple[tuple[str, str], ...]:
        """``(asking, gap)`` of every phrasing that is answered by itself."""
        ...

    def ask(self, asking: Asking) -> bool:
        """Add a question to its gap; False when this person asked it before."""
        ...

    def asked(self, gap: str) -> tuple[Asking, ...]: ...
    def asking(self, asking: str) -> Asking | None: ...
    def answer(self, gap: Gap, joining: Sequence[str]) -> bool:
        """Keep the answer, with the askings it may be given to by itself; False when there
        was one."""
        ...

    def forget(self, before: datetime) -> None:
        """Delete who asked, and questions nobody answered."""
        ...
