"""What the bot needs kept of the school: its people, its policy, its audit, its weeks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.digest import Counted, Digest, Week
from bot.people import Person
from bot.term import Term
from bot.termly import TermCounted, TermReport


class People(Protocol):
    """The people and their roles; every change is the caller's to audit."""

    def all(self) -> tuple[Person, ...]: ...
    def put(self, person: Person) -> None:
        """Insert or replace ``person`` by id, with roles and accounts: only as they were read in
        this same transaction, or what somebody else changed meanwhile is undone."""
        ...

    def set_away(self, person: str, until: datetime | None) -> None:
        """They are away until then, or here; nothing else of them is touched. Raises
        :class:`Conflict` when they are known no more."""
        ...

    def set_standing(self, person: str, *, guest: bool, unvouched: bool) -> None:
        """What a platform vouches for about them; otherwise as :meth:`set_away`."""
        ...

    def merge(self, old: str, new: str) -> None:
        """Two people are one: everything of ``old`` is ``new``'s from now on, roles and accounts
        included. ``old`` is known no more, but still leads to ``new``: the audit keeps it."""
        ...


@dataclass(frozen=True)
class Done:
    """One entry of the audit; ``number`` is its place in its register, 0 while it is being
    written; ``detail`` holds codes only."""

    at: datetime
    actor: str
    act: str
    detail: str
    number: int


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

    def checkpoint(self, register: str, week: str) -> str:
        """A token of how far a register has come, opaque without the key, for the digest of a
        week: whoever keeps it can have the audit checked against it."""
        ...

    def whole(self) -> bool:
        """Whether every register's chain is; this reads all of it."""
        ...

    def acts(self, ref: str) -> tuple[tuple[datetime, str, str], ...]:
        """``(at, actor, act)`` of everything done to a case, oldest first."""
        ...

    def about(self, ref: str) -> tuple[Done, ...]:
        """Everything done to a case, oldest first, with what is recorded in this work."""
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

    def shown(self, week: Week, reader: str) -> Digest | None:
        """The digest of ``week`` as ``reader`` was shown it first."""
        ...

    def keep(self, digest: Digest, reader: str) -> None:
        """Remember what ``reader`` is shown of a week; the first stands."""
        ...

    def made(self) -> tuple[Week, ...]: ...
    def add(self, week: Week, at: datetime) -> bool:
        """Claim a week; False when it has been claimed."""
        ...

    def first_day(self) -> datetime | None:
        """When the school began to use Lanyard."""
        ...


class TermReports(Protocol):
    """The reports of terms: made once, shown to the DSLs, then sent to the governor."""

    def counted(self, start: datetime, end: datetime) -> TermCounted:
        """Figures from ``start`` to ``end``, without adults' reports, drills, mistakes, and
        any report that is kept from anybody."""
        ...

    def get(self, term: Term) -> TermReport | None:
        """The report of ``term`` as it was made."""
        ...

    def add(self, report: TermReport, at: datetime) -> bool:
        """Keep what is said of a term; False when that was made before, and stands."""
        ...

    def made(self) -> tuple[Term, ...]: ...
    def waiting(self, before: datetime) -> tuple[Term, ...]:
        """Those made before ``before`` and not sent."""
        ...

    def was_sent(self, term: Term) -> bool: ...
    def send(self, term: Term, at: datetime) -> None:
        """It goes to the governor from now on."""
        ...
