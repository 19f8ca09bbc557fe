"""Begins and ends a drill: a report about nobody, marked in its record, on the real ladder."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from bot.climb import tell
from bot.escalation import Audience
from bot.form import Route, Urgency
from bot.incident import Incident
from bot.intake import take_in, unused_ref
from bot.notice import Kind, Lane
from bot.people import Directory, Person
from bot.ports import Work
from bot.recipients import members
from bot.rota import MAY_MARK
from bot.turn import School

FORM = "child"

NOBODY = "command-line"
"""Who began a drill that nobody of the school began by name."""


class Outcome(StrEnum):
    """How a drill ended; ``UNHEARD``: Lanyard was not running, so nobody was called."""

    TAKEN = "taken"
    UNANSWERED = "unanswered"
    UNHEARD = "unheard"


def may_begin(person: Person, centre: str) -> bool:
    """Whether ``person`` may begin a drill of a centre: its DSL and deputies, and the Principal."""
    return not person.guest and any(person.holds(role, centre) for role in MAY_MARK)


def going_on(work: Work, centre: str) -> Incident | None:
    """The drill of a centre that is not over yet."""
    return next((drill for drill in work.incidents.drills() if drill.centre == centre), None)


def begin(
    work: Work, centre: str, by: str, directory: Directory, school: School, now: datetime
) -> Incident:
    """Begin a drill of ``centre``: what an alarm about a child does, with no words in it.

    ``by`` is a person's id, or :data:`NOBODY`. This is the one place where the mark is set: no
    report of anybody's ever passes here.
    """
    drill = Incident(
        ref=unused_ref(work),
        form=FORM,
        route=Route.CHILD,
        urgency=Urgency.IMMEDIATE,
        centre=centre,
        reporter=by,
        reported_at=now,
        drill=True,
    )
    take_in(work, drill, directory, school, now)
    return drill


def end(
    work: Work,
    drill: Incident,
    outcome: Outcome,
    directory: Directory,
    school: School,
    now: datetime,
) -> None:
    """End a drill: what was shown of it says how, and whoever began it is told; when nobody
    answered, so are the DSL, the deputies and the Principal."""
    escalation = work.escalations.get(drill.ref)
    if escalation is not None:
        work.escalations.put(replace(escalation, closed_at=now), None)
    work.incidents.close(drill.ref, now, outcome)
    work.audit.record(now, "lanyard", "drill-over", drill.ref, outcome)
    work.notices.redraw(drill.ref, now)
    began = directory.person(drill.reporter)
    told = [began] if began is not None else []
    if outcome is Outcome.UNANSWERED:
        for audience in (Audience.SAFEGUARDING, Audience.PRINCIPAL):
            told += members(audience, drill, directory)
    taker = escalation.taken.by if escalation and escalation.taken else ""
    for person in dict.fromkeys(told):
        if outcome is not Outcome.UNHEARD and person.id != taker:
            tell(work, person, Kind.DRILL, drill.ref, now, school, lane=Lane.NORMAL)
