"""Calls afresh once it is known who is part of a report: whoever may know of it, no one else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zlib import crc32

from bot.climb import KINDS, climb, notice, only_the_phone, reached_now, tell
from bot.escalation import Audience, Escalation, Phase
from bot.form import Urgency
from bot.incident import Incident
from bot.ladder import calls_of, start
from bot.may import Act, may
from bot.notice import Kind, Lane
from bot.people import Directory, Role
from bot.ports import Work
from bot.recipients import entitled
from bot.siblings import spread
from bot.turn import School


def reach_newly_entitled(
    work: Work,
    incident: Incident,
    escalation: Escalation,
    directory: Directory,
    school: School,
    now: datetime,
    *,
    only: Audience | None = None,
) -> None:
    """Call again whoever a rung already climbed (of one audience ``only``) would reach now and did
    not reach then."""
    calls = calls_of(escalation, work.notices.about(incident.ref))
    shown = {call.to for call in calls if call.receipt or call.due_at}
    for rung in escalation.rungs:
        made = escalation.climbed.get(rung.name, 0)
        if not made or rung.to in KINDS or rung.reminds or rung.during is not Phase.WAITING:
            continue
        if only not in (None, rung.to):
            continue
        nth = crc32(f"{now.isoformat()} {rung.name}".encode()) >> 1
        for to in reached_now(rung.to, incident, escalation, directory, school, now):
            if to not in shown:
                fresh = notice(Kind.CASE, incident.ref, to, now, lane=Lane.URGENT, nth=nth)
                work.notices.add(fresh)


def concern_changed(
    work: Work, ref: str, directory: Directory, school: School, now: datetime
) -> None:
    """After it became known who is part of a report, or roles changed: whoever had it loses it if
    they may not know of it now, and everybody who may is called. What became known holds for the
    reports made of the same thing."""
    for each in (*spread(work, ref), ref):
        _call_whoever_may_know(work, each, directory, school, now)


def _call_whoever_may_know(
    work: Work, ref: str, directory: Directory, school: School, now: datetime
) -> None:
    incident, escalation = work.incidents.get(ref), work.escalations.get(ref)
    if incident is None or escalation is None:
        return
    if escalation.offered is not None and escalation.offered.to in incident.kept_from():
        work.escalations.withdraw_offer(ref)
        escalation = replace(escalation, offered=None)
    if incident.closed_at is None and lost_its_owner(incident, escalation, directory):
        escalation = start(incident, now)
        work.escalations.restart(escalation, now)
    moved = climb(work, incident, escalation, directory, school, now)
    reach_newly_entitled(work, incident, moved, directory, school, now)
    _call_beside_one(work, incident, directory, school, now)
    if all(person.id == incident.reporter for person in entitled(incident, directory)):
        nth = crc32(f"{now.isoformat()} nobody".encode()) >> 1
        only_the_phone(work, incident, directory, school, now, nth)
    work.notices.redraw(ref, now)
    # A list shown long ago may name it to somebody who must not know of it any more.
    work.notices.redraw_since(Kind.REMINDER, incident.reported_at, now)


def _call_beside_one(
    work: Work, incident: Incident, directory: Directory, school: School, now: datetime
) -> None:
    """Call the chair where they may open a report besides somebody who would have it alone: no
    rung of a report about a child leads to them."""
    heard = {each.to.person for each in work.notices.about(incident.ref) if each.kind is Kind.CASE}
    for person in entitled(incident, directory):
        if person.id not in heard and person.holds(Role.CHAIR):
            waking = incident.urgency is Urgency.IMMEDIATE and incident.closed_at is None
            nth = crc32(f"{now.isoformat()} beside".encode()) >> 1
            tell(work, person, Kind.CASE, incident.ref, now, school, nth, waking=waking)


def lost_its_owner(incident: Incident, escalation: Escalation, directory: Directory) -> bool:
    """Whether a report was taken by somebody who may not know of it any more."""
    if escalation.taken is None:
        return False
    owner = directory.person(escalation.taken.by)
    return owner is None or not may(owner, Act.TAKE, incident, directory, called=True)
