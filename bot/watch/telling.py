"""Tells people what is stuck: each only what they may know of, once, then ever more rarely."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.climb import notice, to_person
from bot.form import Urgency
from bot.notice import Kind, Lane
from bot.people import Directory, Person, Role
from bot.ports import Work
from bot.recipients import entitled
from bot.routes import wakes
from bot.turn import School
from bot.watch.stuck import Stuck, Why

FOUND = "stuck"
"""The mark: what was stuck at the last look, since when, and how often somebody was told."""

SURE_AFTER = timedelta(seconds=45)
"""Something must still be stuck at a second look: it may have been about to be done."""

AGAIN, RAREST = timedelta(hours=1), timedelta(days=1)

UNTOLD = frozenset({Why.LIST})
"""Nobody is told; the heartbeat stops."""


@dataclass(frozen=True)
class Known:
    """Since when something is stuck, and when and how often people were told."""

    since: datetime
    told: datetime | None = None
    times: int = 0

    def to_be_told(self, now: datetime) -> bool:
        if self.told is None:
            return now >= self.since + SURE_AFTER
        again: timedelta = AGAIN * 2 ** min(self.times - 1, 8)
        return now >= self.told + min(again, RAREST)


def tell_of(
    work: Work, found: Iterable[Stuck], directory: Directory, school: School, now: datetime
) -> None:
    """Owe a list of what is stuck to everybody who may know of any of it and is to be told now;
    what was shown is drawn again when something is stuck no longer."""
    before = _read(work)
    standing = {each: before.get(each, Known(now)) for each in found}
    due = [each for each, known in standing.items() if known.to_be_told(now)]
    for person, waking in _people(work, due, directory).items():
        _owe(work, person, waking, school, now)
    after = {
        each: replace(known, told=now, times=known.times + 1) if each in due else known
        for each, known in standing.items()
    }
    if before.keys() - after.keys():
        work.notices.redraw_since(Kind.STUCK, now - RAREST, now)
    if after != before:
        _write(work, after)


def told(work: Work) -> tuple[Stuck, ...]:
    """What is stuck, as far as people were told: at the last look, and for sure."""
    return tuple(each for each, known in _read(work).items() if known.told is not None)


def may_be_told(each: Stuck, work: Work, directory: Directory) -> tuple[Person, ...]:
    """Who may know of it: of a report those who may read it; of anything else every DSL and the
    Principal, or whoever holds a role."""
    if each.why in UNTOLD:
        return ()
    if each.about:
        incident = work.incidents.get(each.about)
        return entitled(incident, directory) if incident is not None else ()
    leaders = (*directory.holders(Role.DSL), *directory.holders(Role.PRINCIPAL))
    return tuple(dict.fromkeys(leaders)) or directory.role_holders()


def _people(work: Work, due: Iterable[Stuck], directory: Directory) -> Mapping[Person, bool]:
    """Whom to tell, and whether it may wake them: an alarm is stuck that nobody has."""
    found: dict[Person, bool] = {}
    for each in due:
        waking = _wakes(each, work)
        for person in may_be_told(each, work, directory):
            found[person] = found.get(person, False) or waking
    return found


def _wakes(each: Stuck, work: Work) -> bool:
    incident = work.incidents.get(each.about) if each.about else None
    if incident is None or incident.urgency is not Urgency.IMMEDIATE:
        return False
    escalation = work.escalations.get(each.about)
    return escalation is None or escalation.taken is None


def _owe(work: Work, person: Person, waking: bool, school: School, now: datetime) -> None:
    to = to_person(person, school)
    if waking and not school.terms.is_open(now):
        to = tuple(dict.fromkeys((*to, *wakes(person, school.platforms))))
    for where in to:
        if not work.notices.waits(Kind.STUCK, where.lane, where, Lane.URGENT):
            # Its number is the minute: two watchdogs that look at once tell once between them.
            minute = int(now.timestamp()) // 60
            fresh = notice(Kind.STUCK, where.lane, where, now, lane=Lane.URGENT, nth=minute)
            work.notices.add(fresh)


def _read(work: Work) -> dict[Stuck, Known]:
    """What was found last; nothing where that cannot be read, and then it is told again."""
    try:
        kept = json.loads(work.marks.read(FOUND) or "{}")
        return {Stuck.parse(key): _known(*each) for key, each in kept.items()}
    except (TypeError, ValueError):
        return {}


def _known(since: str, told: str | None, times: int) -> Known:
    return Known(
        datetime.fromisoformat(since), datetime.fromisoformat(told) if told else None, times
    )


def _write(work: Work, found: Mapping[Stuck, Known]) -> None:
    kept = {
        str(each): (known.since.isoformat(), known.told and known.told.isoformat(), known.times)
        for each, known in found.items()
    }
    work.marks.write(FOUND, json.dumps(kept))
