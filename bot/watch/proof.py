"""The proof itself: asks everything that can be stuck, and holds what cannot be asked for stuck."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import ParamSpec

from bot.incident import Incident
from bot.people import Directory
from bot.ports import Unavailable, Work
from bot.turn import School
from bot.watch import duties, outbox
from bot.watch.reports import Now, faults, standing
from bot.watch.stuck import Stuck, Why

log = logging.getLogger(__name__)

P = ParamSpec("P")
Check = Callable[[Work, Now], Iterator[Stuck]]

CHECKS: tuple[Check, ...] = (
    outbox.undelivered,
    outbox.not_redrawn,
    outbox.leases,
    outbox.results,
    outbox.understood,
    duties.held,
    duties.digests,
    duties.rota,
    duties.check,
    duties.worker,
    duties.readable,
)


def stuck(work: Work, directory: Directory, school: School, at: datetime) -> tuple[Stuck, ...]:
    """Everything that is stuck at ``at``, each once; raises :class:`Unavailable`."""
    now, found = Now(directory, school, at), set[Stuck]()
    for check in CHECKS:
        found.update(_asked("", check, work, now))
    found.update(_asked("", _reports, work, now))
    return tuple(sorted(found))


def _reports(work: Work, now: Now) -> Iterator[Stuck]:
    steps = work.watched.next_steps()
    for incident in (*work.incidents.open(), *work.incidents.drills()):
        yield from _asked(incident.ref, _report, work, incident, steps.get(incident.ref), now)


def _report(work: Work, incident: Incident, next_at: datetime | None, now: Now) -> Iterator[Stuck]:
    return (Stuck(why, incident.ref) for why in faults(standing(work, incident, next_at), now))


def _asked(
    about: str, ask: Callable[P, Iterable[Stuck]], *args: P.args, **kwargs: P.kwargs
) -> list[Stuck]:
    """One answer, whole; what cannot be proven counts as stuck, and hides nothing else."""
    try:
        return list(ask(*args, **kwargs))
    except Unavailable:
        raise
    except Exception:
        log.exception("cannot be proven", extra={"action": "watch"})
        return [Stuck(Why.UNPROVEN, about)]
