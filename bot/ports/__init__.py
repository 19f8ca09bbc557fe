"""What the bot needs of a store: one transaction over everything that is kept."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from bot.answers import Answers, Asked, Corrections, Gaps, LastReads
from bot.ports.cases import Escalations, Incidents
from bot.ports.delivery import Lanes, Notices, Pages, Posted, References, Waiting
from bot.ports.faults import Conflict, Unavailable
from bot.ports.flow import Flow
from bot.ports.keeping import Certificate, Kept, Retention
from bot.ports.leaving import KeptOut, Leavers
from bot.ports.school import Audit, Digests, Done, People, Policies, TermReports
from bot.ports.talk import Conversations, Heard, Held, Holds
from bot.ports.watching import Marks, Watched

__all__ = [
    "Audit",
    "Certificate",
    "Conflict",
    "Conversations",
    "Digests",
    "Done",
    "Escalations",
    "Flow",
    "Heard",
    "Held",
    "Holds",
    "Incidents",
    "Kept",
    "KeptOut",
    "Lanes",
    "Leavers",
    "Marks",
    "Notices",
    "Pages",
    "People",
    "Policies",
    "Posted",
    "References",
    "Retention",
    "Store",
    "TermReports",
    "Unavailable",
    "Waiting",
    "Watched",
    "Work",
]


class Work(Protocol):
    """One transaction. It is rolled back unless :meth:`commit` is called."""

    people: People
    heard: Heard
    conversations: Conversations
    holds: Holds
    incidents: Incidents
    escalations: Escalations
    notices: Notices
    lanes: Lanes
    waiting: Waiting
    audit: Audit
    asked: Asked
    digests: Digests
    term_reports: TermReports
    pages: Pages
    references: References
    policies: Policies
    last_reads: LastReads
    answers: Answers
    corrections: Corrections
    gaps: Gaps
    retention: Retention
    marks: Marks
    watched: Watched
    flow: Flow
    leavers: Leavers
    kept_out: KeptOut

    def commit(self) -> None:
        """Make it last; raises :class:`Unavailable` when that cannot be promised."""
        ...


class Store(Protocol):
    """Where everything is kept."""

    def work(self) -> AbstractContextManager[Work]:
        """Begin a transaction; raises :class:`Unavailable`."""
        ...

    def reading(self) -> AbstractContextManager[Work]:
        """As :meth:`work`, for reading only: it holds up nobody who writes."""
        ...

    def on_due(self, wake: Callable[[], None]) -> None:
        """Call ``wake`` after a commit that left notices due."""
        ...

    def close(self) -> None: ...
