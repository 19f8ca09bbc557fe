"""What the bot needs of a store: one transaction over everything that is kept."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.answers import Answers, Asked, Corrections, Gaps, LastReads
from bot.card import Card, Reply
from bot.conversation import Conversation
from bot.digest import Counted, Week
from bot.escalation import Acknowledgement, Escalation
from bot.incident import Concern, Entry, Incident, Part
from bot.notice import Kind, Notice, Receipt
from bot.people import Person


class Unavailable(Exception):
    """The store cannot be used now; nothing of this turn was kept."""


class Conflict(Exception):
    """Somebody else saved this record first; the turn must be done again."""


@dataclass(frozen=True)
class Held:
    """Words that read like a worry, kept sealed until a press sends them or a day has passed."""

    id: str
    person: str
    words: str
    at: datetime
    nudges: int = 0
    ref: str = ""


class People(Protocol):
    """The people and their roles; every change is the caller's to audit."""

    def all(self) -> tuple[Person, ...]: ...
    def put(self, person: Person) -> None:
        """Insert or replace ``person`` by id."""
        ...


class Heard(Protocol):
    """Which submissions have been heard, so that a retry gets the same answer."""

    def reply_to(self, key: str) -> Reply | None: ...
    def add(self, key: str, reply: Reply, at: datetime) -> None:
        """Remember the reply; raises :class:`Conflict` when ``key`` was added meanwhile."""
        ...


class Conversations(Protocol):
    """Dialogues, with their answers sealed."""

    def active(self, person: str) -> Conversation | None:
        """The open dialogue this person touched last."""
        ...

    def paused(self, person: str) -> tuple[Conversation, ...]:
        """Their paused dialogues, latest first."""
        ...

    def latest(self, person: str) -> Conversation | None:
        """The dialogue they touched last, whatever its stage."""
        ...

    def find(self, person: str, form: str, ref: str) -> Conversation | None: ...
    def save(self, conversation: Conversation, now: datetime) -> Conversation:
        """Insert (version 0) or update; returns it with its new version.

        Raises :class:`Conflict` when another process saved that version first.
        """
        ...

    def unfinished(self, before: datetime) -> tuple[Conversation, ...]:
        """Open or paused dialogues about a report, untouched since ``before``."""
        ...


class Holds(Protocol):
    """Words held for a day until they are sent on or forgotten."""

    def get(self, hold: str) -> Held | None: ...
    def of(self, person: str) -> Held | None:
        """The latest hold of this person that has not been sent on."""
        ...

    def put(self, held: Held) -> None: ...
    def waiting(self) -> tuple[Held, ...]:
        """Every hold that has not been sent on, oldest first."""
        ...

    def forget(self, hold: str) -> None:
        """Delete the words and their key."""
        ...


class Incidents(Protocol):
    """Reports: inserted, then only added to."""

    def add(self, incident: Incident) -> None: ...
    def get(self, ref: str) -> Incident | None: ...
    def open(self) -> tuple[Incident, ...]:
        """Those not closed, oldest first."""
        ...

    def by(self, reporter: str) -> tuple[Incident, ...]:
        """Those this person reported, latest first."""
        ...

    def concern(self, ref: str, person: str, how: Concern) -> None:
        """Set how ``person`` stands to the report."""
        ...

    def finish(self, ref: str, at: datetime) -> None:
        """The reporter said that was everything."""
        ...

    def close(self, ref: str, at: datetime, outcome: str) -> None: ...
    def hasten(self, ref: str) -> None:
        """Make it immediate; nothing makes a report less urgent."""
        ...

    def move(self, ref: str, centre: str) -> None:
        """It is about a child of another centre."""
        ...

    def mark_mistake(self, ref: str) -> None: ...
    def append(
        self, ref: str, at: datetime, author: str, part: Part, step: str, prompt: str, words: str
    ) -> Entry:
        """Add an entry; numbers count from 1 within a report. Entries are never changed."""
        ...

    def entries(self, ref: str) -> tuple[Entry, ...]: ...


class Escalations(Protocol):
    """The ladders of open reports."""

    def put(self, escalation: Escalation, next_at: datetime | None) -> None:
        """Insert or replace by reference, with the time the ladder must next be looked at."""
        ...

    def restart(self, escalation: Escalation, next_at: datetime | None) -> None:
        """Replace the ladder as a whole: whoever had it has it no longer."""
        ...

    def get(self, ref: str) -> Escalation | None: ...
    def due(self, now: datetime) -> tuple[Escalation, ...]: ...
    def take(self, ref: str, by: str, at: datetime) -> Acknowledgement:
        """Record the acknowledgement unless there is one; returns the one that stands."""
        ...

    def hand_over(self, ref: str, to: str, at: datetime) -> None:
        """Replace the owner: a recorded hand-over, not an acknowledgement."""
        ...


class Notices(Protocol):
    """The outbox."""

    def add(self, notice: Notice) -> None:
        """Insert; does nothing if the same kind, record, destination and ``nth`` is there."""
        ...

    def claim(self, now: datetime, lease_seconds: int, most: int) -> tuple[Notice, ...]:
        """Lease up to ``most`` due notices, urgent first, at most one per destination lane.

        Each comes with a new fencing token, ``attempts`` one higher and ``begun_at`` as it was
        *before* (not ``None`` means that an earlier send may have gone through).
        """
        ...

    def delivered(self, notice: Notice, receipt: Receipt) -> bool:
        """Record the proof; False when the lease was lost meanwhile (the proof is kept
        if there was none). A redraw asked for since the claim stays due."""
        ...

    def failed(self, notice: Notice, fault: str, again_at: datetime | None, doubt: bool) -> bool:
        """Record a failure (a code, never words); ``again_at`` ``None`` gives up, for
        redraws only. ``doubt``: it may have gone through all the same."""
        ...

    def redraw(self, about: str, now: datetime, kind: Kind | None = None) -> None:
        """Every notice already shown about ``about`` (of one ``kind``) is to be drawn again."""
        ...

    def about(self, about: str) -> tuple[Notice, ...]: ...
    def undelivered(self, before: datetime) -> tuple[Notice, ...]:
        """Those due since before ``before`` and never shown."""
        ...


class Audit(Protocol):
    """The chain of what was done; each row seals the one before it."""

    def record(
        self,
        at: datetime,
        actor: str,
        act: str,
        ref: str = "",
        detail: str = "",
        register: str = "",
    ) -> None:
        """Append; ``detail`` holds codes only. One chain per register."""
        ...

    def acts(self, ref: str) -> tuple[tuple[datetime, str, str], ...]:
        """``(at, actor, act)`` of everything done to a case, oldest first."""
        ...


class Policies(Protocol):
    """The documents the school has adopted, the last one in force."""

    def adopt(self, name: str, content: bytes, at: datetime) -> None: ...
    def in_force(self) -> tuple[int, str, bytes] | None:
        """Its number, file name and bytes; ``None`` while the bundled edition is in force."""
        ...

    def number(self) -> int:
        """The number of the one in force, 0 for the bundled edition."""
        ...


class Digests(Protocol):
    """Which weeks have had their digest, and the figures it is made from."""

    def counted(self, start: datetime, end: datetime, readers: Collection[str] = ()) -> Counted:
        """Figures of the week from ``start`` to ``end``, without adults' reports, drills, and
        any report that is kept from one of ``readers``."""
        ...

    def made(self) -> tuple[Week, ...]: ...
    def add(self, week: Week, at: datetime) -> bool:
        """Claim a week; False when it has been claimed."""
        ...

    def first_day(self) -> datetime | None:
        """When the school began to use Lanyard."""
        ...


@dataclass(frozen=True)
class Posted:
    """One message as the local page keeps it."""

    id: str
    room: str
    at: datetime
    author: str
    text: str
    card: Card | None


class Pages(Protocol):
    """The local page's own messages, sealed."""

    def add(self, posted: Posted, key: str) -> Posted:
        """Insert unless ``key`` is there; returns the one that stands."""
        ...

    def redraw(self, message: str, card: Card, at: datetime) -> None: ...
    def find(self, room: str, key: str) -> Posted | None: ...
    def get(self, message: str) -> Posted | None: ...
    def room(self, room: str) -> tuple[Posted, ...]: ...


class References(Protocol):
    """What a platform needs to speak first to an account or a room (Teams)."""

    def put(self, platform: str, address: str, reference: str) -> None: ...
    def get(self, platform: str, address: str) -> str | None: ...


class Work(Protocol):
    """One transaction. It is rolled back unless :meth:`commit` is called."""

    people: People
    heard: Heard
    conversations: Conversations
    holds: Holds
    incidents: Incidents
    escalations: Escalations
    notices: Notices
    audit: Audit
    asked: Asked
    digests: Digests
    pages: Pages
    references: References
    policies: Policies
    last_reads: LastReads
    answers: Answers
    corrections: Corrections
    gaps: Gaps

    def commit(self) -> None:
        """Make it last; raises :class:`Unavailable` when that cannot be promised."""
        ...


class Store(Protocol):
    """Where everything is kept."""

    def work(self) -> AbstractContextManager[Work]:
        """Begin a transaction; raises :class:`Unavailable`."""
        ...

    def on_due(self, wake: Callable[[], None]) -> None:
        """Call ``wake`` after a commit that left notices due."""
        ...

    def close(self) -> None: ...
