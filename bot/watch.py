"""The watchdog's proof: every open report has an owner or a next step, every notice a result."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.escalation import Escalation, SchoolTime, owed
from bot.incident import is_ref
from bot.notice import Kind
from bot.ports import Work

LATE = timedelta(minutes=5)


def stuck(work: Work, now: datetime, clock: SchoolTime) -> tuple[str, ...]:
    """What is stuck, in plain sentences that name references only."""
    faults = []
    late = now - LATE
    for ref in work.escalations.due(late):
        faults.append(f"{ref}: its next call has been due for over 5 minutes.")
    for incident in (*work.incidents.open(), *work.incidents.drills()):
        escalation = work.escalations.get(incident.ref)
        if escalation is None:
            faults.append(f"{incident.ref}: has no ladder.")
        elif _to_be_called(escalation, late, clock) and not any(
            n.kind is Kind.CASE for n in work.notices.about(incident.ref)
        ):
            faults.append(f"{incident.ref}: nobody was ever to be told.")
    waiting = {
        notice.about if is_ref(notice.about) else "Not about a report"
        for notice in work.notices.undelivered(late)
    }
    faults += [
        f"{about}: a message has not been delivered for over 5 minutes." for about in waiting
    ]
    return tuple(sorted(faults))


def _to_be_called(escalation: Escalation, by: datetime, clock: SchoolTime) -> bool:
    """Whether its first call was due ``by`` then: what is routine waits until school opens."""
    return escalation.taken is None and bool(owed(replace(escalation, climbed={}), by, clock))
