"""Whether one report is stuck: it must have a future step, or an owner who looks after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.afresh import lost_its_owner
from bot.climb import to_person
from bot.escalation import Audience, Escalation, call_at, live, next_at, owed
from bot.incident import Incident
from bot.ladder import calls_of
from bot.may import Act, may
from bot.notice import Kind, Notice
from bot.people import Directory
from bot.platforms import ROUTES
from bot.ports import Work
from bot.recipients import entitled
from bot.turn import School
from bot.watch.stuck import LATE, Why

UNOPENED_FOR = timedelta(hours=1)
"""How long a report may have gone to mail and text messages alone before it counts as unread."""


@dataclass(frozen=True)
class Standing:
    """One open report with all that is kept of it. ``next_at`` is when its ladder is to be looked
    at, as it stands in the store; ``opened``: somebody has opened it."""

    incident: Incident
    escalation: Escalation | None
    next_at: datetime | None
    notices: tuple[Notice, ...]
    damaged: bool
    opened: bool

    def of(self, kind: Kind) -> list[Notice]:
        return [notice for notice in self.notices if notice.kind is kind]


@dataclass(frozen=True)
class Now:
    """The school as it is at one moment."""

    directory: Directory
    school: School
    at: datetime

    @property
    def late(self) -> datetime:
        """What was due before then should be done."""
        return self.at - LATE


def standing(work: Work, incident: Incident, next_at: datetime | None) -> Standing:
    ref = incident.ref
    return Standing(
        incident,
        work.escalations.get(ref),
        next_at,
        work.notices.about(ref),
        any(entry.damaged for entry in work.incidents.entries(ref)),
        any(act == "open" for _, _, act in work.audit.acts(ref)),
    )


def faults(report: Standing, now: Now) -> Iterator[Why]:
    """What is wrong with ``report``, if anything."""
    for check in CHECKS:
        yield from check(report, now)


def _who(report: Standing, now: Now) -> Iterator[Why]:
    incident = report.incident
    if incident.centre not in now.directory.centres:
        yield Why.NO_CENTRE
    if not entitled(incident, now.directory):
        yield Why.NOBODY_MAY


def _ladder(report: Standing, now: Now) -> Iterator[Why]:
    escalation, stored, clock = report.escalation, report.next_at, now.school.terms
    if escalation is None:
        yield Why.NO_LADDER
        return
    if not escalation.rungs:
        yield Why.NO_RUNGS
        return
    if escalation.closed_at is not None:
        yield Why.LADDER_CLOSED
        return
    if escalation.started_at > now.at + LATE:
        yield Why.BEGINS_LATER
    following = next_at(escalation, clock)
    if following is None:
        if escalation.taken is None:
            yield Why.NO_MORE
    elif stored is None:
        yield Why.NO_NEXT
    elif stored > following + LATE:
        yield Why.NEXT_TOO_LATE
    if stored is not None and stored <= now.late:
        yield Why.OVERDUE


def _calls(report: Standing, now: Now) -> Iterator[Why]:
    """Somebody must have been shown it, or be about to."""
    escalation = report.escalation
    if escalation is None or escalation.taken is not None or escalation.closed_at is not None:
        return
    # What is routine waits until the school opens.
    if not owed(replace(escalation, climbed={}), now.late, now.school.terms):
        return
    calls = calls_of(escalation, report.notices)
    shown = [call for call in calls if call.receipt is not None]
    if not calls:
        yield Why.NEVER_CALLED
    elif not shown and all(call.due_at is None for call in calls):
        yield Why.NOBODY_SHOWN
    elif shown and all(call.to.platform in ROUTES for call in shown) and not report.opened:
        first = min(call.receipt.at for call in shown if call.receipt is not None)
        if first <= now.at - UNOPENED_FOR:
            yield Why.UNOPENED


def _owner(report: Standing, now: Now) -> Iterator[Why]:
    escalation = report.escalation
    if escalation is None or escalation.taken is None:
        return
    if lost_its_owner(report.incident, escalation, now.directory):
        yield Why.LOST_OWNER
        return
    owner, since = now.directory.person(escalation.taken.by), escalation.taken.at
    if owner is None or not owner.away(now.at):
        return
    others = (each for each in report.of(Kind.ON_IT) if each.to.person != owner.id)
    if not any((each.created_at or now.at) >= since for each in others):
        yield Why.OWNER_AWAY


def _late(report: Standing, now: Now) -> Iterator[Why]:
    """Somebody above an owner who forgot it was to hear of it, and there was nothing to show."""
    escalation = report.escalation
    if escalation is None or escalation.taken is None:
        return
    since = escalation.taken.at
    told = [n for n in report.of(Kind.OVERDUE) if (n.created_at or since) >= since]
    if told and all(n.receipt is None and n.due_at is None for n in told):
        yield Why.LATE_UNTOLD


def _offer(report: Standing, now: Now) -> Iterator[Why]:
    """A hand-over that nobody accepts, and of which nobody is reminded any more."""
    escalation = report.escalation
    if escalation is None or escalation.offered is None or escalation.closed_at is not None:
        return
    offered, clock = escalation.offered, now.school.terms
    told = (n for n in report.of(Kind.OFFER) if n.to.person == offered.to)
    if offered.at <= now.late and not any((n.created_at or now.at) >= offered.at for n in told):
        yield Why.OFFER_UNTOLD
    to = now.directory.person(offered.to)
    if to is None or not may(to, Act.TAKE, report.incident, now.directory, called=True):
        yield Why.OFFER_OPEN
        return
    rungs = [rung for rung in escalation.rungs if rung.to is Audience.OFFERED]
    over = (
        not live(escalation, rung) and call_at(escalation, rung, (rung.most or 1), clock) <= now.at
        for rung in rungs
    )
    if all(over):
        yield Why.OFFER_OPEN


def _reporter(report: Standing, now: Now) -> Iterator[Why]:
    """Whoever reported it must be told how it stands, and asked what only they know."""
    incident = report.incident
    reporter = now.directory.person(incident.reporter)
    if reporter is None or not to_person(reporter, now.school) or incident.reported_at > now.late:
        return
    if not report.of(Kind.RECEIPT):
        yield Why.NO_RECEIPT
    asked = report.of(Kind.PART)
    if incident.unsettled() and not any(
        n.due_at is not None or (n.receipt is not None and n.receipt.at > now.late) for n in asked
    ):
        yield Why.PART_UNASKED


def _record(report: Standing, now: Now) -> Iterator[Why]:
    if report.damaged and not report.of(Kind.UNREADABLE):
        yield Why.DAMAGED


Check = Callable[[Standing, Now], Iterator[Why]]
CHECKS: tuple[Check, ...] = (_who, _ladder, _calls, _owner, _late, _offer, _reporter, _record)
