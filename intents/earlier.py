"""What somebody raised today and is not over: new words may belong to it, and so may its limits."""

from __future__ import annotations

from datetime import timedelta

from bot.card import Button, Card, Tone, press
from bot.incident import Concern, Incident
from bot.people import Role
from bot.ports import Held
from bot.recipients import SAFEGUARDING_ROLES, to_ring
from bot.turn import Turn
from bot.views.wording import clock_time, listed, number_of, with_role

LATELY = timedelta(hours=24)


def raised_before(turn: Turn) -> tuple[Incident, ...]:
    """This person's reports of the last day that are still open, latest first."""
    return tuple(
        each
        for each in turn.work.incidents.by(turn.person.id)
        if each.closed_at is None and not each.drill and turn.now - each.reported_at < LATELY
    )


def stands_before(turn: Turn) -> Incident | None:
    """The latest of them, for somebody who is vouched for: others are told of no report."""
    return next(iter(raised_before(turn)), None) if turn.vouched else None


def kept_out_before(turn: Turn) -> frozenset[str]:
    """The DSL and deputies whom this person has said to be part of one of these: whether they are
    part of a new one is asked before they are told of it.

    One that is kept from the Principal changes nothing about another: whoever reads the other may
    not know of it.
    """
    directory = turn.directory
    principals = {person.id for person in directory.holders(Role.PRINCIPAL)}
    team = {person.id for role in SAFEGUARDING_ROLES for person in directory.holders(role)}
    return frozenset(
        person
        for each in raised_before(turn)
        if principals.isdisjoint(each.kept_from())
        for person, how in each.concerns
        if how is Concern.SUBJECT and person in team - {turn.person.id}
    )


def still_open(turn: Turn, incident: Incident, held: Held) -> Card:
    """How the report stands that was raised before, and one press to add these words to it."""
    escalation = turn.work.escalations.get(incident.ref)
    taken = escalation.taken if escalation else None
    owner = turn.directory.person(taken.by) if taken else None
    if taken is not None:
        name, at = owner.name if owner else "Somebody", clock_time(taken.at, turn.directory.zone)
        title = f"{name} has {incident.ref}, which you sent, since {at}"
        ring = [with_role(owner, incident.centre)] if owner else []
    else:
        title = f"Your report {incident.ref} stands. Nobody has taken it yet."
        people = to_ring(incident, turn.directory, turn.now)[:2]
        ring = [with_role(each, incident.centre) for each in people]
    ring = ring or [number_of(turn.directory.numbers.front_door)]
    return Card(
        title=title,
        tone=Tone.WARNING if taken is None else Tone.PLAIN,
        text=(
            f"Child in danger now? Ring 999. Otherwise ring {listed(ring, 'then')}.",
            "What you wrote now is not part of it yet. Is it about the same thing?",
        ),
        buttons=(
            Button(f"Add it to {incident.ref}", press("held-to", incident.ref, held.id), True),
        ),
        summary="How your report stands.",
    )
