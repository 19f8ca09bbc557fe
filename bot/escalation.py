"""The ladder: who is called next, a pure function of the record and the time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Audience(StrEnum):
    """Whom a rung calls. Resolved to people when it is climbed, minus those concerned."""

    SAFEGUARDING = "safeguarding"
    PRINCIPAL = "principal"
    CHAIR = "chair"
    IT = "it"
    REPORTER = "reporter"
    OWNER = "owner"


@dataclass(frozen=True)
class Rung:
    """One step of the ladder: ``after`` the start (in working time if ``school_time``), then
    again ``every`` so often until somebody takes it."""

    name: str
    to: Audience
    after: timedelta
    every: timedelta | None = None
    school_time: bool = False


@dataclass(frozen=True)
class Acknowledgement:
    """A human took it: who and when. The first one wins."""

    by: str
    at: datetime


@dataclass(frozen=True)
class Escalation:
    """The ladder of one report, copied from the settings when it starts.

    ``climbed`` counts for each rung how many of its calls have been made; ``taken`` is the
    acknowledgement; ``spoken_at`` is when somebody recorded having spoken to the reporter.
    """

    ref: str
    started_at: datetime
    rungs: tuple[Rung, ...]
    climbed: Mapping[str, int]
    taken: Acknowledgement | None = None
    spoken_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Call:
    """One call owed: the ``nth`` (from 0) of a rung, due ``at``."""

    rung: Rung
    nth: int
    at: datetime


class SchoolTime:
    """Moves a moment forward by working time; the plain one counts every minute."""

    def add(self, start: datetime, span: timedelta) -> datetime:
        return start + span


def live(escalation: Escalation, rung: Rung) -> bool:
    """Whether ``rung`` may still call: those before the acknowledgement, or the owner's after."""
    if escalation.closed_at is not None:
        return False
    if rung.to is Audience.OWNER:
        return escalation.taken is not None and escalation.spoken_at is None
    return escalation.taken is None


def call_at(escalation: Escalation, rung: Rung, nth: int, clock: SchoolTime) -> datetime:
    """When the ``nth`` call of ``rung`` is due."""
    start = escalation.started_at
    if rung.to is Audience.OWNER and escalation.taken is not None:
        start = escalation.taken.at
    span = rung.after + (rung.every or timedelta()) * nth
    return clock.add(start, span) if rung.school_time else start + span


def owed(escalation: Escalation, now: datetime, clock: SchoolTime) -> tuple[Call, ...]:
    """The calls due by ``now`` and not yet made.

    After an outage a repeating rung owes its latest call only: three days of silence must not
    become three hundred messages, and nobody may wait for the backlog to pass.
    """
    return tuple(
        call
        for rung in escalation.rungs
        if live(escalation, rung) and (call := _latest(escalation, rung, now, clock)) is not None
    )


def next_at(escalation: Escalation, now: datetime, clock: SchoolTime) -> datetime | None:
    """When the ladder next owes a call, ``None`` when it owes no more."""
    moments = [
        call_at(escalation, rung, escalation.climbed.get(rung.name, 0), clock)
        for rung in escalation.rungs
        if live(escalation, rung)
        and (rung.every is not None or escalation.climbed.get(rung.name, 0) == 0)
    ]
    return min(moments, default=None)


def _latest(escalation: Escalation, rung: Rung, now: datetime, clock: SchoolTime) -> Call | None:
    made = escalation.climbed.get(rung.name, 0)
    if made and rung.every is None:
        return None
    nth, due = made, call_at(escalation, rung, made, clock)
    if due > now:
        return None
    while rung.every is not None and not rung.school_time:
        skipped = (now - due) // rung.every
        return Call(rung, nth + skipped, due + skipped * rung.every)
    while rung.every is not None:
        later = call_at(escalation, rung, nth + 1, clock)
        if later > now:
            break
        nth, due = nth + 1, later
    return Call(rung, nth, due)
