"""What a reporter is told who asks about their own report, from its state as it is now."""

from __future__ import annotations

from datetime import datetime

from bot.card import Button, Card, press
from bot.escalation import Escalation
from bot.form import Route
from bot.incident import Incident
from bot.people import Directory
from bot.recipients import entitled, to_ring
from bot.views.receipt import IT_WAS_REAL
from bot.views.wording import listed, number_of, with_role


def status(incident: Incident, receipt: Card) -> Card:
    """Whether anybody has it: what its receipt says now."""
    return Card(
        title=f"{incident.ref}: {receipt.title}",
        text=("In danger now? Ring 999.", *receipt.text),
        summary="Lanyard has an answer for you.",
    )


def readers(incident: Incident, directory: Directory) -> Card:
    names = listed([person.name for person in entitled(incident, directory)])
    site = (
        ("IT is shown the site and the device, not the rest.",)
        if incident.route is Route.SITE
        else ()
    )
    return Card(
        title=f"Who can read {incident.ref}",
        text=(
            f"{names or 'Nobody here now'}: those who must act on it.",
            *site,
            "Nobody else can open it here. They may have to tell others what keeps a child safe.",
        ),
        summary="Lanyard has an answer for you.",
    )


def name(incident: Incident, directory: Directory, now: datetime) -> Card:
    names = listed([person.name for person in entitled(incident, directory)])
    return Card(
        title="Your name stands on your report",
        text=(
            f"It cannot be hidden from {names or 'those who act on it'}: they must be able to ring "
            "you. Nobody else can open the report here.",
            f"Afraid of who may learn of it? Tell them: ring {_ring(incident, directory, now)}.",
        ),
        summary="Lanyard has an answer for you.",
    )


def undo(incident: Incident, *, writing: bool) -> Card:
    said = Button("I sent this by mistake", press("mistake", incident.ref))
    if incident.mistake:
        said = Button(IT_WAS_REAL, press("real", incident.ref))
    here = ("Only the last answer was wrong? Press Back below.",) if writing else ()
    return Card(
        title=f"{incident.ref} cannot be deleted or called back",
        text=(
            "If you sent it by mistake, say so with one press. It is treated as real until "
            "somebody has spoken to you.",
            *here,
            "Pictures and messages about a child: do not delete them either.",
        ),
        buttons=(said,),
        summary="Lanyard has an answer for you.",
    )


def person(incident: Incident, escalation: Escalation, directory: Directory, now: datetime) -> Card:
    owner = directory.person(escalation.taken.by) if escalation.taken else None
    ring = [owner] if owner else []
    ring += [each for each in to_ring(incident, directory, now) if each not in ring]
    door = number_of(directory.numbers.front_door)
    first = listed([*(with_role(p, incident.centre) for p in ring[:2]), door], "then")
    return Card(
        title="Ring somebody now: I am a machine",
        text=("In danger now? Ring 999.", f"Ring {first}."),
        summary="Lanyard has an answer for you.",
    )


def trouble(incident: Incident, directory: Directory, now: datetime) -> Card:
    line = directory.numbers.whistleblowing
    outside = f", or {number_of(line)}" if line else ""
    return Card(
        title="Saying that you are worried is part of everybody's job here",
        text=(
            "That is so even if you are not sure, or turn out to be wrong. What others decide, I "
            "cannot promise.",
            f"Talk to {_ring(incident, directory, now)}{outside}.",
        ),
        summary="Lanyard has an answer for you.",
    )


def _ring(incident: Incident, directory: Directory, now: datetime) -> str:
    people = to_ring(incident, directory, now)
    return (
        with_role(people[0], incident.centre) if people else number_of(directory.numbers.front_door)
    )
