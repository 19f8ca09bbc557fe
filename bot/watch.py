"""The watchdog's proof: every open report has an owner or a next step, every notice a result."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.notice import Kind
from bot.ports import Work

LATE = timedelta(minutes=5)


def stuck(work: Work, now: datetime) -> tuple[str, ...]:
    """What is stuck, in plain sentences that name references only."""
    faults = []
    late = now - LATE
    for late_one in work.escalations.due(late):
        faults.append(f"{late_one.ref}: its next call has been due for over 5 minutes.")
    for incident in work.incidents.open():
        if work.escalations.get(incident.ref) is None:
            faults.append(f"{incident.ref}: has no ladder.")
        elif not any(n.kind is Kind.CASE for n in work.notices.about(incident.ref)):
            faults.append(f"{incident.ref}: nobody was ever to be told.")
    waiting = {notice.about for notice in work.notices.undelivered(late)}
    faults += [
        f"{about}: a message has not been delivered for over 5 minutes." for about in waiting
    ]
    return tuple(sorted(faults))
