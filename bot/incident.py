"""A report as it is kept: inserted once, then only added to."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.form import Route, Urgency

REF_LETTERS = "23456789ABCDEFGHJKMNPQRTUVWXYZ"
"""No 0/O, 1/I/L or S/5 pairs that are confused when read aloud."""


def new_ref(choose: Callable[[str], str] = secrets.choice) -> str:
    """A short random reference: a sequence would leak how many reports there are.

    Five signs with at least one digit, so that no word is ever taken for one.
    """
    while not is_ref(ref := "".join(choose(REF_LETTERS) for _ in range(5))):
        continue
    return ref


def is_ref(text: str) -> bool:
    """Whether ``text`` has the form of a reference."""
    signs = set(text)
    return len(text) == 5 and signs <= set(REF_LETTERS) and any(s.isdigit() for s in signs)


class Part(StrEnum):
    """Who an entry comes from: the reporter's part is shown before the DSL's."""

    REPORTER = "reporter"
    CASE = "case"


class Concern(StrEnum):
    """How a person stands to a report, for rule zero: recipients are role-holders minus these."""

    SUBJECT = "subject"
    KEPT = "kept"
    """A reader was told by somebody that they are part of it; the reporter did not say so."""

    NAMED = "named"
    NOTED = "noted"
    """Named in a note on the case: its writer is asked, never the reporter, who cannot read it."""

    ELSEWHERE = "elsewhere"
    """Kept out because of another report made of the same thing; this one does not say so."""

    CLEARED = "cleared"


class Sealed:
    """Words that are opened only when somebody looks, so that one bad row hides nothing else."""

    def __init__(self, unseal: Callable[[], str]) -> None:
        self._unseal = unseal

    def open(self) -> str:
        """The words; raises :class:`Unreadable` when the seal does not hold."""
        return self._unseal()


class Unreadable(Exception):
    """The stored words cannot be opened: the key is wrong or the row was tampered with."""


@dataclass(frozen=True)
class Entry:
    """One thing added to a report, with the question as it was put."""

    ref: str
    number: int
    at: datetime
    author: str
    part: Part
    step: str
    prompt: Sealed
    words: Sealed

    @property
    def damaged(self) -> bool:
        """Whether it can be read no more."""
        try:
            self.prompt.open()
            self.words.open()
        except Unreadable:
            return True
        return False


@dataclass(frozen=True)
class Incident:
    """What a query may see of a report: codes and times, never words.

    ``sent_at`` is the platform's time stamp of the press; ``reported_at`` the server's.
    ``outcome`` is what came of it when it was closed last. ``concerns`` holds how people stand to
    it; ``finished_at`` is when the reporter said that
    was everything; ``mistake`` keeps it out of the figures, and ``drill``, which only
    :func:`bot.drill.begin` ever sets, out of everything but the calling.
    """

    ref: str
    form: str
    route: Route
    urgency: Urgency
    centre: str
    reporter: str
    reported_at: datetime
    sent_at: datetime | None = None
    concerns: tuple[tuple[str, Concern], ...] = ()
    finished_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = ""
    drill: bool = False
    mistake: bool = False
    unchecked: bool = False

    @property
    def open_again(self) -> bool:
        """Whether it was closed, and its reporter has said more since."""
        return self.closed_at is None and bool(self.outcome)

    @property
    def register(self) -> str:
        """The audit chain it belongs to: reports about adults have one of their own."""
        return "adult" if self.route is Route.ADULT else ""

    def kept_from(self) -> frozenset[str]:
        """The people who must not learn of it: all but those of whom somebody said that they were
        only mentioned."""
        standing = dict(self.concerns)
        return frozenset(person for person, how in standing.items() if how is not Concern.CLEARED)

    def unsettled(self) -> tuple[str, ...]:
        """Those the words name, of whom the reporter has not yet said whether they are part."""
        return tuple(p for p, how in dict(self.concerns).items() if how is Concern.NAMED)
