"""The ladder: who is called next, a pure function of the record and the time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Audience(StrEnum):
    """Whom a rung calls. Resolved to people when it is climbed, minus those concerned."""

    SAFEGUARDING = "safeguarding"
    PRINCIPAL = "principal"
    CHAIR = "chair"
    IT = "it"
    ON_CALL = "on_call"
    REPORTER = "reporter"
    OWNER = "owner"
    OFFERED = "offered"
    OVERSEER = "overseer"


class Phase(StrEnum):
    """Where a report stands; each phase has a clock of its own, which starts with it.

    Nobody has it; somebody has it and has not spoken to the reporter; they have, and it is not
    closed; it is offered to somebody who has not accepted it (beside the other phases).
    """

    WAITING = "waiting"
    TAKEN = "taken"
    WORKING = "working"
    OFFERED = "offered"


@dataclass(frozen=True)
class Rung:
    """One step of the ladder: ``after`` the start of its phase (in working time if
    ``school_time``), then again ``every`` so often, at most ``most`` times in all.

    ``reminds``: it puts the report on everybody's one list instead of alerting again.
    ``when_shut``: it calls while the school is shut: at once, or when it next closes.
    """

    name: str
    to: Audience
    after: timedelta
    every: timedelta | None = None
    school_time: bool = False
    during: Phase = Phase.WAITING
    most: int | None = None
    reminds: bool = False
    when_shut: bool = False


@dataclass(frozen=True)
class Acknowledgement:
    """A human took it: who and when. The first one wins."""

    by: str
    at: datetime


@dataclass(frozen=True)
class Offer:
    """A hand-over not accepted yet: to whom and since when. Until then the owner has it."""

    to: str
    at: datetime


@dataclass(frozen=True)
class Escalation:
    """The ladder of one report, copied from the settings when it starts.

    ``climbed`` counts for each rung how many of its calls have been made (see :func:`counter`);
    ``taken`` is the acknowledgement; ``spoken_at`` is when somebody recorded having spoken to
    the reporter; ``touched_at`` when the owner last said or did something about it.
    """

    ref: str
    started_at: datetime
    rungs: tuple[Rung, ...]
    climbed: Mapping[str, int] = field(default_factory=dict)
    taken: Acknowledgement | None = None
    spoken_at: datetime | None = None
    closed_at: datetime | None = None
    touched_at: datetime | None = None
    offered: Offer | None = None


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

    def is_open(self, moment: datetime) -> bool:
        return True

    def shut_from(self, moment: datetime) -> datetime:
        """``moment`` itself while the school is shut, else when it next closes."""
        return datetime.max.replace(tzinfo=moment.tzinfo)


def began(escalation: Escalation, phase: Phase) -> datetime | None:
    """When the clock of ``phase`` began to run, ``None`` while it does not.

    It begins anew with a new owner, and when the owner spoke to the reporter or did anything
    else about the report.
    """
    taken, spoken = escalation.taken, escalation.spoken_at
    if escalation.closed_at is not None:
        return None
    match phase:
        case Phase.WAITING:
            return escalation.started_at if taken is None else None
        case Phase.TAKEN:
            return taken.at if taken is not None and spoken is None else None
        case Phase.WORKING if taken is not None and spoken is not None:
            return max(taken.at, spoken, escalation.touched_at or spoken)
        case Phase.OFFERED:
            return escalation.offered.at if escalation.offered is not None else None
    return None


def counter(escalation: Escalation, rung: Rung) -> str:
    """Under which name ``climbed`` counts the calls of ``rung``: a clock begun anew counts
    anew, and a late writer can never set the count of another clock."""
    start = began(escalation, rung.during)
    if rung.during is Phase.WAITING or start is None:
        return rung.name
    return f"{rung.name}@{start.timestamp():.0f}"


def live(escalation: Escalation, rung: Rung) -> bool:
    """Whether ``rung`` may still call: its phase is running and it has calls left."""
    if began(escalation, rung.during) is None:
        return False
    made = escalation.climbed.get(counter(escalation, rung), 0)
    return made < _most(rung)


def call_at(escalation: Escalation, rung: Rung, nth: int, clock: SchoolTime) -> datetime:
    """When the ``nth`` call of ``rung`` is due."""
    start = began(escalation, rung.during) or escalation.started_at
    span = rung.after + (rung.every or timedelta()) * nth
    at = clock.add(start, span) if rung.school_time else start + span
    return clock.shut_from(at) if rung.when_shut else at


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


def next_at(escalation: Escalation, clock: SchoolTime) -> datetime | None:
    """When the ladder next owes a call, ``None`` when it owes no more."""
    moments = [
        call_at(escalation, rung, escalation.climbed.get(counter(escalation, rung), 0), clock)
        for rung in escalation.rungs
        if live(escalation, rung)
    ]
    return min(moments, default=None)


def unanswered(escalation: Escalation, clock: SchoolTime) -> bool:
    """Whether every rung there is has called and still nobody has the report."""
    waiting = [r for r in escalation.rungs if r.during is Phase.WAITING]
    tried = (
        escalation.climbed.get(rung.name, 0) > 0
        for rung in waiting
        if not (rung.when_shut and clock.is_open(escalation.started_at))
    )
    return escalation.taken is None and escalation.closed_at is None and all(tried)


def has_called(escalation: Escalation, audience: Audience) -> bool:
    """Whether the ladder came to ``audience`` while nobody had the report."""
    return any(
        rung.to is audience
        and rung.during is Phase.WAITING
        and escalation.climbed.get(rung.name, 0) > 0
        for rung in escalation.rungs
    )


def _most(rung: Rung) -> float:
    if rung.every is None:
        return 1
    return rung.most if rung.most is not None else float("inf")


def _latest(escalation: Escalation, rung: Rung, now: datetime, clock: SchoolTime) -> Call | None:
    nth = escalation.climbed.get(counter(escalation, rung), 0)
    due = call_at(escalation, rung, nth, clock)
    if due > now:
        return None
    if rung.every is not None and not rung.school_time:
        skipped = int(min((now - due) // rung.every, _most(rung) - 1 - nth))
        return Call(rung, nth + skipped, due + skipped * rung.every)
    while nth + 1 < _most(rung):
        later = call_at(escalation, rung, nth + 1, clock)
        if later > now:
            break
        nth, due = nth + 1, later
    return Call(rung, nth, due)
