"""What the bot needs kept of reports: their record and their ladder."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.escalation import Acknowledgement, Escalation
from bot.incident import Concern, Entry, Incident, Part


class Incidents(Protocol):
    """Reports: inserted, then only added to. A drill is in none of these lists but its own, and
    whether a report is one is settled when it is added."""

    def add(self, incident: Incident) -> None: ...
    def get(self, ref: str) -> Incident | None: ...
    def open(self) -> tuple[Incident, ...]:
        """Those not closed, oldest first."""
        ...

    def untaken(self) -> tuple[Incident, ...]:
        """Open ones that nobody has taken, oldest first."""
        ...

    def drills(self) -> tuple[Incident, ...]:
        """The drills that are going on, oldest first."""
        ...

    def since(self, start: datetime) -> tuple[Incident, ...]:
        """Those reported since ``start``, oldest first."""
        ...

    def unsettled(self) -> tuple[Incident, ...]:
        """Open ones whose words name somebody of whom the reporter has not said yet whether
        they are part of it."""
        ...

    def link(self, ref: str, other: str, by: str, at: datetime) -> None:
        """Record that two reports are of the same incident; does nothing if it is recorded."""
        ...

    def unlink(self, ref: str, other: str, by: str, at: datetime) -> None:
        """End the link between two reports; that it was there stays on record."""
        ...

    def linked(self, ref: str) -> tuple[str, ...]:
        """The references of the reports linked with this one."""
        ...

    def linkings(self, ref: str) -> tuple[tuple[str, datetime], ...]:
        """Each report that is or was linked with this one, with each moment at which the two were
        linked or parted."""
        ...

    def join(self, ref: str, other: str, at: datetime) -> None:
        """Record that two reports were made of the same thing; nothing ever ends that."""
        ...

    def siblings(self, ref: str) -> tuple[Incident, ...]:
        """Those made of the same thing as this one, however many presses lie between."""
        ...

    def by(self, reporter: str) -> tuple[Incident, ...]:
        """Those this person reported, latest first."""
        ...

    def concern(self, ref: str, person: str, how: Concern) -> None:
        """Set how ``person`` stands to the report."""
        ...

    def release(self, ref: str, person: str) -> None:
        """Nothing is known any more of how ``person`` stands to the report."""
        ...

    def finish(self, ref: str, at: datetime) -> None:
        """The reporter said that was everything."""
        ...

    def close(self, ref: str, at: datetime, outcome: str) -> None: ...
    def reopen(self, ref: str) -> None:
        """It is not closed any more; what came of it then stays on record."""
        ...

    def hasten(self, ref: str) -> None:
        """Make it immediate; nothing makes a report less urgent."""
        ...

    def move(self, ref: str, centre: str) -> None:
        """It is about a child of another centre."""
        ...

    def mark_mistake(self, ref: str, mistake: bool = True) -> None: ...
    def append(
        self, ref: str, at: datetime, author: str, part: Part, step: str, prompt: str, words: str
    ) -> Entry:
        """Add an entry; numbers count from 1 within a report. Entries are never changed."""
        ...

    def entries(self, ref: str) -> tuple[Entry, ...]: ...
    def unreadable(
        self, after: tuple[str, int], most: int
    ) -> tuple[frozenset[str], tuple[str, int] | None]:
        """Try the seals of up to ``most`` entries that come after ``after``, a reference and a
        number; returns the reports with one that does not hold, and where to go on (``None``
        after the last)."""
        ...


class Escalations(Protocol):
    """The ladders of open reports."""

    def put(self, escalation: Escalation, next_at: datetime | None) -> None:
        """Insert or replace by reference, with the time the ladder must next be looked at."""
        ...

    def restart(
        self, escalation: Escalation, next_at: datetime | None, *, again: bool = False
    ) -> None:
        """Replace the ladder as a whole: whoever had it has it no longer. ``again``: it was
        closed, and when it was first taken stays on record."""
        ...

    def get(self, ref: str) -> Escalation | None: ...
    def due(self, now: datetime) -> tuple[str, ...]:
        """The references of those to be looked at by ``now``, longest due first; not the ladders
        themselves, so that one that cannot be read holds up no other."""
        ...

    def to_climb(self, ref: str, now: datetime) -> Escalation | None:
        """The one of ``ref`` if it is still due and nobody else is just climbing it."""
        ...

    def late(self, before: datetime) -> tuple[str, ...]:
        """The reports with a card due before ``before`` that was never shown, of which the
        reporter has not been told."""
        ...

    def told_late(self, ref: str, at: datetime) -> None:
        """The reporter's receipt says from now on that the card did not arrive."""
        ...

    def take(self, ref: str, by: str, at: datetime) -> Acknowledgement:
        """Record the acknowledgement unless there is one; returns the one that stands."""
        ...

    def offer(self, ref: str, to: str, at: datetime) -> None:
        """Offer the report to ``to``; until they accept, the owner has it."""
        ...

    def withdraw_offer(self, ref: str) -> None:
        """Nothing is offered any more; the owner has it as before."""
        ...

    def hand_over(self, ref: str, to: str, at: datetime) -> None:
        """Replace the owner: a recorded hand-over, not an acknowledgement. Ends any offer."""
        ...

    def owned_by(self, person: str) -> tuple[str, ...]:
        """The references of the open reports that ``person`` has."""
        ...
